"""Whoever comes back gets what went to nobody while they were away, and nothing that was told in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.circle_plan import Subject, plan_all
from tracker.reminders.planning.differences import Differences, Standing, compare
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.rules import DueFact
from tracker.reminders.reasons import Reason

DUE = date(2026, 12, 1)
WHILE_AWAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
BACK = datetime(2026, 12, 2, tzinfo=UTC)
STAND_IN = Recipient(UUID(int=2), "UTC", working_days_of(None))
ASSIGNEE = Recipient(
    UUID(int=1), "UTC", STAND_IN.calendar, away_from=DUE, away_until=DUE, substitute_id=STAND_IN.person_id
)
LEAD = replace(ASSIGNEE, person_id=UUID(int=3))
OTHER_LEAD = replace(STAND_IN, person_id=UUID(int=4))


def subject_of(assignee: Recipient, *leads: Recipient, due_on: date = DUE) -> Subject:
    people = {one.person_id: one for one in (assignee, STAND_IN, *leads)}
    circle = Circle(people, leads=tuple(one.person_id for one in leads))
    return Subject(UUID(int=7), UUID(int=8), DueFact(due_on, 1, "follow_up", True), assignee, circle)


WORK = subject_of(ASSIGNEE)


def compared(subject: Subject, rows: list[Standing], now: datetime) -> Differences:
    differences = Differences()
    compare(differences, subject, rows, now, announce=False)
    return differences


def rows_of(subject: Subject, now: datetime, **said: Any) -> list[Standing]:
    return [
        replace(
            Standing(uuid4(), one.kind, one.due_key, one.recipient_id, "planned", one.send_at, one.useful_until, None),
            **said,
        )
        for _, one in compared(subject, [], now).added
    ]


def of(rows: list[Standing], key: str) -> Standing:
    return next(row for row in rows if row.due_key == key)


def test_planning_looks_again_when_somebody_is_back() -> None:
    assert plan_all(WORK, WHILE_AWAY).next_plan_at == BACK
    assert plan_all(WORK, BACK).next_plan_at == datetime(2026, 12, 2, 9, tzinfo=UTC)


def test_what_went_to_nobody_while_one_was_away_is_ones_own_again() -> None:
    rows = rows_of(WORK, WHILE_AWAY)
    row = of(rows, "1:0")
    assert row.recipient_id == STAND_IN.person_id
    assert compared(WORK, rows, BACK - timedelta(seconds=1)).cancelled == {}
    differences = compared(WORK, rows, BACK)
    assert differences.cancelled == {Reason.REASSIGNED: [row.id]}
    assert [(one.due_key, one.recipient_id) for _, one in differences.added] == [("1:0", ASSIGNEE.person_id)]


@pytest.mark.parametrize("status", ["sending", "committing", "sent", "shown"])
@pytest.mark.parametrize(
    "assignee",
    [ASSIGNEE, replace(ASSIGNEE, away_from=None, away_until=None, substitute_id=None)],
    ids=["back", "the absence struck out"],
)
def test_what_was_told_in_ones_place_is_not_told_again(status: str, assignee: Recipient) -> None:
    rows = rows_of(WORK, WHILE_AWAY)
    rows = [replace(row, status=status) if row.due_key == "1:0" else row for row in rows]
    differences = compared(subject_of(assignee), rows, BACK)
    assert (differences.added, differences.cancelled) == ([], {})


def test_a_line_of_a_digest_that_is_written_already_stays_with_whoever_gets_that() -> None:
    rows = [replace(row, digest_id=uuid4()) if row.due_key == "1:0" else row for row in rows_of(WORK, WHILE_AWAY)]
    differences = compared(WORK, rows, BACK)
    assert (differences.added, differences.cancelled) == ([], {})


def test_what_nobody_could_be_told_in_ones_place_is_told_to_oneself() -> None:
    rows = [replace(row, status="dead") if row.due_key == "1:0" else row for row in rows_of(WORK, WHILE_AWAY)]
    assert [one.recipient_id for _, one in compared(WORK, rows, BACK).added] == [ASSIGNEE.person_id]


def test_whoever_stands_in_from_today_on_hears_what_was_due_today_whoever_heard_it_before() -> None:
    there = subject_of(replace(ASSIGNEE, away_from=None, away_until=None, substitute_id=None))
    rows = [replace(row, status="sent") if row.due_key == "1:0" else row for row in rows_of(there, WHILE_AWAY)]
    added = [(one.due_key, one.recipient_id) for _, one in compared(WORK, rows, WHILE_AWAY).added]
    assert added == [("1:0", STAND_IN.person_id)]


def test_what_was_due_before_one_left_stays_ones_own() -> None:
    late = rows_of(WORK, datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert of(late, "1:-1").recipient_id == ASSIGNEE.person_id
    assert compared(WORK, late, WHILE_AWAY - timedelta(hours=11)).cancelled == {}


@pytest.mark.parametrize(("status", "gets"), [("planned", True), ("sent", False)])
def test_an_escalation_comes_back_to_the_lead_unless_it_was_told(status: str, gets: bool) -> None:
    there = replace(ASSIGNEE, away_from=None, away_until=None, substitute_id=None)
    work = subject_of(there, LEAD, OTHER_LEAD, due_on=date(2026, 11, 26))
    rows = [replace(row, status=status) for row in rows_of(work, WHILE_AWAY) if row.kind == "escalation"]
    assert {row.recipient_id for row in rows} == {STAND_IN.person_id, OTHER_LEAD.person_id}
    added = {one.recipient_id for _, one in compared(work, rows, BACK).added if one.kind == "escalation"}
    assert added == ({LEAD.person_id} if gets else set())
