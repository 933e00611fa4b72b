"""Work that comes again by a rule, on real PostgreSQL: made once, whoever asks and however often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import acting
from tests.support.acting import ActAs
from tests.support.undoing import last_deed
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.errors import Invalid
from tracker.followups import checklist, services
from tracker.followups.models import FollowUp
from tracker.followups.recurrence import make_due, series_ends

People = dict[str, Person]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


def series(act_as: ActAs, person: Person, case: Case, rule: str, recurs: str, due_on: date) -> FollowUp:
    actor = acting(person)
    with act_as(person) as session:
        made = services.add_follow_up(session, actor, case, title="Report", due_on=due_on, assignee_id=person.id)
        checklist.add_line(session, actor, made, "Numbers")
        return services.repeat(session, actor, made, rule, recurs)


def standing(act_as: ActAs) -> list[tuple[date | None, str, str | None]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.due_on, FollowUp.id)).all()
        return [(row.due_on, row.status, row.rrule) for row in rows]


def test_the_next_one_is_made_when_this_one_is_done_and_taken_back_by_undo(
    act_as: ActAs, people: People, case: Case
) -> None:
    officer = people["legal_officer"]
    actor, day = acting(officer), clock.today() + timedelta(days=3)
    first = series(act_as, officer, case, "FREQ=DAILY;INTERVAL=10;COUNT=3", "on_completion", day)
    with act_as(officer) as session:
        services.complete(session, actor, first)
    following = day + timedelta(days=10)
    assert standing(act_as)[1] == (following, "open", "FREQ=DAILY;INTERVAL=10;COUNT=2")
    with act_as(officer) as session:
        (second,) = session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id == first.id)).all()
        assert [line.text for line in checklist.lines_of(session, second.id)] == ["Numbers"]
        services.undo(session, actor, last_deed(session, officer, first.id))
    assert [row[1] for row in standing(act_as)] == ["open", "cancelled"]
    with act_as(officer) as session:
        services.complete(session, actor, session.get_one(FollowUp, first.id))
    assert [row[1] for row in standing(act_as)] == ["done", "open"]


def test_a_series_ends_with_its_count_and_skips_what_was_missed(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    old = clock.today() - timedelta(days=25)
    first = series(act_as, officer, case, "FREQ=DAILY;INTERVAL=10;COUNT=2", "on_completion", old)
    with act_as(officer) as session:
        services.complete(session, acting(officer), first)
    assert standing(act_as)[1] == (old + timedelta(days=30), "open", "FREQ=DAILY;INTERVAL=10;COUNT=1")
    with act_as(officer) as session:
        (second,) = session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id == first.id)).all()
        services.complete(session, acting(officer), second)
    assert len(standing(act_as)) == 2


def test_by_date_the_next_one_comes_although_the_former_is_open_and_only_once(
    act_as: ActAs, people: People, case: Case
) -> None:
    first = series(act_as, people["legal_officer"], case, "FREQ=WEEKLY", "by_date", date(2026, 12, 1))
    assert not says_that_it_ends(act_as, people["legal_officer"], first)
    with act_as(PLANNER) as session:
        assert make_due(session, NOON - timedelta(days=2)) == 0
    for _again in range(3):
        with act_as(PLANNER) as session:
            make_due(session, NOON)
    assert standing(act_as) == [(date(2026, 12, 1), "open", None), (date(2026, 12, 8), "open", "FREQ=WEEKLY")]
    assert not says_that_it_ends(act_as, people["legal_officer"], first)
    with act_as(people["legal_officer"]) as session:
        (second,) = session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id == first.id)).all()
        assert [line.text for line in checklist.lines_of(session, second.id)] == ["Numbers"]
        trail = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == second.id)).all()
        assert trail == ["follow_up.recurred"]
        assert session.get_one(Case, case.id).next_due_on == date(2026, 12, 1)


def test_a_worker_killed_half_way_loses_nothing(act_as: ActAs, people: People, case: Case) -> None:
    series(act_as, people["legal_officer"], case, "FREQ=WEEKLY", "by_date", date(2026, 12, 1))
    with pytest.raises(RuntimeError, match="killed"), act_as(PLANNER) as session:
        assert make_due(session, NOON) == 1
        raise RuntimeError("killed")
    assert len(standing(act_as)) == 1
    with act_as(PLANNER) as session:
        make_due(session, NOON)
    assert len(standing(act_as)) == 2


def test_a_cancelled_one_ends_its_series_by_date(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    first = series(act_as, officer, case, "FREQ=WEEKLY", "by_date", date(2026, 12, 1))
    with act_as(officer) as session:
        services.cancel(session, acting(officer), first)
    with act_as(PLANNER) as session:
        assert make_due(session, NOON) == 0
    assert len(standing(act_as)) == 1


def says_that_it_ends(act_as: ActAs, person: Person, item: FollowUp) -> bool:
    with act_as(person) as session:
        return series_ends(session, session.get_one(FollowUp, item.id), date(2026, 12, 1))


def test_by_date_ends_with_until(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    only = series(act_as, officer, case, "FREQ=WEEKLY;UNTIL=20261205", "by_date", date(2026, 12, 1))
    for _again in range(2):
        assert says_that_it_ends(act_as, officer, only)
        with act_as(PLANNER) as session:
            make_due(session, NOON)
    assert says_that_it_ends(act_as, officer, only)
    assert standing(act_as) == [(date(2026, 12, 1), "open", None)]


def test_what_cannot_recur_is_refused(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        made = services.add_follow_up(session, acting(officer), case, title="Report")
        for rule, recurs in (("FREQ=HOURLY", "on_completion"), ("FREQ=DAILY", "x"), ("FREQ=DAILY", "by_date")):
            with pytest.raises(Invalid):
                services.repeat(session, acting(officer), made, rule, recurs)
