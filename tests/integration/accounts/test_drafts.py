"""Drafts: theirs alone, encrypted, bounded, gone once sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.person import acting
from tests.integration.accounts.conftest import ActAs
from tests.support.sign_in import sign_in
from tracker.accounts import drafts
from tracker.accounts.models import Draft, Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid, NotVisible
from tracker.retention.sorts import SORTS

KEY = "/cases/ACC-1/comments/new"


def keep(session: Session, person: Person, key: str = KEY, words: str = "A secret thought", version: str = "3") -> Any:
    drafts.save_draft(session, acting(person), key, [("body", words)], version)
    return session.scalars(select(Draft.id).where(Draft.person_id == person.id, Draft.form_key == key)).one()


def test_a_draft_comes_back_as_it_was_typed(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session:
        draft_id = keep(session, officer)
    with act_as(officer) as session:
        found = drafts.read_draft(session, acting(officer), draft_id)
    assert (found.fields, found.version, found.form_key) == ([("body", "A secret thought")], "3", KEY)


def test_the_newest_text_replaces_the_older_of_the_same_form(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session:
        keep(session, officer)
        draft_id = keep(session, officer, words="Better")
        assert drafts.read_draft(session, acting(officer), draft_id).fields == [("body", "Better")]
        assert session.scalar(select(func.count()).select_from(Draft)) == 1


def test_the_database_holds_no_readable_word_of_it(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session:
        keep(session, officer)
    with act_as(OPERATOR) as session:
        held = bytes(session.scalar(text("SELECT fields_sealed FROM drafts")))
    assert b"secret" not in held and b"body" not in held


def test_nobody_else_reaches_a_draft(act_as: ActAs, people: dict[str, Person], officer: Person) -> None:
    with act_as(officer) as session:
        draft_id = keep(session, officer)
    other = people["coordinator"]
    with act_as(other) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0
        with pytest.raises(NotVisible):
            drafts.read_draft(session, acting(other), draft_id)
        drafts.discard_draft(session, acting(other), draft_id)
        assert drafts.times_of_drafts(session, acting(other)) == {}
    with act_as(officer) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 1


def test_a_ciphertext_copied_to_another_form_does_not_open(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session:
        draft_id = keep(session, officer)
        session.execute(text("UPDATE drafts SET form_key = '/elsewhere'"))
        with pytest.raises(NotVisible):
            drafts.read_draft(session, acting(officer), draft_id)


def test_passwords_tokens_and_versions_are_not_kept(act_as: ActAs, officer: Person) -> None:
    typed = [("body", "x"), ("csrf_token", "t"), ("new_password", "p"), ("version", "3"), ("draft", KEY)]
    with act_as(officer) as session:
        drafts.save_draft(session, acting(officer), KEY, typed, None)
        draft_id = session.scalars(select(Draft.id)).one()
        assert drafts.read_draft(session, acting(officer), draft_id).fields == [("body", "x")]


@pytest.mark.parametrize("key", ["", "cases", "//elsewhere.example/x", "/" + "x" * 300])
def test_a_key_that_is_no_address_of_ours_is_refused(act_as: ActAs, officer: Person, key: str) -> None:
    with act_as(officer) as session, pytest.raises(Invalid):
        drafts.save_draft(session, acting(officer), key, [], None)


def test_a_text_longer_than_any_form_is_refused(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session, pytest.raises(Invalid):
        drafts.save_draft(session, acting(officer), KEY, [("body", "x" * drafts.LONGEST)], None)


def test_the_oldest_gives_way_when_there_are_too_many(
    act_as: ActAs, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    with act_as(officer) as session:
        for number in range(3):
            keep(session, officer, f"/form/{number}")
        assert set(drafts.times_of_drafts(session, acting(officer))) == {"/form/1", "/form/2"}


def test_drafts_of_a_month_ago_are_forgotten(act_as: ActAs, officer: Person) -> None:
    with act_as(officer) as session:
        keep(session, officer, "/old")
        keep(session, officer, "/new")
    with act_as(OPERATOR) as session:
        old = clock.now() - timedelta(days=30) - timedelta(minutes=1)
        session.execute(text("UPDATE drafts SET saved_at = :old WHERE form_key = '/old'"), {"old": old})
        SORTS["drafts"].forget(session, clock.now() - timedelta(days=30), 1000)
        assert session.scalars(select(Draft.form_key)).all() == ["/new"]


def test_the_form_offers_its_draft_and_forgets_it_once_sent(
    client: FlaskClient, act_as: ActAs, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        session.flush()
        reference, version = case.reference, case.version
    sign_in(client, officer)
    address = f"/cases/{reference}/edit"
    assert "data-draft-restore" not in client.get(address).text
    assert client.post("/drafts", json={"key": address, "fields": [["title", "Half a title"]]}).status_code == 200
    page = client.get(address).text
    assert "data-draft-restore" in page and f'name="draft" value="{address}"' in page
    client.post(address, data={"draft": address, "title": ""})  # refused: the draft stays
    assert "data-draft-restore" in client.get(address).text
    sent = client.post(address, data={"draft": address, "title": "A whole title", "version": version, "countries": ""})
    assert sent.status_code == 303, sent.text
    assert "data-draft-restore" not in client.get(address).text


def test_a_draft_can_be_read_and_thrown_away_without_the_script(
    client: FlaskClient, act_as: ActAs, officer: Person
) -> None:
    with act_as(officer) as session:
        draft_id = keep(session, officer)
    sign_in(client, officer)
    page = client.get(f"/drafts/{draft_id}")
    assert "A secret thought" in page.text and f'action="{KEY}"' in page.text
    assert client.get(f"/drafts/{draft_id}", headers={"Accept": "application/json"}).json == {
        "fields": [["body", "A secret thought"]],
        "version": "3",
    }
    assert client.post(f"/drafts/{draft_id}/discard").status_code == 303
    assert client.get(f"/drafts/{draft_id}").status_code == 404


@pytest.mark.parametrize("body", [[], {"key": 1, "fields": []}, {"key": KEY}, {"key": KEY, "fields": [["a"]]}])
def test_what_is_no_draft_is_a_bad_request(client: FlaskClient, officer: Person, body: Any) -> None:
    sign_in(client, officer)
    assert client.post("/drafts", json=body).status_code == 400


def test_a_session_that_ran_out_is_told_to_the_script_in_a_word(client: FlaskClient) -> None:
    assert client.post("/drafts", json={"key": KEY, "fields": []}).status_code == 401
    assert client.get("/session").get_json()["person"] is None
