"""The records of periods of a case, each on its page; and what ends soon in all cases that somebody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.strike import StrikeForm
from tracker.cases.queries import history_of
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.clocks.reckoning import Reckoning
from tracker.clocks.words import CERTAINTY_WORDS, in_words, kind_words
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.pathways.spoken import spoken_rule
from tracker.pathways.store import definitions
from tracker.periods import services
from tracker.periods.drawing import Picture, draw
from tracker.periods.forms import CorrectionForm, PeriodForm, RecordForm, form_of_period, form_of_record
from tracker.periods.lines import record_line, term_line
from tracker.periods.models import Period, PeriodRecord
from tracker.periods.queries import (
    PeriodLine,
    WorkOnPeriod,
    endings,
    get_period,
    get_record,
    ordered,
    periods_of,
    records_on,
    span_of,
    work_on_periods,
)
from tracker.periods.reckoned import reckoned
from tracker.periods.rules import Seam, seams
from tracker.periods.told import kind_of_terms, terms_of
from tracker.periods.words import KIND_WORDS, seam_words, span_words, state_words

blueprint = Blueprint("periods", __name__)
AHEAD = (30, 120, 365)
"""How many days ahead the list of what ends may look."""


@dataclass(frozen=True, slots=True)
class Line:
    """A standing period on its record's page. `before`: what lies between it and those before it, in words."""

    period: Period
    words: str
    state: str
    before: str
    seam: Seam | None
    by: str | None
    rule: Reckoning | None
    rule_label: str
    steps: Sequence[str]
    work: Sequence[WorkOnPeriod]


@blueprint.get("/periods")
@entrance(CASE_READERS)
def ending() -> Answer:
    """What ends soon, and what has ended with nothing later entered, in all cases that the reader sees."""
    said = request.args.get("days", "")
    days = int(said) if said in map(str, AHEAD) else AHEAD[1]
    today = today_here()
    found = endings(db(), actor(), today, days, cursor=request.args.get("cursor"))
    return render_template(
        "periods/ending.html",
        days=days,
        ways=[{"label": _days_ahead(one), "url": url_for(".ending", days=one), "active": one == days} for one in AHEAD],
        today=today,
        soon=[line for line in found.rows if line.ends_by >= today],
        passed=[line for line in found.rows if line.ends_by < today],
        previous=url_for(".ending", days=days, cursor=found.previous_cursor) if found.previous_cursor else None,
        following=url_for(".ending", days=days, cursor=found.next_cursor) if found.next_cursor else None,
        kinds=KIND_WORDS,
    )


@blueprint.get("/cases/<reference>/periods")
@entrance(CASE_READERS)
def records(reference: str) -> Answer:
    opened = open_for(reference)
    found = records_on(db(), actor(), opened.case)
    periods = periods_of(db(), found)
    standing = [event for event in history_of(db(), actor(), opened.case) if event.voided_at is None]
    definition, today = definitions().get(opened.case.pathway), today_here()
    terms = terms_of(definition, standing)
    granting = {term.event.id for term in terms}
    return page(
        "periods/records.html",
        opened,
        lines=[record_line(record, periods.get(record.id, ())) for record in found],
        kind_of_terms=KIND_WORDS.get(kind_of_terms(definition) or ""),
        terms=[term_line(definition, term, today) for term in terms],
        picture=draw([term.span for term in terms], today),
        told=[event for event in standing if event.expires_on is not None and event.id not in granting],
        may_edit=opened.may(Action.EDIT_FACTS),
        may_correct=opened.may(Action.VOID_ENTRY),
    )


