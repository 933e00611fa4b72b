"""Reads of records of periods. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.audit.reads import note_shown
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_on
from tracker.core.pages import Page, decode_cursor, encode_cursor
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.periods.models import Period, PeriodFollowUp, PeriodRecord
from tracker.periods.rules import Span, in_order

PAGE_SIZE = 50
_FIRST = UUID(int=0)
_BY_END = Order(Period.ends_by, Period.id, date, lambda row: (row.ends_by, row.id), may_be_empty=False)
_BY_EXPIRY = Order(Case.expires_on, Case.id, date, lambda row: (row.ends_by, row.id), may_be_empty=False)


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period as entered; `by` None: the operator."""

    period: Period
    by: str | None


@dataclass(frozen=True, slots=True)
class WorkOnPeriod:
    """A follow-up that hangs on a period. `made_for`: the end for which it was made."""

    period_id: UUID
    id: UUID
    title: str
    due_on: date | None
    is_active: bool
    made_for: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A period that ends soon, or has ended and nothing later is entered. `record_id` None: the case's history says so.

    `ends_on`: as exactly as it is known.
    """

    reference: str
    case_title: str
    record_id: UUID | None
    kind: str | None
    title: str
    ends_on: str
    ends_by: date


def span_of(period: Period) -> Span:
    return Span(period.id, period.begin, period.end, is_open=period.end_kind == "open")


def ordered(periods: Iterable[Period]) -> list[Period]:
    """Standing periods of one record in their order."""
    by_id = {period.id: period for period in periods if period.voided_at is None}
    return [by_id[span.key] for span in in_order([span_of(one) for one in by_id.values()])]


def visible_records(actor: Actor) -> Select[PeriodRecord]:
    """The records of the cases that `actor` sees, in no order, those struck out among them."""
    seen = visible_cases(actor).with_only_columns(Case.id, maintain_column_froms=True)
    return select(PeriodRecord).where(PeriodRecord.case_id.in_(seen))


def records_on(session: Session, actor: Actor, case: Case) -> Sequence[PeriodRecord]:
    """Those of `case` that stand, by kind and name."""
    query = visible_records(actor).where(PeriodRecord.case_id == case.id, PeriodRecord.voided_at.is_(None))
    return session.scalars(query.order_by(PeriodRecord.kind, PeriodRecord.title, PeriodRecord.id)).all()


def get_record(session: Session, actor: Actor, case: Case, record_id: UUID) -> PeriodRecord:
    """One record of `case` that was not struck out. Raises NotVisible."""
    query = visible_records(actor).where(
        PeriodRecord.id == record_id, PeriodRecord.case_id == case.id, PeriodRecord.voided_at.is_(None)
    )
    found = session.scalar(query)
    if found is None:
        raise NotVisible(_("There is no such record."))
    return found


def get_period(session: Session, record: PeriodRecord, period_id: UUID) -> Period:
    """One standing period of a record that was found already. Raises NotVisible."""
    query = select(Period).where(Period.id == period_id, Period.record_id == record.id, Period.voided_at.is_(None))
    found = session.scalar(query)
    if found is None:
        raise NotVisible(_("There is no such period."))
    return found


def periods_of(session: Session, records: Sequence[PeriodRecord]) -> Mapping[UUID, Sequence[PeriodLine]]:
    """All periods ever entered on records that were found already, by record, in the order of entry."""
    query = (
        select(Period, Person.name)
        .outerjoin(Person, Person.id == Period.entered_by_id)
        .where(Period.record_id.in_([record.id for record in records]))
        .order_by(Period.entered_at, Period.id)
    )
    found: dict[UUID, list[PeriodLine]] = defaultdict(list)
    for period, name in session.execute(query):
        found[period.record_id].append(PeriodLine(period, name))
    return found


def work_on_periods(session: Session, actor: Actor, case: Case) -> Mapping[UUID, Sequence[WorkOnPeriod]]:
    """The follow-ups that hang on periods of `case`, as far as `actor` sees them, by period and day."""
    query = (
        visible_follow_ups(actor)
        .with_only_columns(
            *(PeriodFollowUp.period_id, FollowUp.id, FollowUp.title, FollowUp.due_on),
            *(IS_ACTIVE.label("is_active"), PeriodFollowUp.due_on.label("made_for")),
            maintain_column_froms=True,
        )
        .join(PeriodFollowUp, PeriodFollowUp.follow_up_id == FollowUp.id)
        .where(FollowUp.case_id == case.id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    found: dict[UUID, list[WorkOnPeriod]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(WorkOnPeriod(*row))
    return found


def endings(
    session: Session, actor: Actor, today: date, days: int, back: int = 365, cursor: str | None = None
) -> Page[Ending]:
    """A page of what ends from `back` days ago to `days` ahead and has nothing later, by day; closed cases too.

    The last period of each record, and the end that a case's own history gives. Two statements.
    """
    window = (today - timedelta(days=back), today + timedelta(days=days))
    backward, (day, unique) = decode_cursor(cursor or "", (date, UUID)) or (False, (window[0], _FIRST))
    found = [
        (*order.values_of(row), row)
        for query, order in ((_of_records(actor, *window), _BY_END), (_of_histories(actor, *window), _BY_EXPIRY))
        for row in read_on(session, query, order, (day, unique), backward, PAGE_SIZE + 1)
    ]
    found.sort(key=lambda one: one[:2], reverse=backward)
    has_more, rows = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backward:
        rows.reverse()
    for *_place, row in rows:
        note_shown(session, row.case_id, row.level)
    is_first = unique == _FIRST or (backward and not has_more)
    is_last = not backward and not has_more
    return Page(
        [Ending(*row[3:]) for *_place, row in rows],
        next_cursor=encode_cursor(rows[-1][:2]) if rows and not is_last else None,
        previous_cursor=encode_cursor(rows[0][:2], backward=True) if rows and not is_first else None,
    )


def _of_records(actor: Actor, first: date, last: date) -> Select[*tuple[Any, ...]]:
    of_record = (PeriodRecord.id.label("record_id"), PeriodRecord.kind, PeriodRecord.title.label("what"))
    of_case = (Case.id.label("case_id"), Case.level, Case.reference, Case.title)
    return (
        visible_cases(actor)
        .with_only_columns(Period.id, *of_case, *of_record, Period.ends_on, Period.ends_by)
        .join(PeriodRecord, PeriodRecord.case_id == Case.id)
        .join(Period, Period.record_id == PeriodRecord.id)
        .where(PeriodRecord.voided_at.is_(None), Period.is_last, Period.ends_by.between(first, last))
    )


def _of_histories(actor: Actor, first: date, last: date) -> Select[*tuple[Any, ...]]:
    nothing = literal(None)
    ends = func.to_char(Case.expires_on, "YYYY-MM-DD")
    return (
        visible_cases(actor)
        .with_only_columns(
            *(Case.id, Case.id.label("case_id"), Case.level, Case.reference, Case.title.label("case_title")),
            *(nothing.label("record_id"), nothing.label("kind"), Case.title.label("what"), ends.label("ends_on")),
            Case.expires_on.label("ends_by"),
        )
        .where(Case.phase != "closed", Case.expires_on.between(first, last))
    )
