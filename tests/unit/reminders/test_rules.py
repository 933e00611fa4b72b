"""Which reminders should exist, and when: the pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import DueFact, Plan, Wanted, assignment, plan, version_of
from tracker.reminders.planning.wall_time import instant_of, zone_named

WARSAW = ZoneInfo("Europe/Warsaw")
DUE = date(2026, 12, 1)  # a Tuesday
SOMEBODY = UUID(int=1)
SUNDAY_TO_THURSDAY = frozenset({7, 1, 2, 3, 4})


def recipient(**said: Any) -> Recipient:
    fields: dict[str, Any] = {"person_id": SOMEBODY, "zone": "Europe/Warsaw", "calendar": working_days_of(None)}
    return Recipient(**(fields | said))


def fact(due_on: date | None = DUE, version: int = 3, kind: str = "follow_up", is_active: bool = True) -> DueFact:
    return DueFact(due_on, version, kind, is_active)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


def sent_over(days: int, start: datetime, who: Recipient, due: DueFact) -> list[Wanted]:
    """What goes out when planning runs every hour for `days` days and every row goes when it is due."""
    outbox: dict[str, Wanted] = {}
    for hour in range(days * 24 + 1):
        now = start + timedelta(hours=hour)
        for wanted in plan(due, who, now).wanted:
            outbox.setdefault(wanted.due_key, wanted)
    return sorted((row for row in outbox.values() if row.send_at <= now), key=lambda row: row.send_at)


def days_of(wanted: Plan | list[Wanted]) -> list[tuple[str, date]]:
    rows = wanted.wanted if isinstance(wanted, Plan) else wanted
    return [(row.kind, row.send_at.astimezone(WARSAW).date()) for row in rows]


def test_a_month_ahead_seven_three_and_one_day_before_the_day_and_the_day_after_are_planned() -> None:
    planned = plan(fact(), recipient(), at(date(2026, 11, 1)))
    assert days_of(planned) == [
        ("before", date(2026, 11, 24)),
        ("before", date(2026, 11, 28)),
        ("before", date(2026, 11, 30)),
        ("on_the_day", DUE),
        ("overdue", date(2026, 12, 2)),
    ]
    assert {row.send_at.astimezone(WARSAW).time() for row in planned.wanted} == {time(9)}
    assert [row.due_key for row in planned.wanted] == ["3:-7", "3:-3", "3:-1", "3:0", "3:+1"]


def test_renewals_are_announced_120_60_30_and_7_days_before_whatever_the_wishes() -> None:
    planned = plan(fact(kind="renewal"), recipient(days_before=(2,)), at(date(2026, 1, 1)))
    assert [row.due_key for row in planned.wanted if row.kind == "renewal"] == ["3:-120", "3:-60", "3:-30", "3:-7"]


def test_a_person_chooses_the_days_before_and_the_time() -> None:
    planned = plan(fact(), recipient(days_before=(14, 2), send_time=time(7, 30)), at(date(2026, 11, 1)))
    assert [row.due_key for row in planned.wanted] == ["3:-14", "3:-2", "3:0", "3:+1"]
    assert {row.send_at.astimezone(WARSAW).time() for row in planned.wanted} == {time(7, 30)}


def test_overdue_comes_the_day_after_and_then_every_third_working_day() -> None:
    sent = sent_over(16, at(DUE), recipient(), fact())
    assert [row for row in days_of(sent) if row[0] == "overdue"] == [
        ("overdue", date(2026, 12, 2)),  # Wednesday
        ("overdue", date(2026, 12, 7)),  # Thursday, Friday, Monday
        ("overdue", date(2026, 12, 10)),
        ("overdue", date(2026, 12, 15)),
    ]


def test_public_holidays_are_no_working_days() -> None:
    polish = sent_over(14, at(date(2026, 12, 22)), recipient(calendar=working_days_of("PL")), fact(date(2026, 12, 22)))
    # After the 23rd: 24, 25, 26 December are holidays, 27 is a Sunday; 28, 29, 30 are worked.
    assert days_of(polish)[-3:] == [
        ("overdue", date(2026, 12, 23)),
        ("overdue", date(2026, 12, 30)),
        ("overdue", date(2027, 1, 5)),  # the 31st, the 4th, the 5th: New Year and a week-end lie between
    ]


def test_ones_own_week_counts_for_what_comes_every_so_many_working_days() -> None:
    sundays_to_thursdays = recipient(calendar=working_days_of("PL"), own_days=working_days_of("PL", SUNDAY_TO_THURSDAY))
    sent = sent_over(16, at(DUE), sundays_to_thursdays, fact())
    assert days_of(sent)[1:] == [
        ("overdue", date(2026, 12, 2)),
        ("overdue", date(2026, 12, 7)),  # Thursday, Sunday, Monday
        ("overdue", date(2026, 12, 10)),
        ("overdue", date(2026, 12, 15)),
    ]
    waits = replace(fact(None), waiting_since=date(2026, 12, 2))
    nudges = sent_over(14, at(date(2026, 12, 2)), recipient(own_days=working_days_of("PL", frozenset({3}))), waits)
    assert nudges == []  # five Wednesdays take longer
    assert working_days_of("PL", SUNDAY_TO_THURSDAY).nth_after(date(2026, 12, 23), 1) == date(2026, 12, 27)
    assert working_days_of(None, frozenset({7})).nth_after(date(2026, 12, 23), 100) == date(2028, 11, 19)


def test_what_was_missed_does_not_come_in_a_burst_only_its_newest_goes() -> None:
    late = plan(fact(), recipient(), at(date(2026, 11, 29), hour=15))
    assert [row.due_key for row in late.wanted if row.send_at <= at(date(2026, 11, 29), hour=15)] == ["3:-3"]
    months_late = plan(fact(), recipient(), at(date(2027, 3, 1), hour=15))
    assert len([row for row in months_late.wanted if row.send_at <= at(date(2027, 3, 1), hour=15)]) == 1


def test_a_reminder_is_useful_until_the_next_one_says_it_better() -> None:
    planned = plan(fact(), recipient(), at(date(2026, 11, 1)))
    for earlier, later in zip(planned.wanted, planned.wanted[1:], strict=False):
        assert earlier.useful_until == later.send_at
    assert planned.wanted[-1].useful_until == at(date(2026, 12, 7))


def test_whoever_was_just_told_gets_no_older_reminder_as_well() -> None:
    now = at(date(2026, 11, 29), hour=15)
    assert [row.due_key for row in plan(fact(), recipient(), now, covered_until=now).wanted] == ["3:-1", "3:0", "3:+1"]


def test_planning_looks_again_when_the_next_overdue_reminder_must_be_added() -> None:
    first = plan(fact(), recipient(), at(date(2026, 11, 1)))
    assert first.next_plan_at == at(date(2026, 12, 2))
    assert first.next_plan_at is not None
    second = plan(fact(), recipient(), first.next_plan_at)
    assert second.next_plan_at == at(date(2026, 12, 7))
    assert "3:w3" in {row.due_key for row in second.wanted}


@pytest.mark.parametrize(
    ("due", "who"),
    [
        (fact(is_active=False), recipient()),
        (fact(due_on=None), recipient()),
        (fact(), recipient(is_active=False)),
        (fact(), None),
    ],
    ids=["done", "no date", "gone", "nobody"],
)
def test_nothing_is_planned_where_nobody_is_to_be_reminded(due: DueFact, who: Recipient | None) -> None:
    assert plan(due, who, at(date(2026, 11, 1))) == Plan()


def test_an_assignment_goes_at_once_and_its_key_holds_the_version() -> None:
    now = at(date(2026, 11, 1), hour=14)
    told = assignment(fact(due_on=None), recipient(), now)
    assert told is not None and (told.send_at, told.due_key, told.useful_until) == (now, "3:assigned", None)
    assert assignment(fact(is_active=False), recipient(), now) is None
    assert assignment(fact(), recipient(is_active=False), now) is None


def test_whoever_wants_no_mail_finds_the_same_in_the_app() -> None:
    now = at(date(2026, 11, 1))
    quiet, told = plan(fact(), recipient(wants_mail=False), now), plan(fact(), recipient(), now)
    assert [row.due_key for row in quiet.wanted] == [row.due_key for row in told.wanted]
    assert {row.via for row in quiet.wanted} == {"app"} and {row.via for row in told.wanted} == {"mail"}


def test_the_version_can_be_read_back_from_every_key() -> None:
    keys = plan(fact(version=17), recipient(), at(date(2027, 2, 1))).keys
    assert {version_of(key) for key in keys} == {17}


@given(
    due=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    first=st.integers(-200 * 24, 400 * 24),
    later=st.integers(0, 24),
    country=st.sampled_from([None, "PL", "LT", "DE"]),
    zone=st.sampled_from(["Europe/Warsaw", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_planning_twice_names_the_same_reminders_at_the_same_times(
    due: date, first: int, later: int, country: str | None, zone: str
) -> None:
    """The key comes from the due fact, never from the run: two runs may add rows, never another key for one instant."""
    who = recipient(calendar=working_days_of(country), zone=zone)
    start = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(hours=first)
    one = {row.due_key: row.send_at for row in plan(fact(due), who, start).wanted}
    two = {row.due_key: row.send_at for row in plan(fact(due), who, start + timedelta(hours=later)).wanted}
    assert plan(fact(due), who, start) == plan(fact(due), who, start)
    assert {key: one[key] for key in one.keys() & two.keys()} == {key: two[key] for key in one.keys() & two.keys()}
    shared = set(one.values()) & set(two.values())
    assert {key for key, instant in one.items() if instant in shared} == {
        key for key, instant in two.items() if instant in shared
    }
    assert all(len(set(keys.values())) == len(keys) for keys in (one, two))


@given(due=st.dates(date(2026, 1, 1), date(2028, 12, 31)), hours=st.integers(0, 90 * 24), step=st.integers(1, 50))
@settings(max_examples=60)
def test_the_sweep_that_comes_when_it_said_misses_no_overdue_reminder(due: date, hours: int, step: int) -> None:
    """Planning only when `next_plan_at` has come gives the rows that planning all the time gives."""
    who = recipient()
    now = at(due) + timedelta(hours=hours)
    lazily: dict[str, datetime] = {}
    next_plan_at: datetime | None = now
    eagerly: dict[str, datetime] = {}
    for _ in range(20):
        eagerly |= {row.due_key: row.send_at for row in plan(fact(due), who, now).wanted}
        if next_plan_at is not None and next_plan_at <= now:
            planned = plan(fact(due), who, now)
            lazily |= {row.due_key: row.send_at for row in planned.wanted}
            next_plan_at = planned.next_plan_at
        now += timedelta(hours=step)
    assert lazily == eagerly


@pytest.mark.parametrize("due_on", [date(1, 1, 1), date(1900, 5, 5), date(9999, 12, 31)])
def test_an_impossible_day_does_not_stop_planning(due_on: date) -> None:
    plan(fact(due_on), recipient(calendar=working_days_of("PL")), at(date(2026, 11, 1)))


# Wall time


@pytest.mark.parametrize(
    "year", [2026, 2027, *(pytest.param(year, marks=pytest.mark.long) for year in range(2028, 2037))]
)
def test_every_zone_has_exactly_one_nine_o_clock_a_day(year: int) -> None:
    day, nine = timedelta(days=1), time(9)
    for name in sorted(available_timezones()):
        zone = zone_named(name)
        on = date(year, 1, 1)
        before = instant_of(on - day, nine, zone)
        while on.year == year:
            instant = instant_of(on, nine, zone)
            local = instant.astimezone(zone)
            assert (local.date(), local.time()) == (on, nine), (name, on)
            assert timedelta(hours=20) < instant - before < timedelta(hours=28), (name, on)
            before, on = instant, on + day


def test_a_time_that_the_change_of_clocks_skips_gives_the_first_instant_after_the_gap() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), WARSAW) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    apia = zone_named("Pacific/Apia")  # left out 30 December 2011 as a whole
    assert instant_of(date(2011, 12, 30), time(9), apia) == instant_of(date(2011, 12, 31), time(0), apia)


def test_a_time_that_comes_twice_gives_the_first() -> None:
    assert instant_of(date(2026, 10, 25), time(2, 30), WARSAW) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    name=st.sampled_from(sorted(available_timezones())),
    on=st.dates(date(1970, 1, 2), date(2037, 12, 30)),
    wall=st.times(),
)
def test_the_instant_is_never_before_the_wall_time(name: str, on: date, wall: time) -> None:
    zone = zone_named(name)
    local = instant_of(on, wall, zone).astimezone(zone).replace(tzinfo=None)
    assert local >= datetime.combine(on, wall).replace(microsecond=0)
    assert local - datetime.combine(on, wall) <= timedelta(hours=25)


def test_an_unknown_zone_is_utc_so_that_a_mail_goes_at_an_odd_hour_rather_than_never() -> None:
    assert zone_named("Mars/Olympus").key == "UTC"
    assert zone_named("../../etc/passwd").key == "UTC"


# Working days


def test_working_days_count_both_ways() -> None:
    days = working_days_of("PL")
    assert days.between(date(2026, 11, 10), date(2026, 11, 12)) == 1  # the 11th is Independence Day
    assert days.nth_after(date(2026, 11, 10), 1) == date(2026, 11, 12)
    assert days.between(date(2026, 11, 12), date(2026, 11, 10)) == 0


def test_an_unknown_country_works_from_monday_to_friday() -> None:
    assert working_days_of("ZZ").nth_after(date(2026, 12, 24), 1) == date(2026, 12, 25)


@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)), count=st.integers(0, 400))
def test_the_nth_working_day_has_n_working_days_up_to_it(day: date, count: int) -> None:
    days = working_days_of("LT")
    assert days.between(day, days.nth_after(day, count)) == count
