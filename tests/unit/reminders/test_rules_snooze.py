"""A snoozed follow-up is announced neither in advance nor less on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from tracker.core.working_days import working_days_of
from tracker.reminders.kinds import BEFORE, ON_THE_DAY, OVERDUE
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import DueFact, plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOMEBODY = Recipient(uuid4(), "UTC", working_days_of(None))


def kinds(snoozed_until: date | None) -> list[tuple[str, date]]:
    fact = DueFact(date(2026, 12, 10), 1, "follow_up", True, snoozed_until)
    return [(one.kind, one.send_at.date()) for one in plan(fact, SOMEBODY, NOW).wanted]


def test_nothing_goes_out_in_advance_while_it_is_snoozed_and_the_day_itself_stays() -> None:
    assert [kind for kind, _day in kinds(None)].count(BEFORE) == 3
    snoozed = kinds(date(2026, 12, 8))
    assert [day for kind, day in snoozed if kind == BEFORE] == [date(2026, 12, 9)]
    assert {ON_THE_DAY, OVERDUE} <= {kind for kind, _day in snoozed}
    later = {kind for kind, _day in kinds(date(2027, 1, 1))}
    assert BEFORE not in later and {ON_THE_DAY, OVERDUE} <= later
