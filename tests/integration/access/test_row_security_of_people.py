"""Whom of the house outside counsel see, to queries that forgot to ask; and whose wishes about mail (access.md)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting, make_person
from tests.support.acting import ActAs, people
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import NOBODY, OPERATOR, Actor
from tracker.engagements.models import Engagement, EngagementCase
from tracker.reminders.models import ReminderPreference

__all__ = ["people"]
People = dict[str, Person]
TABLES = {"people": "id", "person_roles": "person_id"}


def seen(act_as: ActAs, who: Person | Actor, table: str, key: str) -> set[UUID]:
    with act_as(who) as session:
        return set(session.execute(text(f"SELECT {key} FROM {table}")).scalars())  # noqa: S608


@pytest.fixture
def on_the_case(act_as: ActAs, people: People) -> set[UUID]:
    """Counsel works on one case; others lead it, wrote in it, work and met for it; somebody left it."""
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted")
        for role, kind in (("outside_counsel", "member"), ("legal_officer", "lead")):
            join(session, case, people[role], kind)
        former = make_person(session, "coordinator")
        join(session, case, former, "reader").ended_at = case.created_at
        met = Engagement(created_by_id=people["other"].id)
        session.add(met)
        session.flush()
        session.add(EngagementCase(engagement_id=met.id, case_id=case.id))
        make_event(session, case, 2, entered_by_id=people["head"].id)
        assignee = make_person(session, "coordinator")
        make_follow_up(session, case, assignee)
        _elsewhere(session, people)
        named = {people[name].id for name in ("outside_counsel", "legal_officer", "head", "other")}
        return named | {assignee.id}


def _elsewhere(session: Session, people: People) -> Case:
    """A case that counsel does not see, with the coordinator on it."""
    case = make_case(session)
    join(session, case, people["coordinator"], "lead")
    return case


@pytest.mark.parametrize("table", TABLES)
def test_counsel_see_whom_their_cases_name(act_as: ActAs, people: People, on_the_case: set[UUID], table: str) -> None:
    assert seen(act_as, people["outside_counsel"], table, TABLES[table]) == on_the_case


@pytest.mark.parametrize("table", TABLES)
def test_counsel_without_a_case_see_themselves(act_as: ActAs, people: People, table: str) -> None:
    counsel = people["outside_counsel"]
    assert seen(act_as, counsel, table, TABLES[table]) == {counsel.id}


def test_whoever_left_a_case_sees_its_people_no_more(act_as: ActAs, people: People, on_the_case: set[UUID]) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE case_memberships SET ended_at = now() WHERE person_id = :me"), {"me": counsel.id})
    assert counsel.id in on_the_case
    assert seen(act_as, counsel, "people", "id") == {counsel.id}


def test_without_a_passkey_the_people_of_a_sealed_case_are_not_there(act_as: ActAs, people: People) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed")
        join(session, case, counsel, "member")
        join(session, case, people["head"], "lead")
    assert seen(act_as, counsel, "people", "id") == {counsel.id, people["head"].id}
    assert seen(act_as, replace(acting(counsel), is_assured=False), "people", "id") == {counsel.id}


def test_staff_and_administrators_know_everybody(act_as: ActAs, people: People) -> None:
    everybody = {person.id for person in people.values()}
    for role in ("legal_officer", "coordinator", "head", "administrator"):
        assert seen(act_as, people[role], "people", "id") == everybody, role
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["head"].id).active = False
    assert seen(act_as, people["head"], "people", "id") == {people["head"].id}
    assert seen(act_as, NOBODY, "people", "id") == set()


def test_wishes_about_mail_are_ones_own_those_of_whom_one_stands_in_for_and_staffs(
    act_as: ActAs, people: People, on_the_case: set[UUID]
) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        for person_id in on_the_case | {people["coordinator"].id}:
            session.add(ReminderPreference(person_id=person_id))
    assert seen(act_as, counsel, "reminder_preferences", "person_id") == {counsel.id}
    assert seen(act_as, people["administrator"], "reminder_preferences", "person_id") == set()
    assert seen(act_as, people["head"], "reminder_preferences", "person_id") > on_the_case
    with act_as(OPERATOR) as session:
        session.get_one(ReminderPreference, people["coordinator"].id).substitute_id = counsel.id
    expected = {counsel.id, people["coordinator"].id}
    assert seen(act_as, counsel, "reminder_preferences", "person_id") == expected
    assert seen(act_as, counsel, "people", "id") == on_the_case | expected
