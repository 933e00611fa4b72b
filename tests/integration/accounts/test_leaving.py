"""Deactivation: nobody leaves a case without a lead, and the administrator learns nothing of it (ADR 0007)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.sql import func
from werkzeug.test import TestResponse

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.integration.accounts.conftest import ActAs
from tests.support.at_once import require_one_of_two
from tests.support.sign_in import sign_in
from tracker.access.levels import Level
from tracker.access.models import CaseMembership
from tracker.accounts.models import Invitation, Person, PersonRole
from tracker.accounts.services import AccountDetails, ask_for_hand_over, deactivate_person, invite_person, set_roles
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.errors import Invalid, NotVisible

VARIES = re.compile(
    r"\d\d:\d\d(:\d\d\.\d+)?|<code>\w+</code>|[\w-]{20,}\.[\w-]+\.[\w-]+|<option value=\"[\w-]+\">Somebody</option>"
)
"""The time, the request's number, the CSRF token, and the other of two equal people in the list of successors."""


def leave(client: FlaskClient, person: Person, successor: Person | None) -> TestResponse:
    data = {"version": person.version, "successor": str(successor.id) if successor else ""}
    return client.post(f"/accounts/{person.id}/deactivate", data=data)


@pytest.fixture
def sealed_case(act_as: ActAs, officer: Person) -> Any:
    with act_as(OPERATOR) as session:
        return make_case(session, level="sealed", lead=officer).id


def the_request(act_as: ActAs) -> Approval:
    with act_as(OPERATOR) as session:
        return session.scalars(select(Approval).where(Approval.decision.is_(None))).one()


def agree(app: Flask, who: Person, asked: Approval) -> int:
    return sign_in(app.test_client(), who).post(f"/requests/{asked.id}/agree").status_code


def sees(act_as: ActAs, person: Person) -> list[Any]:
    with act_as(person) as session:
        return [(case.id, case.lead_id) for case in session.scalars(select(Case))]


def test_an_administrator_alone_gives_a_sealed_case_to_nobody_from_outside(
    as_administrator: FlaskClient, app: Flask, people: dict[str, Person], officer: Person, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        made = {level: make_case(session, level=level, lead=officer).id for level in Level}
    assert leave(as_administrator, officer, people["head"]).status_code == 303
    with act_as(OPERATOR) as session:
        leads = {level: session.get_one(Case, case_id).lead_id for level, case_id in made.items()}
        head = session.scalars(
            select(CaseMembership.case_id).where(CaseMembership.person_id == people["head"].id)
        ).all()
    successor = people["head"].id
    assert leads == {"public": successor, "internal": successor, "restricted": None, "sealed": None}
    assert set(head) == {made[Level.PUBLIC], made[Level.INTERNAL]}
    assert sees(act_as, officer) == []


@pytest.mark.parametrize("kind", ["member", "reader"])
def test_a_sealed_case_goes_to_one_of_its_own_members(
    as_administrator: FlaskClient,
    people: dict[str, Person],
    officer: Person,
    sealed_case: Any,
    act_as: ActAs,
    kind: str,
) -> None:
    member = people["coordinator"]
    with act_as(OPERATOR) as session:
        join(session, session.get_one(Case, sealed_case), member, kind)
    assert leave(as_administrator, officer, people["head"]).status_code == 303
    assert sees(act_as, people["head"]) == []
    assert sees(act_as, member) == [(sealed_case, member.id)]
    with act_as(member) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "membership.handed_over")).one()
        due_on = session.scalars(select(Case.review_due_on)).one()
    assert entry.case_id == sealed_case
    assert due_on is not None and due_on <= clock.now().date()


def test_whoever_broke_the_glass_is_no_member_to_lead_it(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        joined = join(session, session.get_one(Case, sealed_case), people["head"], "reader")
        joined.approval_id = UUID(int=7)
    leave(as_administrator, officer, people["head"])
    assert sees(act_as, people["head"]) == [(sealed_case, None)]


def test_a_case_without_other_members_is_handed_over_by_two_persons(
    as_administrator: FlaskClient,
    app: Flask,
    people: dict[str, Person],
    officer: Person,
    sealed_case: Any,
    act_as: ActAs,
) -> None:
    with act_as(OPERATOR) as session:
        second = make_person(session, "head")
    leave(as_administrator, officer, people["head"])
    asked = the_request(act_as)
    assert agree(app, people["administrator"], asked) == 403
    assert agree(app, people["head"], asked) == 404, "the successor agrees to nothing for themselves"
    assert sees(act_as, people["head"]) == []
    assert agree(app, second, asked) == 303
    assert sees(act_as, people["head"]) == [(sealed_case, people["head"].id)]
    assert sees(act_as, second) == []


def test_whom_the_administrator_invited_is_nobodys_second_until_another_vouched_for_them(
    as_administrator: FlaskClient,
    app: Flask,
    people: dict[str, Person],
    officer: Person,
    sealed_case: Any,
    act_as: ActAs,
) -> None:
    details = AccountDetails("puppet@example.org", "A new head")
    with act_as(people["administrator"]) as session:
        puppet = invite_person(session, acting(people["administrator"]), details, {"head"}).person
    leave(as_administrator, officer, people["head"])
    asked = the_request(act_as)
    assert agree(app, puppet, asked) == 404
    vouch = f"/accounts/{puppet.id}/vouch"
    assert as_administrator.post(vouch).status_code == 403, "nobody vouches for whom they invited"
    with act_as(OPERATOR) as session:
        other = make_person(session, "administrator")
        session.execute(update(Invitation).values(made_at=clock.now() - timedelta(days=400)))
    assert agree(app, puppet, asked) == 404, "however long ago"
    assert sign_in(app.test_client(), other).post(vouch).status_code == 303
    assert agree(app, puppet, asked) == 303
    assert sees(act_as, people["head"]) == [(sealed_case, people["head"].id)]


def test_nothing_is_handed_over_of_somebody_who_is_still_here(
    people: dict[str, Person], officer: Person, act_as: ActAs
) -> None:
    administrator = people["administrator"]
    with pytest.raises(NotVisible), act_as(administrator) as session:
        ask_for_hand_over(session, acting(administrator), officer.id, people["head"].id)
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Approval)).all() == []


