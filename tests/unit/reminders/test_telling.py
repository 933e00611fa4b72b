"""When and how somebody is told: working days, quiet hours, digests, pause, and the law."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.working_days import working_days_of
from tracker.reminders import kinds
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import DueFact, plan
from tracker.reminders.planning.telling import after_quiet, at_once, on_day
from tracker.reminders.planning.wall_time import zone_named

START = datetime(2026, 1, 1, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, 27) + timedelta(days=offset) for offset in range(4))


def person(**said: Any) -> Recipient:
    fields: dict[str, Any] = {"person_id": UUID(int=1), "zone": "Europe/Warsaw", "calendar": working_days_of("PL")}
    return Recipient(**(fields | said))


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


@pytest.mark.parametrize(
    ("kind", "is_legal", "told_on"),
    [
        (kinds.BEFORE, False, FRIDAY),
        (kinds.RENEWAL, False, FRIDAY),
        (kinds.ON_THE_DAY, False, MONDAY),
        (kinds.OVERDUE, False, MONDAY),
        (kinds.WAITING, False, MONDAY),
        (kinds.BEFORE, True, FRIDAY),
        (kinds.ON_THE_DAY, True, SATURDAY),
        (kinds.OVERDUE, True, SATURDAY),
    ],
)
def test_on_working_days_only_what_comes_before_moves_earlier_the_rest_later_and_the_law_never_later(
    kind: str, is_legal: bool, told_on: date
) -> None:
    assert on_day(person(only_working_days=True), kind, SATURDAY, is_legal=is_legal).at == at(told_on)
    assert on_day(person(), kind, SATURDAY, is_legal=is_legal).at == at(SATURDAY)


def test_holidays_of_the_country_and_ones_own_weekdays_are_kept() -> None:
    independence = date(2026, 11, 11)
    assert on_day(person(only_working_days=True), kinds.OVERDUE, independence).at == at(
        independence + timedelta(days=1)
    )
    sunday_worker = person(only_working_days=True, working_days=frozenset({7}))
    assert on_day(sunday_worker, kinds.OVERDUE, FRIDAY).at == at(SUNDAY)


@pytest.mark.parametrize(
    ("quiet", "send_time", "told"),
    [
        ((time(22), time(7)), time(23), at(SATURDAY, 7)),
        ((time(22), time(7)), time(6), at(FRIDAY, 7)),
        ((time(22), time(7)), time(7), at(FRIDAY, 7)),
        ((time(22), time(7)), time(21, 59), at(FRIDAY, 21, 59)),
        ((time(8), time(12)), time(9), at(FRIDAY, 12)),
        ((time(9), time(9)), time(9), at(FRIDAY)),
    ],
)
def test_quiet_hours_move_the_sending_to_their_end_over_midnight_too(
    quiet: tuple[time, time], send_time: time, told: datetime
) -> None:
    who = person(quiet_from=quiet[0], quiet_until=quiet[1], send_time=send_time)
    assert on_day(who, kinds.OVERDUE, FRIDAY).at == told


@given(
    zone=st.sampled_from(["Europe/Warsaw", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Tehran"]),
    instant=st.integers(0, 730 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    start=st.times(),
    end=st.times(),
)
def test_out_of_quiet_hours_never_earlier_and_never_in_them(
    zone: str, instant: datetime, start: time, end: time
) -> None:
    now = instant
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    moved = after_quiet(person(zone=zone, quiet_from=start, quiet_until=end), now, zone_named(zone))
    wall = moved.astimezone(zone_named(zone)).time()
    assert now <= moved <= now + timedelta(hours=26)
    if moved != now:
        assert wall >= end  # a gap of the clocks may lie over the end
    elif start != end:
        is_quiet = start <= wall < end if start < end else wall >= start or wall < end
        assert not is_quiet


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_quiet_hours_over_the_night_in_which_clocks_change_end_when_clocks_show_their_end(day: date) -> None:
    who = person(quiet_from=time(22), quiet_until=time(2, 30), send_time=time(1))
    told = on_day(who, kinds.OVERDUE, day).at.astimezone(WARSAW)
    assert (told.date(), told.time()) == (day, time(3) if day.month == 3 else time(2, 30))


def test_the_law_waits_for_no_end_of_quiet_hours_on_the_day_and_the_day_before() -> None:
    who = person(quiet_from=time(8), quiet_until=time(20))
    due = DueFact(date(2026, 12, 1), 1, "deadline", True)
    hours = {row.due_key: row.send_at.astimezone(WARSAW).hour for row in plan(due, who, at(date(2026, 11, 1))).wanted}
    assert hours == {"1:-7": 20, "1:-3": 20, "1:-1": 9, "1:0": 9, "1:+1": 20}


def test_a_daily_digest_takes_all_but_the_law_on_the_day_and_the_day_before() -> None:
    who = person(delivery="daily", send_time=time(7, 30))
    due = DueFact(date(2026, 12, 1), 1, "hearing", True)
    told = {row.due_key: (row.via, row.send_at) for row in plan(due, who, at(date(2026, 11, 1))).wanted}
    assert {key: via for key, (via, _) in told.items()} == {
        "1:-7": "digest",
        "1:-3": "digest",
        "1:-1": "mail",
        "1:0": "mail",
        "1:+1": "digest",
    }
    assert told["1:-7"][1] == at(date(2026, 11, 24), 7, 30)


def test_a_weekly_digest_tells_of_a_day_before_it_and_of_what_is_overdue_after_it() -> None:
    who = person(delivery="weekly", digest_day=3)  # Wednesdays
    friday = DueFact(date(2026, 12, 4), 1, "follow_up", True)
    told = {row.due_key: row.send_at for row in plan(friday, who, at(date(2026, 11, 1))).wanted}
    assert told == {"1:-3": at(date(2026, 11, 25)), "1:0": at(date(2026, 12, 2)), "1:w3": at(date(2026, 12, 9))}


def test_that_something_was_assigned_waits_for_the_digest_too_but_not_near_a_legal_day() -> None:
    now = at(FRIDAY, 14)
    assert at_once(person(delivery="daily"), kinds.ASSIGNED, now) == on_day(
        person(delivery="daily"), kinds.OVERDUE, SATURDAY
    )
    pressing = at_once(person(delivery="daily"), kinds.ASSIGNED, now, is_legal=True, due=SATURDAY)
    assert (pressing.at, pressing.via) == (now, "mail")


@given(
    delivery=st.sampled_from(["daily", "weekly"]),
    day=st.integers(1, 7),
    only=st.booleans(),
    instant=st.integers(0, 730 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
)
def test_a_digest_comes_at_its_time_not_before_what_it_tells_and_in_time(
    delivery: str, day: int, only: bool, instant: datetime
) -> None:
    now = instant
    who = person(delivery=delivery, digest_day=day, only_working_days=only)
    told = at_once(who, kinds.ASSIGNED, now)
    local = told.at.astimezone(WARSAW)
    assert told.via == "digest" and local.time() == time(9)
    assert (
        now
        <= told.at
        <= now + timedelta(days=7 if delivery == "weekly" else 1) + timedelta(days=6 if only else 0, hours=1)
    )
    if only:
        assert who.works_on(local.date())
    elif delivery == "weekly":
        assert local.isoweekday() == day


@pytest.mark.parametrize("said", [{"wants_mail": False}, {"unwanted_kinds": frozenset({kinds.OVERDUE})}])
def test_what_is_unwanted_is_told_in_the_app(said: dict[str, Any]) -> None:
    assert on_day(person(**said), kinds.OVERDUE, FRIDAY).via == "app"
    assert on_day(person(**said), kinds.BEFORE, FRIDAY).via == ("app" if "wants_mail" in said else "mail")


def test_a_pause_ends_on_its_day() -> None:
    who = person(paused_until=SATURDAY)
    assert [on_day(who, kinds.OVERDUE, day).via for day in (FRIDAY, SATURDAY)] == ["app", "mail"]


def one_a_day(zones: list[str], year: int) -> None:
    for name in zones:
        who = person(zone=name)
        before: date | None = None
        on = date(year, 1, 1)
        while on.year == year:
            local = on_day(who, kinds.OVERDUE, on).at.astimezone(zone_named(name))
            assert (local.date(), local.time()) == (on, time(9)), (name, on)
            assert before is None or local.date() - before == timedelta(days=1)
            before, on = local.date(), on + timedelta(days=1)


def test_every_day_has_one_nine_o_clock_through_the_rules_too() -> None:
    one_a_day(["Europe/Warsaw", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Antarctica/Troll"], 2026)


@pytest.mark.long
@pytest.mark.parametrize("year", range(2026, 2037))
def test_every_day_of_every_zone_has_one_nine_o_clock_through_the_rules_too(year: int) -> None:
    one_a_day(sorted(available_timezones()), year)
