"""Filters of the list of cases, read from its address and shown in it. Words that mean nothing ask for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from tracker.access.levels import Level
from tracker.cases.forms.fields import PHASE_WORDS, uuid_of
from tracker.cases.list_columns import LEVEL_WORDS
from tracker.cases.listing import NOBODY, QUIET, CaseFilters
from tracker.core.actor import Actor
from tracker.lists.address import Address
from tracker.lists.head import chip
from tracker.pathways.schema import Definition

ME = "me"
DUE_WORDS = {
    "overdue": _l("Overdue"),
    "7": _l("Within 7 days"),
    "14": _l("Within 14 days"),
    "30": _l("Within 30 days"),
}


def filters_of(
    said: MultiDict[str, str], actor: Actor, known: Mapping[str, Definition], today: date, sort: str = "activity"
) -> CaseFilters:
    pathways = _several(said, "pathway", known)
    statuses = known[pathways[0]].by_key if len(pathways) == 1 else {}
    due_from, due_to = _due(said.get("due", ""), today)
    return CaseFilters(
        text=said.get("q", "").strip()[:200].replace("\x00", ""),
        pathways=pathways,
        statuses=_several(said, "status", statuses),
        phases=_several(said, "phase", PHASE_WORDS),
        country=_country(said.get("country", "")),
        levels=_several(said, "level", list(Level)),
        dossier_id=uuid_of(said.get("dossier")),
        mine=said.get("mine") == "1",
        lead=_lead(said.get("lead"), actor),
        due_from=due_from,
        due_to=due_to,
        gaps=said.get("gaps") == "1",
        stalled_on=today if said.get("stalled") == "1" else None,
        changed=said.get("changed") == "1",
        sort=QUIET if said.get("stalled") == "1" and "sort" not in said else sort,
    )


def chips_of(
    address: Address,
    filters: CaseFilters,
    known: Mapping[str, Definition],
    dossiers: Sequence[Any],
    people: Sequence[tuple[str, str]],
) -> list[dict[str, Any]]:
    """The filters that are on; several values of one have a chip each."""
    one = known.get(filters.pathways[0]) if len(filters.pathways) == 1 else None
    words: dict[str, tuple[Any, Mapping[str, Any]]] = {
        "q": (_("Words"), {filters.text: filters.text}),
        "pathway": (_("Pathway"), {key: known[key].label for key in filters.pathways}),
        "status": (_("Status"), {key: one.status(key).label for key in filters.statuses} if one else {}),
        "phase": (_("Phase"), {key: PHASE_WORDS[key] for key in filters.phases}),
        "country": (_("Country"), {filters.country: filters.country}),
        "level": (_("Confidentiality"), {key: LEVEL_WORDS[key] for key in filters.levels}),
        "dossier": (_("Dossier"), {str(row.id): row.title for row in dossiers}),
        "mine": (_("Whose"), {"1": _("Mine")}),
        "lead": (_("Lead"), {ME: _("Me"), NOBODY: _("Nobody"), **dict(people)}),
        "due": (_("Deadline"), DUE_WORDS),
        "gaps": (_("Gaps"), {"1": _("yes")}),
        "stalled": (_("Stalled"), {"1": _("yes")}),
        "changed": (_("Changed since I was here"), {"1": _("yes")}),
    }
    return [
        chip(address, words[name][0], name, value, words[name][1].get(_as_read(name, value), "?"))
        for name, value in address.pairs
        if name in words
    ]


def _as_read(name: str, value: str) -> str:
    said = value.strip()
    return said.upper() if name == "country" else said.lower() if name in ("dossier", "lead") else said


def _several(said: MultiDict[str, str], name: str, known: Any) -> tuple[str, ...]:
    return tuple(sorted({value for value in said.getlist(name) if value in known}))


def _country(text: str) -> str:
    said = text.strip().upper()
    return said if len(said) == 2 and said.isascii() and said.isalpha() else ""


def _lead(text: str | None, actor: Actor) -> UUID | str | None:
    if text == ME:
        return actor.person_id
    return NOBODY if text == NOBODY else uuid_of(text)


def _due(text: str, today: date) -> tuple[date | None, date | None]:
    if text not in DUE_WORDS:
        return None, None
    return (None, today - timedelta(days=1)) if text == "overdue" else (today, today + timedelta(days=int(text)))
