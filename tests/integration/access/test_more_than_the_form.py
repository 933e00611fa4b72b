"""A form takes its own fields: whatever else is sent along changes nothing (mass assignment)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from tests.factories.case import make_case
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, act_as, people
from tests.support.seen_forms import read_page
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case
from tracker.contacts.models import Contact
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Engagement
from tracker.followups.models import FollowUp

__all__ = ["act_as", "people"]
CHANGES = {"version", "updated_at", "activity_at", "title", "name", "summary", "due_version", "next_plan_at"}
"""What saving a form may change of a row."""
DAY = {"occurred_on": "2026-03-01", "sort_on": date(2026, 3, 1)}
PLACES: dict[str, tuple[Any, str, str]] = {
    "case": (Case, "/cases/{reference}/edit", "title"),
    "follow-up": (FollowUp, "/follow-ups/{id}", "title"),
    "contact": (Contact, "/contacts/{id}/edit", "name"),
    "meeting": (Engagement, "/engagements/{id}/edit", "summary"),
    "preferences": (Person, "/preferences", "name"),
}


@pytest.fixture
def rows(act_as: ActAs, people: dict[str, Person]) -> dict[str, Any]:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        return {
            "case": case,
            "follow-up": make_follow_up(session, case),
            "contact": make_contact(session, on_case=case),
            "meeting": make_engagement(session, case, created_by_id=officer.id, **DAY),
            "preferences": officer,
        }


@pytest.mark.parametrize("place", PLACES)
def test_columns_that_no_field_stands_for_stay_as_they_are(
    app: Flask, act_as: ActAs, people: dict[str, Person], rows: dict[str, Any], place: str
) -> None:
    model, address, field = PLACES[place]
    path = address.format(id=rows[place].id, reference=getattr(rows[place], "reference", ""))
    client = sign_in(app.test_client(), people["legal_officer"])
    page = client.get(path)
    assert page.status_code == 200, path
    form = (
        next(one for one in read_page(page.text)[0] if any(said.name == field for said in one.fields))
        if place != "preferences"
        else max(read_page(page.text)[0], key=lambda one: len(one.fields))
    )
    own = {said.name for said in form.fields}
    before = values(act_as, model, rows[place].id)
    more = {name: strange(before[name], people) for name in before if name not in own | {"id"}}
    more |= {"id": str(people["head"].id), "roles": "administrator", "role": "administrator", "is_admin": "1"}
    said = form.as_it_stands() | ({field: "Changed"} if field in own else {}) | more
    answer = client.post(path if not form.action else form.action, data=said)
    assert answer.status_code == 303, answer.text[:2000]
    after = values(act_as, model, rows[place].id)
    changed = {name for name in before if before[name] != after[name]}
    assert field not in own or field in changed, "the form was saved"
    assert changed <= CHANGES, changed
    with act_as(OPERATOR) as session:
        roles = select(PersonRole.role).where(PersonRole.person_id == people["legal_officer"].id)
        assert session.scalars(roles).all() == ["legal_officer"]


def values(act_as: ActAs, model: Any, key: Any) -> dict[str, Any]:
    with act_as(OPERATOR) as session:
        row = session.get_one(model, key)
        return {column.key: getattr(row, column.key) for column in inspect(model).columns}


def strange(value: Any, people: dict[str, Person]) -> str:
    """Another value of its sort, as a form would send it."""
    if isinstance(value, bool):
        return "" if value else "1"
    if isinstance(value, int):
        return str(value + 7)
    if value in ("public", "internal", "restricted", "sealed"):
        return "sealed" if value != "sealed" else "public"
    return str(people["head"].id) if value is None or not isinstance(value, str) else f"{value}x"
