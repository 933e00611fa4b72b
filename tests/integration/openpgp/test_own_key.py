"""The page of one's own key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pysequoia import ArmorKind, armor
from sqlalchemy import select, text

from tests.factories.openpgp import keep_key, make_secret, public
from tests.factories.person import make_person
from tests.support.sign_in import make_stale, sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import Database
from tracker.openpgp.models import OpenPgpKey

PAGE = "/preferences/openpgp"
SECRET = make_secret("Olga Officer <olga@example.org>")
TEXT = armor(public(SECRET), ArmorKind.PublicKey)


@pytest.fixture
def officer(database: Database) -> Person:
    with database.unit_of_work(OPERATOR) as session:
        return make_person(session, "legal_officer", with_password=True)


@pytest.fixture
def signed_in(client: FlaskClient, officer: Person) -> Iterator[FlaskClient]:
    yield sign_in(client, officer)


def kept(database: Database) -> list[OpenPgpKey]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(OpenPgpKey)))


def test_a_pasted_key_is_kept_and_shown_with_its_fingerprint_names_and_end(
    signed_in: FlaskClient, database: Database, officer: Person
) -> None:
    assert signed_in.post(PAGE, data={"key": TEXT}).status_code == 303
    page = signed_in.get(PAGE).text
    fingerprint = SECRET.extract_certificate().fingerprint.upper()
    assert " ".join(fingerprint[at : at + 4] for at in range(0, 40, 4)) in page
    assert "Olga Officer &lt;olga@example.org&gt;" in page
    (row,) = kept(database)
    assert row.person_id == officer.id and row.expires_at is not None
    with database.unit_of_work(OPERATOR) as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.openpgp_key_given"))
        assert entry.detail["fingerprint"] == SECRET.extract_certificate().fingerprint


def test_a_file_is_taken_and_replaces_the_key_before(signed_in: FlaskClient, database: Database) -> None:
    signed_in.post(PAGE, data={"key": TEXT})
    other = make_secret("Olga <o@example.org>")
    file = (BytesIO(public(other)), "key.asc")
    assert signed_in.post(PAGE, data={"file": file}, content_type="multipart/form-data").status_code == 303
    assert [row.fingerprint for row in kept(database)] == [other.extract_certificate().fingerprint]


def test_a_private_key_is_refused_in_words_neither_kept_nor_sent_back(
    signed_in: FlaskClient, database: Database
) -> None:
    answer = signed_in.post(PAGE, data={"key": str(SECRET)})
    assert answer.status_code == 422 and "This is a private key." in answer.text
    assert max(str(SECRET).splitlines(), key=len) not in answer.text
    assert kept(database) == []


@pytest.mark.parametrize("content", ["", "   ", "hello", TEXT[:300]])
def test_what_is_no_key_is_refused(content: str, signed_in: FlaskClient, database: Database) -> None:
    assert signed_in.post(PAGE, data={"key": content}).status_code == 422
    assert kept(database) == []


def test_a_removed_key_is_gone(signed_in: FlaskClient, database: Database) -> None:
    signed_in.post(PAGE, data={"key": TEXT})
    assert signed_in.post(f"{PAGE}/remove").status_code == 303
    assert kept(database) == []


def test_without_a_fresh_sign_in_one_is_asked_who_one_is(signed_in: FlaskClient, database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_stale(session)
    for path in (PAGE, f"{PAGE}/remove"):
        answer = signed_in.post(path, data={"key": TEXT})
        assert answer.status_code == 303 and answer.location == "/confirm?next=/preferences/openpgp"
    assert kept(database) == []
    assert "/confirm?next=/preferences/openpgp" in signed_in.get(PAGE).text


def test_an_expired_key_is_shown_as_one_with_what_follows(
    signed_in: FlaskClient, database: Database, officer: Person
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        keep_key(session, officer, public(SECRET)).expires_at = clock.now() - timedelta(days=1)
    with clock.fixed(clock.now() + timedelta(days=366)):
        sign_in(signed_in, officer)
        assert "This key can't be used any more." in signed_in.get(PAGE).text


def test_nobody_else_reads_or_changes_a_key_in_the_database(database: Database, officer: Person) -> None:
    with database.unit_of_work(OPERATOR) as session:
        keep_key(session, officer, public(SECRET))
        other = make_person(session, "administrator")
    with database.unit_of_work(person_actor(other.id, frozenset({"administrator"}))) as session:
        assert session.scalars(select(OpenPgpKey)).all() == []
        changed = session.execute(text("UPDATE openpgp_keys SET fingerprint = 'x' RETURNING 1")).all()
        gone = session.execute(text("DELETE FROM openpgp_keys RETURNING 1")).all()
        assert (changed, gone) == ([], [])
