"""Every route × every role. A route that is missing here fails: say below who may enter it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.factories.person import make_person
from tests.integration.access.conftest import ActAs
from tests.integration.access.routes import ON_AN_OPEN_CASE, VISITORS
from tests.integration.access.sample import Sample, make_sample
from tests.support.sign_in import sign_in
from tracker.access.entrance import entrance_of, may_enter
from tracker.core.actor import OPERATOR

STRANGER = "stranger"
ROLES = [visitor for visitor in VISITORS if visitor != STRANGER]


@dataclass(frozen=True)
class Place:
    """An application with an open case that counsel is on, a sealed one that only its lead sees, and visitors."""

    app: Flask
    open: Sample
    sealed: Sample
    visitors: dict[str, FlaskClient]

    def routes(self) -> list[tuple[str, Rule]]:
        """(method, rule) of every route."""
        rules = list(self.app.url_map.iter_rules())
        return [(method, rule) for rule in rules for method in sorted((rule.methods or set()) & {"GET", "POST"})]


@pytest.fixture
def place(app: Flask, act_as: ActAs) -> Place:
    with act_as(OPERATOR) as session:
        people = {role: make_person(session, role) for role in ROLES}
        lead = make_person(session, "legal_officer")
        open_case = make_sample(session, "internal", lead, {people["outside_counsel"]: "member"})
        sealed = make_sample(session, "sealed", lead, {})
    visitors = {role: sign_in(app.test_client(), person) for role, person in people.items()}
    return Place(app, open_case, sealed, visitors | {STRANGER: app.test_client()})


def name_of(method: str, rule: Rule) -> str:
    return f"{method} {rule.endpoint}"


def test_the_table_knows_every_route_and_no_other(place: Place) -> None:
    assert sorted(name_of(method, rule) for method, rule in place.routes()) == sorted(ON_AN_OPEN_CASE)


def test_each_route_answers_each_visitor_as_the_table_says(place: Place) -> None:
    """GET for real; POST without the CSRF token, so that 400 means "may enter" and nothing is done."""
    wrong = []
    for method, rule in place.routes():
        for visitor, status in zip(VISITORS, ON_AN_OPEN_CASE[name_of(method, rule)], strict=True):
            client = place.visitors[visitor]
            headers = {"X-CSRFToken": ""}
            answer = client.open(place.open.address(place.app, rule), method=method, headers=headers)
            if answer.status_code != status:
                wrong.append(f"{method} {rule.endpoint} as {visitor}: {answer.status_code}, not {status}")
    assert not wrong, "\n".join(wrong)


def test_nothing_on_a_sealed_case_can_be_found_by_any_role(place: Place) -> None:
    """With a valid CSRF token, so that only not-found stands between the visitor and the deed."""
    wrong = []
    for method, rule in place.routes():
        if not place.sealed.is_about(rule):
            continue
        for visitor in ROLES:
            answer = place.visitors[visitor].open(place.sealed.address(place.app, rule), method=method)
            stays_out = not may_enter(entrance_of(place.app.view_functions[rule.endpoint]), frozenset({visitor}))
            if answer.status_code != 404 and not stays_out and not _is_name_of_contact(rule, visitor):
                wrong.append(f"{method} {rule.endpoint} as {visitor}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_sealed_case_answers_like_one_that_does_not_exist(place: Place) -> None:
    reference = place.sealed.case.reference
    for visitor in ROLES:
        client = place.visitors[visitor]
        pages = [client.get(f"/cases/{text}").text.replace(text, "") for text in (reference, "ACC-NONE")]
        first, second = (re.sub(r"<code>\w+</code>|[\w-]{20,}\.[\w-]+\.[\w-]+", "", page) for page in pages)
        assert first == second, visitor


@pytest.mark.own_app
def test_a_view_without_a_mark_lets_nobody_in(app: Flask, act_as: ActAs) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with act_as(OPERATOR) as session:
        person = make_person(session, *ROLES)
    assert sign_in(app.test_client(), person).get("/forgotten").status_code == 404
    assert app.test_client().get("/forgotten").status_code == 404


def test_an_unknown_address_is_not_found_by_anybody(place: Place) -> None:
    for client in place.visitors.values():
        assert client.get(f"/follow-ups/{UUID(int=1)}/nothing").status_code == 404


def _is_name_of_contact(rule: Rule, visitor: str) -> bool:
    """Names, offices and organisations of contacts are for all staff, whatever case they are on."""
    staff = visitor in ("legal_officer", "coordinator", "head")
    named = rule.arguments & {"contact_id", "organisation_id", "post_id"}
    return staff and bool(named) and "reference" not in rule.arguments