def test_a_chain_of_invitations_leads_back_and_nobody_on_it_vouches(
    app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    first = people["administrator"]
    with act_as(first) as session:
        second = invite_person(session, acting(first), AccountDetails("second@example.org", "Second"), {"head"}).person
    with act_as(OPERATOR) as session:
        session.add(PersonRole(person_id=second.id, role="administrator"))
    with act_as(second) as session:
        actor = person_actor(second.id, frozenset({"administrator", "head"}))
        third = invite_person(session, actor, AccountDetails("third@example.org", "Third"), {"head"}).person
    with act_as(first) as session:
        fourth = invite_person(session, acting(first), AccountDetails("fourth@example.org", "Fourth"), {"head"}).person
    with act_as(OPERATOR) as session:
        depends = select(func.app_depends_on(third.id, first.id), func.app_depends_on(first.id, third.id))
        assert session.execute(depends).one() == (True, False)
    for who, whom in ((second, fourth), (second, third), (first, first)):
        client, page = sign_in(app.test_client(), who), f"/accounts/{whom.id}"
        assert client.get(page).status_code == 200 and f"{page}/vouch" not in client.get(page).text
        assert client.post(f"{page}/vouch").status_code == 403
        with pytest.raises(ProgrammingError, match="vouches"), act_as(who) as session:
            session.execute(update(Person).where(Person.id == whom.id).values(vouched_at=clock.now()))
    page = f"/accounts/{third.id}"
    assert f"{page}/vouch" in sign_in(app.test_client(), first).get(page).text, "whom somebody else invited"


def test_the_operator_vouches_from_the_shell(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    with act_as(people["administrator"]) as session:
        details = AccountDetails("new@example.org", "New")
        made = invite_person(session, acting(people["administrator"]), details, {"head"}).person
    said = app.test_cli_runner().invoke(args=["user", "vouch", "new@example.org"])
    assert said.exit_code == 0, said.output
    with act_as(OPERATOR) as session:
        found = session.get_one(Person, made.id)
        assert found.vouched_at is not None and found.vouched_by_id is None
        assert not session.scalar(select(func.app_depends_on(made.id, people["administrator"].id)))
    assert app.test_cli_runner().invoke(args=["user", "vouch", "nobody@example.org"]).exit_code == 1


def test_after_a_refusal_it_is_asked_again(
    as_administrator: FlaskClient, app: Flask, people: dict[str, Person], officer: Person, act_as: ActAs
) -> None:
    leave(as_administrator, officer, people["coordinator"])
    sign_in(app.test_client(), people["head"]).post(f"/requests/{the_request(act_as).id}/refuse")
    page = f"/accounts/{officer.id}"
    assert f"{page}/leads" in as_administrator.get(page).text
    assert as_administrator.post(f"{page}/leads", data={"successor": ""}).status_code == 422
    answer = as_administrator.post(f"{page}/leads", data={"successor": str(people["coordinator"].id)})
    assert answer.location == "/requests"
    assert agree(app, people["head"], the_request(act_as)) == 303


def test_the_database_hands_nothing_over_without_the_second_person(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    leave(as_administrator, officer, people["head"])
    asked = the_request(act_as)
    for who in (people["administrator"], people["head"]):
        with pytest.raises(ProgrammingError, match="two persons"), act_as(who) as session:
            session.execute(select(func.app_hand_over_rest(asked.id)))
    with pytest.raises(ProgrammingError), act_as(people["administrator"]) as session:
        session.execute(select(func.app_hand_over_case(sealed_case, officer.id, people["head"].id, None)))


def test_nobody_stops_working_on_cases_without_a_successor(
    as_administrator: FlaskClient, officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    for roles in (["administrator"], ["outside_counsel"]):
        data = {"roles": roles, "version": officer.version}
        answer = as_administrator.post(f"/accounts/{officer.id}/roles", data=data)
        assert answer.status_code == (422 if roles == ["administrator"] else 303)
    assert sees(act_as, officer) == [(sealed_case, officer.id)]


def test_a_second_lead_stays_and_nobody_is_added(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        join(session, session.get_one(Case, sealed_case), people["coordinator"], "lead")
    leave(as_administrator, officer, people["head"])
    with act_as(people["head"]) as session:
        assert session.scalars(select(Case)).all() == []
    with act_as(people["coordinator"]) as session:
        assert session.scalars(select(Case.lead_id)).one() == people["coordinator"].id


def test_without_a_successor_nobody_who_may_lead_leaves(
    as_administrator: FlaskClient, officer: Person, act_as: ActAs
) -> None:
    answer = leave(as_administrator, officer, None)
    assert answer.status_code == 422
    assert "Name who takes over" in answer.text
    with act_as(OPERATOR) as session:
        assert session.get_one(Person, officer.id).active


def test_the_administrator_gets_the_same_answers_with_and_without_a_sealed_case(
    as_administrator: FlaskClient, people: dict[str, Person], act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        leads, leads_nothing = (make_person(session, "legal_officer", name="Somebody") for _ in range(2))
        make_case(session, level="sealed", lead=leads)

    def answers(person: Person) -> list[str]:
        found = [as_administrator.get(f"/accounts/{person.id}"), leave(as_administrator, person, None)]
        found += [leave(as_administrator, person, people["head"]), as_administrator.get(f"/accounts/{person.id}")]
        texts = [f"{answer.status_code} {answer.location} {answer.text}" for answer in found]
        said = [text.replace(str(person.id), "ID").replace(person.email, "EMAIL") for text in texts]
        return [VARIES.sub("", text) for text in said]

    assert answers(leads) == answers(leads_nothing)


def test_the_administrator_can_read_no_trace_of_the_hand_over(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    leave(as_administrator, officer, people["head"])
    with act_as(people["administrator"]) as session:
        assert session.scalars(select(CaseMembership)).all() == []
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.case_id.is_not(None))).all() == []


def test_the_acting_administrator_can_not_take_the_cases(
    app: Flask, client: FlaskClient, officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        both = make_person(session, "administrator", "head")
    assert leave(sign_in(client, both), officer, both).status_code == 422
    with pytest.raises(ProgrammingError), act_as(both) as session:
        session.execute(select(func.app_hand_over_leads(officer.id, both.id)))


def test_only_administrators_hand_cases_over(people: dict[str, Person], officer: Person, act_as: ActAs) -> None:
    with pytest.raises(ProgrammingError), act_as(people["head"]) as session:
        session.execute(select(func.app_hand_over_leads(officer.id, people["coordinator"].id)))


def test_outside_counsel_and_closed_accounts_take_nothing_over(
    people: dict[str, Person], officer: Person, act_as: ActAs
) -> None:
    for successor in (people["outside_counsel"], people["administrator"], officer):
        with pytest.raises(Invalid), act_as(OPERATOR) as session:
            deactivate_person(session, OPERATOR, officer.id, officer.version, successor.id)


def test_sessions_end_at_once(
    as_administrator: FlaskClient, app: Flask, people: dict[str, Person], officer: Person
) -> None:
    theirs = sign_in(app.test_client(), officer)
    assert theirs.get("/preferences").status_code == 200
    leave(as_administrator, officer, people["head"])
    assert theirs.get("/preferences").status_code == 303


def test_one_does_not_deactivate_oneself(as_administrator: FlaskClient, people: dict[str, Person]) -> None:
    assert leave(as_administrator, people["administrator"], people["head"]).status_code == 422


def test_an_account_opens_again_without_its_memberships(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    leave(as_administrator, officer, people["head"])
    with act_as(OPERATOR) as session:
        version = session.get_one(Person, officer.id).version
    answer = as_administrator.post(f"/accounts/{officer.id}/reactivate", data={"version": version})
    assert answer.status_code == 303
    with act_as(officer) as session:
        assert session.get_one(Person, officer.id).active
        assert session.scalars(select(Case)).all() == []


def test_of_two_administrators_who_go_at_once_one_stays(people: dict[str, Person], act_as: ActAs) -> None:
    """One of them alone could do both in two requests, and nobody could close an account any more."""
    one = people["administrator"]
    with act_as(OPERATOR) as session:
        other = make_person(session, "administrator", "head", name="The second")

    def take_from(whom: Person) -> Callable[[Session], object]:
        return lambda session: set_roles(session, acting(one), whom.id, ["head"], whom.version)

    require_one_of_two(act_as, one, take_from(other), take_from(one), Invalid)
    with act_as(OPERATOR) as session:
        assert session.scalars(select(PersonRole.person_id).where(PersonRole.role == "administrator")).all() == [one.id]
