"""Records of periods, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.dates import VagueDate
from tracker.periods.models import Period, PeriodRecord


def make_record(session: Session, case: Case, **said: Any) -> PeriodRecord:
    """A regime of sanctions without a period."""
    record = PeriodRecord(case_id=case.id, **({"kind": "framework", "title": "EU regime on Belarus"} | said))
    session.add(record)
    session.flush()
    return record


def make_period(
    session: Session, record: PeriodRecord, begins_on: str | None, ends_on: str | None, **said: Any
) -> Period:
    """A period of `record`; without an end one whose end nobody knows."""
    kind = "day" if ends_on else "unknown"
    values = {"end_kind": kind, "ends_by": VagueDate(ends_on).latest} | said
    period = Period(record_id=record.id, begins_on=begins_on, ends_on=ends_on, **values)
    session.add(period)
    session.flush()
    return period
