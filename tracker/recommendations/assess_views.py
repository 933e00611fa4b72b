"""The figures of a review: what each assessor states, what the rows come to, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases.forms.fields import show_refusal
from tracker.cases.queries import history_of
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.recommendations import assessing, queries
from tracker.recommendations.blueprint import blueprint
from tracker.recommendations.forms import FiguresForm
from tracker.recommendations.models import StatedFigures
from tracker.recommendations.rules import NAMES, Differs, Figures, added_up, counted, differing
from tracker.recommendations.words import FIGURE_WORDS, POSITION_WORDS, added_words, differs_words

IN_THE_HISTORY = {"recommendations": None, "supported": "supported", "noted": "noted"}
"""Facts of the pathway that state how many there are: all (None), or those with a position."""


@dataclass(frozen=True, slots=True)
class Block:
    """One assessor's figures on the page: as stated (None: counted here alone), as counted, and what that comes to."""

    assessor: str
    stated: StatedFigures | None
    figures: Sequence[tuple[str, int | None, int | None]]
    sums: Sequence[tuple[str, bool]]
    differences: Sequence[str]
    without: int


@blueprint.get("/cases/<reference>/recommendations/figures")
@entrance(CASE_READERS)
def figures(reference: str) -> Answer:
    opened = open_for(reference)
    return _figures_page(opened, FiguresForm(formdata=None))


@blueprint.post("/cases/<reference>/recommendations/figures")
@entrance(CASE_READERS)
def state_figures(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = FiguresForm()
    if form.validate():
        try:
            assessing.state_figures(db(), actor(), opened.case.id, form.to_facts())
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return _back(opened, _("Entered as it is stated; nothing is corrected."))
    return _figures_page(opened, form, 422)


@blueprint.post("/cases/<reference>/recommendations/figures/<uuid:figures_id>/strike-out")
@entrance(CASE_READERS)
def strike_out_figures(reference: str, figures_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    assessing.strike_out_figures(db(), actor(), opened.case.id, figures_id, _("Entered by mistake"))
    return _back(opened, _("Struck out."))


def _figures_page(opened: Opened, form: FiguresForm, status: int = 200) -> Answer:
    counts = queries.counts_on(db(), actor(), opened.case)
    return page(
        "recommendations/figures.html",
        opened,
        status,
        form=form,
        blocks=_blocks(opened, counts),
        counts=counts,
        positions=[(POSITION_WORDS[key], counts.positions[key]) for key in POSITION_WORDS if key in counts.positions],
        in_history=_in_the_history(opened, counts),
        figure_words=FIGURE_WORDS,
        assessors=queries.assessors_on(db(), actor(), opened.case),
        may_edit=opened.may(Action.EDIT_FACTS),
    )


def _blocks(opened: Opened, counts: queries.Counts) -> list[Block]:
    """What is stated, by assessor; then those whose rows stand here and who state nothing."""
    stated = queries.figures_on(db(), actor(), opened.case)
    silent = [one for one in counts.latest if one not in {row.assessor for row in stated}]
    both = [(row.assessor, row) for row in stated] + [(one, None) for one in sorted(silent, key=str.casefold)]
    return [_block(assessor, row, counts) for assessor, row in both]


def _block(assessor: str, row: StatedFigures | None, counts: queries.Counts) -> Block:
    latest = counts.latest.get(assessor, ())
    here = counted(counts.total, latest) if latest else Figures(total=counts.total or None)
    said = Figures(**{name: getattr(row, name) for name in NAMES}) if row is not None else Figures()
    return Block(
        assessor,
        row,
        [(name, getattr(said, name), getattr(here, name)) for name in NAMES],
        [(added_words(one), one.adds_up or one.is_open) for one in added_up(said)],
        [differs_words(one) for one in differing(said, here)],
        counts.total - len(latest) if latest else 0,
    )


def _in_the_history(opened: Opened, counts: queries.Counts) -> list[str]:
    """What the case's own entries say of the number of recommendations, where the rows come to another."""
    said: dict[str, int] = {}
    for event in history_of(db(), actor(), opened.case):
        if event.voided_at is None:
            said |= {key: event.facts[key] for key in IN_THE_HISTORY if _is_number((event.facts or {}).get(key))}
    found = []
    for key, number in said.items():
        position = IN_THE_HISTORY[key]
        here = counts.total if position is None else counts.positions.get(position, 0)
        if counts.total and here != number:
            found.append(differs_words(Differs("total", number, here), POSITION_WORDS.get(position or "")))
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _back(opened: Opened, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for(".figures", reference=opened.case.reference), 303)
