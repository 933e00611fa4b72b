"""Sealed asks for an assured session: without a passkey, what is sealed is not there (ADR 15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting, make_person
from tests.integration.access.conftest import ActAs, World
from tests.support.sign_in import sign_in
from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action, decide
from tracker.core.actor import OPERATOR

SEALED_HEAD = "head who reads the sealed case"
COUNSEL = "counsel on the sealed case"
TABLES = (
    *(("cases", "id"), ("case_events", "id"), ("follow_ups", "id"), ("documents", "id"), ("engagements", "id")),
    *(("case_subjects", "id"), ("case_contacts", "id"), ("contact_private", "contact_id"), ("reminders", "id")),
    *(
        ("charges", "id"),
        ("limitation_acts", "id"),
        ("charge_changes", "id"),
        ("charge_subjects", "charge_id"),
        ("period_records", "id"),
        ("periods", "id"),
        ("recommendations", "id"),
        ("recommendation_changes", "id"),
        ("recommendation_assessments", "id"),
        ("stated_figures", "id"),
    ),
)


@pytest.mark.parametrize("viewer", [SEALED_HEAD, COUNSEL])
@pytest.mark.parametrize(("table", "key"), TABLES)
def test_bare_queries_find_nothing_sealed_without_assurance(
    world: World, bare: Callable[[str, str, str], list[str]], viewer: str, table: str, key: str
) -> None:
    assert "sealed" in bare(viewer, table, key)
    world.viewers[viewer] = replace(world.viewers[viewer], is_assured=False)
    assert "sealed" not in bare(viewer, table, key)


def test_counts_and_search_leave_it_out_too(act_as: ActAs, app: Flask) -> None:
    with act_as(OPERATOR) as session:
        person = make_person(session, "head")
        sealed = make_case(session, level="sealed", title="Quicksilver")
        join(session, sealed, person, "lead")
        open_case = make_case(session, title="Mercury")
        join(session, open_case, person, "lead")
        make_event(session, open_case, 5, summary="Quicksilver", level="sealed")
    asked = {True: 2, False: 0}
    for is_assured, found in asked.items():
        client = sign_in(app.test_client(), person, is_assured=is_assured)
        page = client.get("/search?q=Quicksilver").text
        assert page.count("Quicksilver</mark>") >= found if found else sealed.reference not in page
        assert client.get(f"/cases/{sealed.reference}").status_code == (200 if is_assured else 404)
        with act_as(replace(acting(person), is_assured=is_assured)) as session:
            counted = session.scalar(text("SELECT coalesce(sum(cases), 0) FROM app_case_counts()"))
            assert counted == (2 if is_assured else 1)


def test_the_policy_says_the_same() -> None:
    actor = replace(OPERATOR, kind=type(OPERATOR.kind).PERSON, roles=frozenset({"head"}), is_assured=False)
    assert decide(actor, Action.READ, Level.SEALED, MembershipKind.LEAD).hidden
    assert decide(actor, Action.READ, Level.RESTRICTED, MembershipKind.LEAD)


def test_everybody_without_a_passkey_gets_one_and_the_same_hint(act_as: ActAs, app: Flask) -> None:
    with act_as(OPERATOR) as session:
        member, other = make_person(session, "head"), make_person(session, "head")
        join(session, make_case(session, level="sealed"), member, "lead")
    pages = {}
    for person in (member, other):
        page = sign_in(app.test_client(), person, is_assured=False).get("/cases").text
        pages[person.id] = page[page.index("assurance-hint") :].partition("</p>")[0]
    assert pages[member.id] == pages[other.id]
    assert "assurance-hint" not in sign_in(app.test_client(), other).get("/cases").text
