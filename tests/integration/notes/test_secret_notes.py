"""Secret notes: who writes, who reads, and that no word of them lies in the database."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.factories.case import join, make_case
from tests.integration.access.sample import Sample, make_sample
from tests.support.acting import ActAs, act_as, client_of, people
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR
from tracker.notes.models import SecretNote

__all__ = ["act_as", "client_of", "people"]
CANARY = "Quicksilver-canary"


@pytest.fixture
def sample(act_as: ActAs, people: dict[str, Person]) -> Sample:
    with act_as(OPERATOR) as session:
        return make_sample(session, "internal", people["legal_officer"], {})


@pytest.mark.parametrize("kind", ["case", "follow_up", "engagement", "contact"])
def test_a_note_is_kept_read_by_others_and_taken_back_by_its_author(
    client: FlaskClient, act_as: ActAs, people: dict[str, Person], sample: Sample, kind: str
) -> None:
    address = f"/notes/{kind}/{sample.values[f'{kind}_id']}"
    writer = sign_in(client, people["legal_officer"])
    assert writer.post(address, data={"note": "   "}).status_code == 422
    assert writer.post(address, data={"note": CANARY}).status_code == 303
    assert CANARY in writer.get(address).text
    reader = sign_in(client, people["coordinator"])
    shown = reader.get(address).text
    assert CANARY in shown and "Remove this note" not in shown
    with act_as(OPERATOR) as session:
        note = session.scalars(select(SecretNote).order_by(SecretNote.written_at.desc())).first()
        assert note is not None and note.note == CANARY
        actions = [action for action in session.scalars(select(AuditEntry.action)) if action.startswith(kind)]
        raw = session.scalar(text("SELECT string_agg(t::text, ' ') FROM secret_notes t"))
    assert f"{kind}.note_added" in actions and f"{kind}.read" in actions
    assert CANARY.encode().hex() not in raw and CANARY not in raw
    assert reader.post(f"/notes/{note.id}/remove").status_code == 403
    assert sign_in(client, people["legal_officer"]).post(f"/notes/{note.id}/remove").status_code == 303
    with act_as(OPERATOR) as session:
        assert session.get(SecretNote, note.id) is None


def test_of_a_contact_they_are_as_private_as_the_telephone(
    client: FlaskClient, act_as: ActAs, people: dict[str, Person], sample: Sample
) -> None:
    address = f"/notes/contact/{sample.values['contact_id']}"
    assert sign_in(client, people["legal_officer"]).post(address, data={"note": CANARY}).status_code == 303
    assert sign_in(client, people["head"]).get(address).status_code == 404
    with act_as(people["head"]) as session:
        assert [note.object_type for note in session.scalars(select(SecretNote))] == ["case"]
    with act_as(OPERATOR) as session:
        join(session, session.merge(sample.case), people["head"], "member")
    assert CANARY in sign_in(client, people["head"]).get(address).text


def test_on_a_sealed_case_only_members_know_of_them(
    client: FlaskClient, act_as: ActAs, people: dict[str, Person]
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=people["legal_officer"])
    address = f"/notes/case/{case.id}"
    assert sign_in(client, people["legal_officer"]).post(address, data={"note": CANARY}).status_code == 303
    for role in ("coordinator", "head", "outside_counsel", "administrator", "other"):
        assert sign_in(client, people[role]).get(address).status_code == 404
        with act_as(people[role]) as session:
            assert session.scalars(select(SecretNote)).all() == []


def test_no_other_page_shows_one(client: FlaskClient, people: dict[str, Person], sample: Sample) -> None:
    reader = sign_in(client, people["legal_officer"])
    reader.post(f"/notes/case/{sample.case.id}", data={"note": CANARY})
    pages: list[Any] = [f"/cases/{sample.case.reference}", "/search?q=Quicksilver", "/cases?q=Quicksilver", "/"]
    for page in pages:
        answer = reader.get(page)
        assert answer.status_code == 200 and CANARY not in answer.text, page
    assert reader.get(f"/notes/event/{sample.values['event_id']}").status_code == 404
