"""What is told of who sees a case, and of keys that end, whatever their readers wish."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.access_news import Access, of_access, of_key
from tracker.reminders.planning.people import Recipient

SATURDAY_NIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)
ASKER = uuid4()
EXPIRES = datetime(2027, 3, 31, 15, tzinfo=UTC)


def member(**said: Any) -> Recipient:
    return Recipient(uuid4(), "UTC", working_days_of(None), **said)


def broken(is_told: bool = True) -> Access:
    return Access(ASKER, SATURDAY_NIGHT, is_glass=True, is_told=is_told)


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"delivery": "weekly"},
        {"quiet_from": time(20), "quiet_until": time(8)},
        {"only_working_days": True},
    ],
)
def test_broken_glass_waits_for_no_morning_and_no_digest(wishes: dict[str, Any]) -> None:
    [row] = of_access(broken(), [member(**wishes)], SATURDAY_NIGHT).wanted
    assert (row.kind, row.send_at, row.via) == ("glass", SATURDAY_NIGHT, "mail")


@pytest.mark.parametrize("wishes", [{"wants_mail": False}, {"paused_until": date(2026, 12, 1)}])
def test_whoever_wants_no_mail_finds_it_in_the_app(wishes: dict[str, Any]) -> None:
    [row] = of_access(broken(), [member(**wishes)], SATURDAY_NIGHT).wanted
    assert row.via == "app"


def test_a_membership_that_ran_out_comes_as_its_reader_wishes() -> None:
    over = Access(ASKER, SATURDAY_NIGHT, is_glass=False, is_told=True)
    weekly, quiet = member(delivery="weekly"), member(quiet_from=time(20), quiet_until=time(8))
    rows = {row.recipient_id: row for row in of_access(over, [weekly, quiet], SATURDAY_NIGHT).wanted}
    assert rows[weekly.person_id].via == "digest"
    assert rows[quiet.person_id].send_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_neither_whom_it_is_about_nor_whoever_left_is_told_nor_anybody_of_what_is_gone() -> None:
    asker = Recipient(ASKER, "UTC", working_days_of(None))
    assert of_access(broken(), [asker, member(is_active=False)], SATURDAY_NIGHT).wanted == ()
    assert of_access(broken(is_told=False), [member()], SATURDAY_NIGHT).wanted == ()
    month_later = SATURDAY_NIGHT + timedelta(days=31)
    assert of_access(broken(), [member()], month_later).wanted == ()


@pytest.mark.parametrize(
    ("days_left", "wanted"), [(200, [30, 7, 1]), (30, [30, 7, 1]), (20, [30, 7, 1]), (5, [7, 1]), (0.5, [1]), (-1, [])]
)
def test_of_the_warnings_that_are_past_only_the_newest_is_sent(days_left: float, wanted: list[int]) -> None:
    rows = of_key(EXPIRES, member(), EXPIRES - timedelta(days=days_left)).wanted
    assert [int(row.due_key.rpartition("-")[2]) for row in rows] == wanted
    assert all(row.useful_until is not None and row.send_at < row.useful_until <= EXPIRES for row in rows)
