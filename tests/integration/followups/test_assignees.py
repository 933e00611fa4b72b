"""Whom the forms of follow-ups list."""

from __future__ import annotations

import re

import pytest

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    """A case of which an administrator was made a member."""
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["legal_officer"])
        join(session, case, people["administrator"])
        return case


def options(page: str) -> dict[str, bool]:
    """The ids that the selects of a page list; whether each is selected."""
    return {tag: "selected" in whole for whole, tag in re.findall(r'(<option[^>]*value="([0-9a-f-]{36})"[^>]*>)', page)}


def test_an_administrator_is_offered_no_work(client_of: ClientOf, people: People, case: Case) -> None:
    client = client_of(people["legal_officer"])
    moved = {"to": "political_support", "summary": "Said", "occurred_on": "2025-06-01", "fact_text": "Yes"}
    moved |= {"version": str(case.version), "step": "preview"}
    for page in (
        client.get(f"/cases/{case.reference}").text,
        client.get(f"/cases/{case.reference}/follow-ups/new").text,
        client.post(f"/cases/{case.reference}/move", data=moved).text,
    ):
        listed = options(page)
        assert str(people["coordinator"].id) in listed
        assert str(people["administrator"].id) not in listed


def test_work_is_not_given_to_an_administrator(client_of: ClientOf, people: People, case: Case) -> None:
    said = {"title": "Ring Riga", "assignee": str(people["administrator"].id)}
    answer = client_of(people["legal_officer"]).post(f"/cases/{case.reference}/follow-ups", data=said)
    assert answer.status_code == 422


def test_whoever_has_the_work_now_stays_listed(act_as: ActAs, client_of: ClientOf, people: People, case: Case) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, case, people["administrator"])
    page = client_of(people["legal_officer"]).get(f"/follow-ups/{item.id}").text
    assert options(page)[str(people["administrator"].id)]