@blueprint.get("/cases/<reference>/periods/new")
@entrance(CASE_READERS)
def new_record(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return page("periods/new.html", opened, form=_new_form())


@blueprint.post("/cases/<reference>/periods/new")
@entrance(CASE_READERS)
def add_record(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = _new_form()
    if form.validate():
        try:
            made = services.open_record(db(), actor(), opened.case.id, form.to_facts())
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return _back(opened, made.id, _("Saved. Now enter its first period."))
    return page("periods/new.html", opened, 422, form=form)


@blueprint.get("/cases/<reference>/periods/<uuid:record_id>")
@entrance(CASE_READERS)
def record_page(reference: str, record_id: UUID) -> Answer:
    opened = open_for(reference)
    return _record_page(opened, get_record(db(), actor(), opened.case, record_id))


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>")
@entrance(CASE_READERS)
def add_period(reference: str, record_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    form = PeriodForm()
    if form.validate():
        try:
            services.add_period(db(), actor(), opened.case.id, record.id, form.to_facts())
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return _back(opened, record.id, _("Saved."))
    return _record_page(opened, record, 422, form=form)


@blueprint.get("/cases/<reference>/periods/<uuid:record_id>/edit")
@entrance(CASE_READERS)
def edit_record(reference: str, record_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    return _edit_page(opened, record, form_of_record(record))


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>/edit")
@entrance(CASE_READERS)
def save_record(reference: str, record_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    form = _new_form()
    if form.validate():
        try:
            services.edit_record(
                db(), actor(), opened.case.id, record.id, form.to_facts(), version_sent(request.form.get("version"))
            )
        except Invalid as problem:
            show_refusal(form, problem)
        except Conflict as problem:
            return _edit_page(opened, record, form, 409, conflict=problem.message)
        else:
            return _back(opened, record.id, _("Saved."))
    return _edit_page(opened, record, form, 422)


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>/strike-out")
@entrance(CASE_READERS)
def strike_out_record(reference: str, record_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    striking = StrikeForm()
    if striking.validate():
        try:
            said = striking.void_reason.data or ""
            services.strike_out_record(
                db(), actor(), opened.case.id, record.id, said, version_sent(request.form.get("version"))
            )
        except Invalid as problem:
            show_refusal(striking, problem)
        except Conflict as problem:
            return _edit_page(opened, record, form_of_record(record), 409, conflict=problem.message)
        else:
            flash(_("Struck out."), "success")
            return redirect(url_for(".records", reference=opened.case.reference), 303)
    return _edit_page(opened, record, form_of_record(record), 422, striking=striking)


@blueprint.get("/cases/<reference>/periods/<uuid:record_id>/<uuid:period_id>")
@entrance(CASE_READERS)
def edit_period(reference: str, record_id: UUID, period_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    period = get_period(db(), record, period_id)
    return _period_page(opened, record, period, form_of_period(period))


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>/<uuid:period_id>")
@entrance(CASE_READERS)
def correct_period(reference: str, record_id: UUID, period_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    period = get_period(db(), record, period_id)
    form = CorrectionForm()
    if form.validate():
        said, why = form.to_facts(), form.reason.data or ""
        try:
            services.correct_period(db(), actor(), opened.case.id, record.id, period.id, said, why)
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return _back(opened, record.id, _("Saved; what stood before is kept."))
    return _period_page(opened, record, period, form, 422)


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>/<uuid:period_id>/strike-out")
@entrance(CASE_READERS)
def strike_out_period(reference: str, record_id: UUID, period_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    record = get_record(db(), actor(), opened.case, record_id)
    period = get_period(db(), record, period_id)
    striking = StrikeForm()
    if striking.validate():
        try:
            said = striking.void_reason.data or ""
            services.strike_out_period(db(), actor(), opened.case.id, record.id, period.id, said)
        except Invalid as problem:
            show_refusal(striking, problem)
        else:
            return _back(opened, record.id, _("Struck out."))
    return _period_page(opened, record, period, form_of_period(period), 422, striking=striking)


@blueprint.post("/cases/<reference>/periods/<uuid:record_id>/<uuid:period_id>/follow")
@entrance(CASE_READERS)
def follow_period(reference: str, record_id: UUID, period_id: UUID) -> Answer:
    """For whoever presses the button; they may give it to somebody else afterwards."""
    opened = open_for(reference, Action.CREATE_FOLLOW_UP)
    try:
        services.follow_period(db(), actor(), opened.case, record_id, period_id, actor().person_id)
    except Conflict as problem:
        flash(problem.message, "warning")
        return _back(opened, record_id, None)
    return _back(opened, record_id, _("Follow-up made."))


def _days_ahead(days: int) -> str:
    return str(ngettext("%(num)s day ahead", "%(num)s days ahead", days))


def _record_page(opened: Opened, record: PeriodRecord, status: int = 200, form: PeriodForm | None = None) -> Answer:
    entered = periods_of(db(), [record]).get(record.id, ())
    today = today_here()
    lines = _lines(opened, record, entered)
    picture: Picture | None = draw([span_of(line.period) for line in lines], today)
    return page(
        "periods/record.html",
        opened,
        status,
        record=record,
        kind=KIND_WORDS[record.kind],
        lines=lines,
        struck_out=[(line, span_words(span_of(line.period))) for line in entered if line.period.voided_at is not None],
        picture=picture,
        today=today,
        form=form or PeriodForm(formdata=None),
        may_edit=opened.may(Action.EDIT_FACTS),
        may_follow=opened.may(Action.CREATE_FOLLOW_UP),
    )


def _lines(opened: Opened, record: PeriodRecord, entered: Sequence[PeriodLine]) -> list[Line]:
    """The standing periods in order, each with what lies before it and what its rule comes to."""
    by = {line.period.id: line.by for line in entered}
    standing = ordered(line.period for line in entered)
    before: list[Seam | None] = [None, *seams([span_of(one) for one in standing])]
    work, today = work_on_periods(db(), actor(), opened.case), today_here()
    lines = []
    for period, found in zip(standing, before, strict=False):
        rule = reckoned(record.rule_key, period.begin)
        lines.append(
            Line(
                period,
                span_words(span_of(period)),
                state_words(span_of(period), today),
                seam_words(found) if found is not None else "",
                found,
                by[period.id],
                rule,
                spoken_rule(rule.rule).label if rule is not None else "",
                _steps(rule),
                work.get(period.id, ()),
            )
        )
    return lines


def _steps(rule: Reckoning | None) -> list[str]:
    """The computation in words, what kind of date it is, and its source."""
    if rule is None:
        return []
    said = spoken_rule(rule.rule)
    words = CERTAINTY_WORDS[said.certainty]
    source = _(
        "Source: %(source)s [%(certainty)s: %(words)s]", source=said.source, certainty=said.certainty, words=words
    )
    return [*in_words(rule), f"{kind_words(said)}. {source}"]


def _edit_page(
    opened: Opened,
    record: PeriodRecord,
    form: RecordForm,
    status: int = 200,
    *,
    striking: StrikeForm | None = None,
    conflict: str | None = None,
) -> Answer:
    told: dict[str, Any] = {"record": record, "form": form, "conflict": conflict}
    return page("periods/edit.html", opened, status, striking=striking or StrikeForm(formdata=None), **told)


def _period_page(
    opened: Opened,
    record: PeriodRecord,
    period: Period,
    form: CorrectionForm,
    status: int = 200,
    striking: StrikeForm | None = None,
) -> Answer:
    told: dict[str, Any] = {"record": record, "period": period, "words": span_words(span_of(period)), "form": form}
    return page("periods/period.html", opened, status, striking=striking or StrikeForm(formdata=None), **told)


def _new_form() -> RecordForm:
    form = RecordForm()
    form.offer()
    return form


def _back(opened: Opened, record_id: UUID, message: str | None) -> Response:
    if message:
        flash(message, "success")
    return redirect(url_for(".record_page", reference=opened.case.reference, record_id=record_id), 303)
