"""Deactivation: nobody leaves a case without a lead, and the administrator learns nothing of it (ADR 0007)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.sql import func
from werkzeug.test import TestResponse

from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.integration.accounts.conftest import ActAs
from tests.support.sign_in import sign_in
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.accounts.services import deactivate_person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid

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


def test_the_successor_leads_the_sealed_case_and_the_leaver_sees_nothing(
    as_administrator: FlaskClient, people: dict[str, Person], officer: Person, sealed_case: Any, act_as: ActAs
) -> None:
    assert leave(as_administrator, officer, people["head"]).status_code == 303
    with act_as(people["head"]) as session:
        seen = session.scalars(select(Case)).all()
        kinds = session.scalars(select(CaseMembership.kind).where(CaseMembership.ended_at.is_(None))).all()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "membership.handed_over")).one()
    assert [(case.id, case.lead_id) for case in seen] == [(sealed_case, people["head"].id)]
    assert kinds == ["lead"]
    assert entry.case_id == sealed_case
    with act_as(officer) as session:
        assert session.scalars(select(Case)).all() == []


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
