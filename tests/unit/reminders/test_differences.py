"""What planning writes: the plan held against the rows that stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tracker.core.working_days import working_days_of
from tracker.reminders import kinds
from tracker.reminders.planning.differences import Differences, Standing, Subject, compare
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import DueFact
from tracker.reminders.reasons import Reason

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FACT = DueFact(date(2026, 12, 1), 3, "follow_up", True)
ASSIGNEE = Recipient(UUID(int=1), "UTC", working_days_of(None))
SUBJECT = Subject(UUID(int=7), UUID(int=8), FACT, ASSIGNEE)


def compared(subject: Subject, rows: list[Standing], now: datetime = NOW, announce: bool = False) -> Differences:
    differences = Differences()
    compare(differences, subject, rows, now, announce=announce)
    return differences


def rows_of(subject: Subject, now: datetime = NOW, **said: Any) -> list[Standing]:
    """The rows that planning `subject` at `now` leaves."""
    fields: dict[str, Any] = {"status": "planned", "last_error": None}
    return [
        Standing(
            id=uuid4(),
            kind=wanted.kind,
            due_key=wanted.due_key,
            recipient_id=wanted.recipient_id,
            scheduled_at=wanted.send_at,
            useful_until=wanted.useful_until,
            **(fields | said),
        )
        for _, wanted in compared(subject, [], now).added
    ]


def test_planning_what_stands_already_writes_nothing() -> None:
    again = compared(SUBJECT, rows_of(SUBJECT))
    assert (again.added, again.moved, again.cancelled) == ([], [], {})
    assert again.next_plans == [(SUBJECT.follow_up_id, datetime(2026, 12, 2, 9, tzinfo=UTC))]


def test_a_changed_day_cancels_the_old_rows_and_adds_new_ones_under_other_keys() -> None:
    rows = rows_of(SUBJECT)
    later = replace(SUBJECT, fact=replace(FACT, due_on=date(2026, 12, 20), version=4))
    differences = compared(later, rows)
    assert differences.cancelled == {Reason.DATE_CHANGED: [row.id for row in rows]}
    assert {wanted.due_key.partition(":")[0] for _, wanted in differences.added} == {"4"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fact": replace(FACT, is_active=False)}, Reason.CLOSED),
        ({"recipient": replace(ASSIGNEE, person_id=UUID(int=2))}, Reason.REASSIGNED),
        ({"recipient": None}, Reason.REASSIGNED),
        ({"recipient": replace(ASSIGNEE, is_active=False)}, Reason.RECIPIENT_INACTIVE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rows_that_no_longer_hold_are_cancelled_with_their_reason(change: dict[str, Any], reason: Reason) -> None:
    rows = rows_of(SUBJECT)
    assert compared(replace(SUBJECT, **change), rows).cancelled == {reason: [row.id for row in rows]}


def test_a_wish_for_no_mail_leaves_every_row_as_a_line_in_the_app() -> None:
    rows = rows_of(SUBJECT)
    quiet = compared(replace(SUBJECT, recipient=replace(ASSIGNEE, wants_mail=False)), rows)
    assert ([row_id for row_id, _ in quiet.moved], quiet.cancelled) == ([row.id for row in rows], {})
    assert {wanted.via for _, wanted in quiet.moved} == {"app"}


def test_a_wish_for_fewer_days_cancels_those_rows_only() -> None:
    rows = rows_of(SUBJECT)
    fewer = replace(SUBJECT, recipient=replace(ASSIGNEE, days_before=(7,)))
    gone = [row.id for row in rows if row.due_key in ("3:-3", "3:-1")]
    differences = compared(fewer, rows)
    assert differences.cancelled == {Reason.UNWANTED: gone}
    assert [row_id for row_id, _ in differences.moved] == [rows[0].id]  # now useful until the day itself


def test_another_zone_moves_the_rows_and_adds_none() -> None:
    rows = rows_of(SUBJECT)
    differences = compared(replace(SUBJECT, recipient=replace(ASSIGNEE, zone="Asia/Tokyo")), rows)
    assert (len(differences.moved), differences.added, differences.cancelled) == (len(rows), [], {})
    assert differences.moved[0][1].send_at == rows[0].scheduled_at - timedelta(hours=9)


def test_a_reopened_follow_up_gets_its_rows_back_but_nothing_that_was_sent_or_is_past() -> None:
    done = rows_of(SUBJECT, status="cancelled", last_error=Reason.CLOSED)
    done[0] = replace(done[0], status="sent", last_error=None)
    after_the_second = datetime(2026, 11, 29, tzinfo=UTC)
    reopened = compared(SUBJECT, done, after_the_second)
    assert reopened.added == []
    assert [wanted.due_key for _, wanted in reopened.moved] == ["3:-3", "3:-1", "3:0", "3:+1"]


@pytest.mark.parametrize("status", ["sent", "dead", "sending"])
def test_what_was_sent_or_died_is_never_planned_again(status: str) -> None:
    differences = compared(SUBJECT, rows_of(SUBJECT, status=status))
    assert (differences.added, differences.moved, differences.cancelled) == ([], [], {})


def test_what_somebody_decided_by_hand_stays_as_decided() -> None:
    withdrawn = rows_of(SUBJECT, status="cancelled", last_error=Reason.BY_HAND)
    assert compared(SUBJECT, withdrawn).moved == []
    sent_again = rows_of(SUBJECT, now=NOW, last_error=Reason.BY_HAND)
    much_later = datetime(2026, 12, 30, tzinfo=UTC)
    differences = compared(SUBJECT, sent_again, much_later)
    assert differences.cancelled == {}


def test_an_assignment_by_somebody_else_adds_a_mail_that_goes_at_once() -> None:
    told = [wanted for _, wanted in compared(SUBJECT, [], announce=True).added if wanted.kind == kinds.ASSIGNED]
    assert [(wanted.send_at, wanted.due_key) for wanted in told] == [(NOW, "3:assigned")]


def test_a_late_assignment_brings_one_mail_and_the_sweep_adds_no_second() -> None:
    late = datetime(2026, 11, 29, 12, tzinfo=UTC)
    first = compared(SUBJECT, [], late, announce=True)
    assert [wanted.kind for _, wanted in first.added if wanted.send_at <= late] == [kinds.ASSIGNED]
    rows = [
        Standing(uuid4(), one.kind, one.due_key, one.recipient_id, "sent", one.send_at, one.useful_until, None)
        for _, one in first.added
    ]
    assert compared(SUBJECT, rows, late + timedelta(hours=1)).added == []


def test_a_changed_day_leaves_the_word_that_it_was_assigned() -> None:
    told = Standing(uuid4(), kinds.ASSIGNED, "3:assigned", ASSIGNEE.person_id, "planned", NOW, None, None)
    later = replace(SUBJECT, fact=replace(FACT, version=4))
    assert compared(later, [told]).cancelled == {}


def test_what_a_standstill_put_into_a_digest_stays_there_and_what_is_still_ahead_follows_the_wish() -> None:
    after_the_first = datetime(2026, 11, 24, 12, tzinfo=UTC)
    rows = [replace(row, via="digest") for row in rows_of(SUBJECT, after_the_first)]
    assert rows[0].scheduled_at < after_the_first
    differences = compared(SUBJECT, rows, after_the_first)
    assert [row_id for row_id, _ in differences.moved] == [row.id for row in rows[1:]]
    assert {wanted.via for _, wanted in differences.moved} == {"mail"}


def test_what_is_due_already_goes_to_the_app_all_the_same_where_no_mail_is_wanted_any_more() -> None:
    after_the_first = datetime(2026, 11, 24, 12, tzinfo=UTC)
    rows = rows_of(SUBJECT, after_the_first, via="digest")
    quiet = replace(SUBJECT, recipient=replace(ASSIGNEE, wants_mail=False))
    moved = dict(compared(quiet, rows, after_the_first).moved)
    assert moved[rows[0].id].via == "app"
