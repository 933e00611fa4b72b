"""Whoever was a member, or will be one, is none now: wherever it is asked what somebody is on a case."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting, make_person
from tracker.access.queries import memberships_of
from tracker.accounts.models import Person
from tracker.approvals.queries import membership_of_person
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.cases.queries import former_members, lock_case
from tracker.cases.readers import possible_readers
from tracker.contacts.queries import works_on_a_case
from tracker.core.actor import OPERATOR
from tracker.followups.assignees import candidates
from tracker.interchange.selecting import select_cases
from tracker.interchange.writing.follow_ups import Sight
from tracker.interchange.writing.members import _standing
from tracker.pages.handing_over import cases_led_by
from tracker.reminders.kinds import ESCALATION
from tracker.reminders.letters.seen_commitments import commitments_seen
from tracker.reminders.letters.seen_work import work_seen

LONG_AGO, SOON = func.now() - timedelta(9), func.now() + timedelta(9)
TIMES: dict[str, dict[str, Any]] = {
    "now": {"starts_at": func.now() - timedelta(1)},
    "until lately": {"starts_at": LONG_AGO, "ends_at": func.now() - timedelta(2)},
    "until it was ended": {"starts_at": LONG_AGO, "ended_at": func.now() - timedelta(2)},
    "soon": {"starts_at": SOON},
}


def members(session: Session, case: Case) -> dict[str, Person]:
    """A lead of each of the times."""
    found = {name: make_person(session, "legal_officer", name=f"Lead {name}") for name in TIMES}
    for name, person in found.items():
        membership = join(session, case, person, "lead")
        for field, value in TIMES[name].items():
            setattr(membership, field, value)
    session.flush()
    return found


def named(people: dict[str, Person], ids: Any) -> set[str]:
    return {name for name, person in people.items() if person.id in ids}


def test_only_whoever_is_a_member_now_counts_as_one(session: Session) -> None:
    case = make_case(session, level="restricted")
    people = members(session, case)
    actors = {name: acting(person) for name, person in people.items()}
    ids = {name: person.id for name, person in people.items()}
    refresh(session, case)
    assert case.lead_id == ids["now"]
    asked: dict[str, set[str]] = {
        "membership": {name for name, one in ids.items() if membership_of_person(session, one, case.id)},
        "memberships": {name for name, actor in actors.items() if memberships_of(session, actor, [case.id])},
        "works": {name for name, actor in actors.items() if works_on_a_case(session, actor)},
        "leads": {
            name for name, one in ids.items() if any(lead for _case, lead in cases_led_by(session, OPERATOR, one))
        },
        "readers": named(
            people, {one.id for one in possible_readers(session, OPERATOR, case.id, "restricted") if one.may_see}
        ),
        "candidates": named(people, {one.id for one in candidates(session, case, "restricted") if one.membership}),
        "sight of a file": {
            name for name, one in ids.items() if Sight(session, [case]).may_be_assigned(case, None, one)
        },
        "standing": named(people, _standing(SimpleNamespace(session=session), [case.id])[case.id]),  # type: ignore[arg-type]
        "file": named(people, _members_in_a_file(session, case)),
    }
    assert {name for name, found in asked.items() if found != {"now"}} == set()
    former = {person.id for _membership, person in former_members(session, OPERATOR, case.id)}
    assert named(people, former) == set(TIMES) - {"now"}


def _members_in_a_file(session: Session, case: Case) -> set[UUID]:
    return {one.person_id for one in select_cases(session, OPERATOR, [case.reference]).memberships[case.id]}


def test_on_an_open_case_they_are_what_their_role_makes_them_and_hear_nothing_as_its_lead(session: Session) -> None:
    case = make_case(session)
    people = members(session, case)
    work = make_follow_up(session, case)
    promise = make_commitment(session, make_engagement(session, case))
    leading: dict[str, set[str]] = {"locked": set(), "work": set(), "promise": set()}
    for name, person in people.items():
        actor = acting(person)
        of_work = work_seen(session, actor, [SimpleNamespace(subject_id=work.id, kind=ESCALATION)])
        of_promise = commitments_seen(session, actor, [SimpleNamespace(subject_id=promise.id)])
        leading["locked"] |= {name} if lock_case(session, actor, case.id)[1] else set()
        leading["work"] |= {name} if of_work[work.id].leads else set()
        leading["promise"] |= {name} if of_promise[promise.id].leads else set()
    assert leading == {key: {"now"} for key in leading}
