"""The page of search, and the panel under the search box while one types. What is asked for is never logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.cases.vague_text import read_vague
from tracker.core.dates import earliest_day, latest_day
from tracker.core.web import actor, db
from tracker.pathways.store import definitions
from tracker.search import queries
from tracker.search.hits import Hit, read_hits
from tracker.search.marking import Marker
from tracker.search.queries import COUNTED, KINDS, SearchFilters
from tracker.search.suggesting import suggestions
from tracker.search.wording import KIND_ICONS, KIND_WORDS, address_of, notes_of

blueprint = Blueprint("search", __name__)

LONGEST = 200
"""Letters of a question; what comes after is not read."""
SHORTEST_QUESTION = 2
"""Letters; words of one are left out."""
OF_EACH = 5
OF_ONE_KIND = 50
IN_PANEL = 3
SHORTEST_SNIPPET = 60
SHOWN_IN_PANEL = 12


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the template prints it: everything escaped, what was found marked."""

    url: str
    name: Markup
    snippet: Markup
    notes: list[Markup]


@dataclass(frozen=True, slots=True)
class Section:
    """The hits of one kind; `total` of what the reader sees, at most COUNTED, `more` when there are more than that."""

    kind: str
    label: str
    icon: str
    hits: list[ShownHit]
    total: int
    more: bool
    url: str


@blueprint.get("/search")
@entrance(CASE_READERS)
def results() -> Response | str:
    said = _said()
    reference = queries.reference_of(db(), actor(), said)
    if reference and request.args.get("kind") is None:
        return redirect(url_for("pages.case_page", reference=reference), 303)
    filters = _filters()
    found = queries.find(db(), said, filters)
    shown = OF_ONE_KIND if filters.kinds else OF_EACH
    sections = _sections(said, found, shown)
    return render_template(
        "search/results.html",
        search_query=said,
        sections=sections,
        filters=filters,
        kinds=[(kind, KIND_WORDS[kind]) for kind in KINDS],
        pathways=[(one.key, one.label) for one in sorted(definitions().all(), key=lambda one: one.label)],
        asked={name: request.args.get(name, "") for name in ("kind", "pathway", "from", "to")},
        meant=[] if found else _meant(said),
        is_too_short=sum(letter.isalnum() for letter in said) < SHORTEST_QUESTION,
        counted=COUNTED,
        shown=shown,
        not_days=[name for name in ("from", "to") if request.args.get(name, "").strip() and _day(name, True) is None],
    )


@blueprint.get("/search/panel")
@entrance(CASE_READERS)
def panel() -> str:
    """The first few of each kind, as options of a listbox."""
    said = _said()
    reference = queries.reference_of(db(), actor(), said)
    found = queries.find(db(), said, most=IN_PANEL)
    sections, left = [], SHOWN_IN_PANEL
    for section in _sections(said, found, IN_PANEL):
        if left > 0:
            sections.append(section)
        left -= len(section.hits)
    return render_template("search/panel.html", said=said, sections=sections, reference=reference)


def _said() -> str:
    return " ".join(request.args.get("q", "").replace("\x00", " ").split())[:LONGEST]


def _filters() -> SearchFilters:
    kind, pathway = request.args.get("kind"), request.args.get("pathway")
    known = {one.key for one in definitions().all()}
    return SearchFilters(
        kinds=(kind,) if kind in KINDS else (),
        pathway=pathway if pathway in known else None,
        since=_day("from", earliest=True),
        until=_day("to", earliest=False),
    )


def _day(name: str, earliest: bool) -> date | None:
    """The first or last day that the text may mean; None for what is no date."""
    try:
        text = read_vague(request.args.get(name, ""))
    except ValueError:
        return None
    if text is None:
        return None
    return earliest_day(text) if earliest else latest_day(text)


def _sections(said: str, found: dict[str, list[UUID]], shown: int) -> list[Section]:
    marker = Marker(said)
    hits = read_hits(db(), actor(), {kind: ids[:shown] for kind, ids in found.items()})
    return [
        Section(
            kind,
            str(KIND_WORDS[kind]),
            KIND_ICONS[kind],
            [_shown(hit, marker) for hit in hits[kind]],
            min(len(ids), COUNTED),
            len(ids) > COUNTED,
            _address_of_kind(said, kind),
        )
        for kind, ids in found.items()
        if hits[kind]
    ]


def _address_of_kind(said: str, kind: str) -> str:
    kept = {name: request.args[name] for name in ("pathway", "from", "to") if request.args.get(name)}
    return f"{url_for('search.results')}?{urlencode({'q': said, 'kind': kind, **kept})}"


def _shown(hit: Hit, marker: Marker) -> ShownHit:
    """Of the other texts, the first where something was found: a short one, such as a name, stands among the notes."""
    telling = next((text for text in hit.texts if marker.finds(text)), "")
    if len(telling) <= SHORTEST_SNIPPET:
        said_already = marker.finds(hit.name) or not telling
        telling, short = "", [] if said_already else [telling]
    else:
        short = []
    return ShownHit(
        address_of(hit),
        marker.snippet(hit.name) if len(hit.name) > 160 else marker.mark(hit.name),
        marker.snippet(telling) if telling else Markup(""),
        [marker.mark(note) for note in (*short, *notes_of(hit))],
    )


def _meant(said: str) -> list[str]:
    near: dict[str, list[UUID]] = {}
    for kind, object_id in queries.find_near(db(), said):
        near.setdefault(kind, []).append(object_id)
    hits = read_hits(db(), actor(), near)
    return suggestions(said, [hit.name for of_kind in hits.values() for hit in of_kind])
