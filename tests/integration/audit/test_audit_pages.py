"""What administrators read of the audit, and what the people of a case do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, act_as, client_of, people
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditCheck
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import AUDITOR, OPERATOR
from tracker.core.ids import new_id

__all__ = ["act_as", "client_of", "people"]
People = dict[str, Person]


@pytest.fixture
def house(act_as: ActAs, people: People) -> Iterator[dict[str, Any]]:
    """Entries about cases of each level, about a sealed entry on an open one, about a contact and about accounts."""
    officer, made = acting(people["legal_officer"]), {}
    with act_as(OPERATOR) as session:
        for level in ("internal", "restricted", "sealed"):
            made[level] = case = make_case(session, level=level, lead=people["legal_officer"])
            record(session, officer, f"case.of_{level}", "case", case.id, case_id=case.id)
        event = make_event(session, made["internal"], 7, level="sealed")
        record(session, officer, "case.sealed_entry", "case_event", event.id, case_id=made["internal"].id)
        work = make_follow_up(session, made["internal"], level="sealed")
        record(session, officer, "follow_up.sealed", "follow_up", work.id, case_id=made["internal"].id)
        record(session, officer, "case.linked", "case_link", new_id(), case_id=made["internal"].id)
        record(session, officer, "contact.recorded", "contact", new_id())
        record(session, officer, "engagement.recorded", "engagement", new_id())
        record(session, officer, "list.exported", "list", None, count=3)
        record(session, officer, "person.changed", "person", people["head"].id)
    yield made


def test_administrators_read_who_did_what_where_and_nothing_sealed(
    client: FlaskClient, people: People, house: dict[str, Any]
) -> None:
    page = sign_in(client, people["administrator"]).get("/audit").text
    for shown in (
        "case.of_internal",
        "case.of_restricted",
        house["restricted"].reference,
        "Account changed",
        "The head",
    ):
        assert shown in page, shown
    for hidden in (
        *("case.of_sealed", "case.sealed_entry", "follow_up.sealed", "case.linked", "contact.recorded"),
        *("engagement.recorded", "list.exported", house["sealed"].reference, house["internal"].title),
    ):
        assert hidden not in page, hidden


def test_the_page_filters_and_turns_pages(
    client: FlaskClient, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    with act_as(OPERATOR) as session:
        for number in range(60):
            record(session, OPERATOR, f"person.n{number}_", "person", None)
            session.flush()
    reader = sign_in(client, people["administrator"])
    first = reader.get("/audit").text
    assert "person.n59_" in first and "person.n3_" not in first
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "person.n3_" in reader.get(following).text and "person.n59_" not in reader.get(following).text
    assert "case.of_restricted" in reader.get(f"/audit?case={house['restricted'].reference}").text
    assert "There is no such entry" in reader.get(f"/audit?case={house['sealed'].reference}").text
    assert "case.of_internal" not in reader.get(f"/audit?who={people['head'].id}").text
    assert "case.of_internal" not in reader.get("/audit?deed=person.").text
    assert "There is no such entry" in reader.get("/audit?from=2099-01-01").text
    for odd in ("who=x&deed=y&from=z&case=%20&cursor=q", "cursor=W10"):
        assert reader.get(f"/audit?{odd}").status_code == 200


def test_the_last_verification_is_told(client: FlaskClient, act_as: ActAs, people: People) -> None:
    reader = sign_in(client, people["administrator"])
    assert "Nobody has verified" in reader.get("/audit").text
    for findings in (0, 2):
        with act_as(AUDITOR) as session:
            at = clock.now() + timedelta(minutes=findings)
            session.add(AuditCheck(at=at, is_whole=not findings, findings=findings, last_anchor=1))
        assert ("2 findings" if findings else "nothing was changed") in reader.get("/audit").text


def test_whoever_is_no_administrator_gets_nothing_from_the_function_either(
    act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    ask = text("SELECT count(*) FROM app_audit_trail(NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100)")
    for role in ("legal_officer", "coordinator", "head", "outside_counsel"):
        with act_as(people[role]) as session:
            assert session.scalar(ask) == 0, role


def test_the_trail_of_a_case_is_read_by_those_who_see_it(
    client: FlaskClient, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    with act_as(OPERATOR) as session:
        join(session, session.merge(house["sealed"]), people["other"], "reader")
    reader = sign_in(client, people["other"])
    trail = reader.get(f"/cases/{house['sealed'].reference}/trail").text
    assert "case.of_sealed" in trail and "The legal officer" in trail
    assert "case.of_sealed" in reader.get(f"/cases/{house['sealed'].reference}/trail").text
    open_trail = reader.get(f"/cases/{house['internal'].reference}/trail").text
    assert "case.of_internal" in open_trail
    assert "case.sealed_entry" not in open_trail and "follow_up.sealed" not in open_trail
    assert sign_in(client, people["head"]).get(f"/cases/{house['sealed'].reference}/trail").status_code == 404
