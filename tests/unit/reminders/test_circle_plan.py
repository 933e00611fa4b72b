"""One plan for everybody: planning again changes nothing, whoever is concerned and whatever they wish."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.working_days import WorkingDays, working_days_of
from tracker.reminders.planning.circle_plan import Subject, plan_all
from tracker.reminders.planning.differences import Differences, Standing, compare
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.rules import ChainStep, DueFact, Habits

START = datetime(2026, 11, 2, tzinfo=UTC)
DUE = date(2026, 12, 1)
ZONES = ("Europe/Warsaw", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu")


@st.composite
def recipients(draw: st.DrawFn, number: int) -> Recipient:
    quiet = draw(st.sampled_from([(None, None), (time(22), time(7)), (time(8), time(18))]))
    away = draw(st.sampled_from([None, 0, 5]))
    return Recipient(
        person_id=UUID(int=number),
        zone=draw(st.sampled_from(ZONES)),
        calendar=working_days_of(draw(st.sampled_from([None, "PL", "LT"]))),
        is_active=draw(st.integers(0, 5)) > 0,
        wants_mail=draw(st.booleans()),
        only_working_days=draw(st.booleans()),
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        delivery=draw(st.sampled_from(["single", "single", "daily", "weekly"])),
        away_from=None if away is None else DUE - timedelta(days=away),
        away_until=None if away is None else DUE + timedelta(days=away),
        substitute_id=None if away is None else UUID(int=draw(st.integers(1, 5))),
    )


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    people = {UUID(int=number): draw(recipients(number)) for number in range(1, 6)}
    ids = sorted(people)
    assignee = draw(st.sampled_from([None, *ids]))
    kind = draw(st.sampled_from(["follow_up", "deadline", "renewal"]))
    since = draw(st.sampled_from([None, DUE]))
    chain = draw(st.sampled_from([(ChainStep(1, "lead"),), (ChainStep(3, "lead"), ChainStep(7, "coordinator"))]))
    habits = Habits(overdue_every=draw(st.integers(1, 7)), waiting_every=draw(st.integers(1, 7)), escalation=chain)
    circle = Circle(people, frozenset(draw(st.sets(st.sampled_from(ids), max_size=2))), tuple(ids[:2]), tuple(ids[1:4]))
    fact = DueFact(DUE, 1, kind, True, waiting_since=since, habits=habits)
    return Subject(UUID(int=90), UUID(int=91), fact, people[assignee] if assignee else None, circle)


@given(subject=subjects(), hour=st.integers(0, 90 * 24))
@settings(max_examples=60, deadline=None)
def test_planning_again_at_once_changes_nothing(subject: Subject, hour: int) -> None:
    now = START + timedelta(hours=hour)
    first = Differences()
    compare(first, subject, [], now, announce=False)
    rows = [
        Standing(
            uuid4(), one.kind, one.due_key, one.recipient_id, "planned", one.send_at, one.useful_until, None, one.via
        )
        for _, one in first.added
    ]
    assert len({row.key for row in rows}) == len(rows)
    again = Differences()
    compare(again, subject, rows, now, announce=False)
    assert (again.added, again.moved, again.cancelled) == ([], [], {})


@given(subject=subjects(), hour=st.integers(0, 90 * 24))
@settings(max_examples=60, deadline=None)
def test_nobody_hears_who_is_gone_or_may_not_see_it_and_only_of_what_is_of_use(subject: Subject, hour: int) -> None:
    now = START + timedelta(hours=hour)
    plan = plan_all(subject, now)
    for one in plan.wanted:
        person = subject.person(one.recipient_id)
        assert person is not None and subject.circle.reaches(person)
        assert one.useful_until is None or one.useful_until > max(now, one.send_at)
    assert plan.next_plan_at is None or plan.next_plan_at > now


@given(subject=subjects(), step=st.integers(11, 50))
@settings(max_examples=20, deadline=None)
def test_planning_only_when_it_asked_for_it_gives_what_planning_all_the_time_gives(subject: Subject, step: int) -> None:
    """Of escalations and overdue reminders alike: the sweep that comes when it said so misses nobody.

    But that nobody does the work is told when it happens: whoever is away then, another is told in their place.
    """

    def key(one: object) -> tuple[object, ...]:
        return (one.kind, one.due_key, one.recipient_id)  # type: ignore[attr-defined]

    now, next_plan_at = START, START
    lazily, eagerly = set(), set()
    while now < START + timedelta(days=70):
        eagerly |= {key(one) for one in plan_all(subject, now).wanted}
        while next_plan_at <= now:
            planned = plan_all(subject, next_plan_at)
            lazily |= {key(one) for one in planned.wanted}
            next_plan_at = planned.next_plan_at or datetime.max.replace(tzinfo=UTC)
        now += timedelta(hours=step)
    assert {one for one in eagerly - lazily if ":e0:" not in str(one[1])} == set()


def test_threads_that_share_a_calendar_count_the_same_days() -> None:
    right = working_days_of("PL").nth_after(date(2026, 11, 10), 30)
    for _ in range(10):
        days = working_days_of.__wrapped__("PL")
        wrong: list[date] = []

        def count(year: int, days: WorkingDays = days, wrong: list[date] = wrong) -> None:
            days.nth_after(date(year, 6, 1), 5)
            if (found := days.nth_after(date(2026, 11, 10), 30)) != right:
                wrong.append(found)

        threads = [threading.Thread(target=count, args=(year,)) for year in (2026, 2010, 2040, 1995)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
