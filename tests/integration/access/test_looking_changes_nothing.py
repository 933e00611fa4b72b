"""A GET changes nothing: every table is the same before and after, but for the audit of reads and one's own session."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.integration.access.conftest import ActAs
from tests.integration.access.sample import Sample, make_sample
from tests.support.sign_in import sign_in
from tracker.access.models import CaseMembership
from tracker.accounts.models import ROLES, Person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import OPERATOR

ONE_S_OWN_SESSION = "sign_in_sessions"
"""When it was last seen; and a word of confirmation that was shown is shown once."""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
_ENTRIES = "SELECT count(*) FROM audit_entries WHERE action NOT LIKE '%.read' AND action NOT LIKE '%.shown'"
OF_READS = {"audit_entries", "audit_refusals"}
"""The audit of what was read, and of what was asked for and refused."""


@pytest.fixture
def lead(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", "coordinator")


@pytest.fixture
def restricted(act_as: ActAs, lead: Person) -> Sample:
    with act_as(OPERATOR) as session:
        return make_sample(session, "restricted", lead, {})


def test_no_get_changes_a_row(app: Flask, database: Any, act_as: ActAs, lead: Person, restricted: Sample) -> None:
    with act_as(OPERATOR) as session:
        people = [make_person(session, role) for role in ROLES if role != "legal_officer"]
        for person in people:
            if person.role_keys != {"administrator"}:
                join(session, session.merge(restricted.case), person, "member")
    clients = [sign_in(app.test_client(), person) for person in (lead, *people)] + [app.test_client()]
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    before = _dump(database)
    for client in clients:
        for rule in rules:
            client.get(restricted.address(app, rule))
    after = _dump(database)
    assert [name for name in before if before[name] != after[name]] == []


def _dump(database: Any) -> dict[str, Any]:
    with database.engine.connect() as connection:
        names = connection.scalars(text(_TABLES)).all()
        dump = {
            name: connection.scalar(text(f"SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} t"))  # noqa: S608
            for name in names
            if name != ONE_S_OWN_SESSION and name not in OF_READS
        }
        return dump | {"audit_entries": connection.scalar(text(_ENTRIES))}


def _reads(act_as: ActAs) -> list[tuple[Any, str]]:
    with act_as(OPERATOR) as session:
        rows = session.execute(select(AuditEntry.actor_id, AuditEntry.action).order_by(AuditEntry.at, AuditEntry.id))
        return [(who, action) for who, action in rows if action.endswith(".read")]


def test_whoever_reads_a_restricted_case_leaves_one_entry_in_a_quarter_of_an_hour(
    client: FlaskClient, act_as: ActAs, lead: Person, restricted: Sample
) -> None:
    address = f"/cases/{restricted.case.reference}"
    reader = sign_in(client, lead)
    for _look in range(3):
        assert reader.get(address).status_code == 200
    assert reader.get(f"{address}/members").status_code == 200
    assert _reads(act_as) == [(lead.id, "case.read")]
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.read")).one()
    assert (entry.case_id, entry.object_id, entry.detail) == (restricted.case.id, restricted.case.id, {})


@pytest.mark.parametrize("of", ["follow_up", "engagement"])
def test_reading_what_stands_on_it_is_noted_too(
    client: FlaskClient, act_as: ActAs, lead: Person, restricted: Sample, of: str
) -> None:
    address = {"follow_up": "/follow-ups/{follow_up_id}", "engagement": "/engagements/{engagement_id}"}[of]
    assert sign_in(client, lead).get(address.format(**restricted.values)).status_code == 200
    assert {who for who, _ in _reads(act_as)} == {lead.id}


def test_an_entry_that_is_more_secret_than_its_case_is_read_with_the_page_of_the_case(
    client: FlaskClient, act_as: ActAs, lead: Person
) -> None:
    with act_as(OPERATOR) as session:
        opened = make_case(session, lead=lead)
        make_event(session, opened, 8, "2026-01-01", summary="Said in public")
        secret = make_event(session, opened, 9, "2026-01-02", summary="Heard", level="restricted")
    page = sign_in(client, lead).get(f"/cases/{opened.reference}").text
    assert "Heard" in page and "Restricted: not for publication" in page
    assert _reads(act_as) == [(lead.id, "case_event.read")]
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case_event.read")).one()
    assert (entry.case_id, entry.object_id) == (opened.id, secret.id)


def test_an_open_case_is_read_without_an_entry_and_a_refused_look_at_a_secret_one_too(
    client: FlaskClient, act_as: ActAs, lead: Person, restricted: Sample
) -> None:
    with act_as(OPERATOR) as session:
        stranger = make_person(session, "legal_officer")
        opened = make_case(session, lead=stranger)
    reader = sign_in(client, stranger)
    assert reader.get(f"/cases/{opened.reference}").status_code == 200
    assert reader.get(f"/cases/{restricted.case.reference}").status_code == 404
    assert _reads(act_as) == []


def test_members_see_who_read_and_former_ones_nothing_any_more(
    client: FlaskClient, act_as: ActAs, lead: Person, restricted: Sample
) -> None:
    sign_in(client, lead).get(f"/cases/{restricted.case.reference}")

    def seen() -> list[str]:
        with act_as(lead) as session:
            return list(session.scalars(select(AuditEntry.action).where(AuditEntry.case_id == restricted.case.id)))

    assert "case.read" in seen()
    with act_as(OPERATOR) as session:
        for membership in session.scalars(select(CaseMembership).where(CaseMembership.person_id == lead.id)):
            membership.ended_at = clock.now()
    assert seen() == []
