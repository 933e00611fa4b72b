"""Whoever can write every row of the database, and has none of the keys, makes nobody a way in (ADR 22)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.factories.person import PASSWORD, cheap_hash
from tests.integration.accounts.conftest import ActAs, Fill
from tests.integration.accounts.test_passkeys import make_one, sign_in_with
from tests.support.sign_in import sign_in, sign_in_half
from tracker.accounts.cookies import cookie_name
from tracker.accounts.invitations import make_link
from tracker.accounts.models import Person, PersonPassword, SignInSession
from tracker.accounts.sessions import find_half_signed_in, find_signed_in
from tracker.core.actor import NOBODY, OPERATOR

People = dict[str, Person]
NEW_SESSION = """
    INSERT INTO sign_in_sessions (id, token_hash, person_id, data, user_agent, created_at, last_seen_at, signed_in_at,
                                  stage, method, is_assured, expires_at, seal)
    VALUES (gen_random_uuid(), :digest, :person, '{}', '', now(), now(), now(), 'full', 'passkey', true,
            now() + interval '1 day', :digest)
    """
NEW_LINK = """
    INSERT INTO invitations (id, person_id, purpose, token_hash, made_at, expires_at, seal)
    VALUES (gen_random_uuid(), :person, 'factors', :digest, now(), now() + interval '1 day', :digest)
    """


def write(act_as: ActAs, statement: str, **values: Any) -> None:
    """As the login of the workers could, which sees every row and may change it."""
    with act_as(OPERATOR) as session:
        session.execute(text(statement), values)


def is_in(client: FlaskClient) -> bool:
    return client.get("/preferences").status_code == 200


def token_of(app: Flask, client: FlaskClient) -> str:
    with app.app_context():
        cookie = client.get_cookie(cookie_name("session"))
    assert cookie is not None
    return cookie.value


def test_a_session_that_somebody_wrote_opens_nothing(app: Flask, people: People, act_as: ActAs) -> None:
    token = secrets.token_urlsafe(32)
    write(act_as, NEW_SESSION, person=people["administrator"].id, digest=hashlib.sha256(token.encode()).digest())
    client = app.test_client()
    with app.app_context():
        client.set_cookie(cookie_name("session"), token)
    assert not is_in(client)


@pytest.mark.parametrize(
    "change",
    [
        "person_id = :victim",
        "is_assured = true",
        "method = 'passkey'",
        "signed_in_at = now() + interval '1 second'",
        "expires_at = expires_at + interval '1 day'",
        "id = gen_random_uuid()",
    ],
)
def test_a_session_that_somebody_changed_opens_nothing(app: Flask, people: People, act_as: ActAs, change: str) -> None:
    client = sign_in(app.test_client(), people["outside_counsel"], is_assured=False)
    assert is_in(client)
    values = {"victim": people["head"].id} if ":victim" in change else {}
    write(act_as, f"UPDATE sign_in_sessions SET {change}", **values)  # noqa: S608
    assert not is_in(client)
    with act_as(NOBODY) as session:
        assert find_signed_in(session, token_of(app, client)) is None
        assert session.scalar(text("SELECT current_setting('app.person') = ''"))


@pytest.mark.parametrize("change", ["stage = 'full'", "method = 'recovery_code'", "person_id = :victim"])
def test_nobody_who_is_half_way_goes_on_by_the_database(app: Flask, people: People, act_as: ActAs, change: str) -> None:
    client = sign_in_half(app.test_client(), people["outside_counsel"])
    assert client.get("/sign-in/enrol").status_code == 200
    values = {"victim": people["head"].id} if ":victim" in change else {}
    write(act_as, f"UPDATE sign_in_sessions SET {change}", **values)  # noqa: S608
    assert not is_in(client)
    assert client.get("/sign-in/enrol").status_code == 303
    with act_as(NOBODY) as session:
        assert find_half_signed_in(session, token_of(app, client)) is None
        assert session.scalar(text("SELECT current_setting('app.signing_in') = ''"))


def test_one_session_is_not_copied_over_another(app: Flask, people: People, act_as: ActAs) -> None:
    mine = sign_in(app.test_client(), people["outside_counsel"])
    theirs = sign_in(app.test_client(), people["head"])
    with act_as(OPERATOR) as session:
        rows = {row.person_id: row for row in session.scalars(select(SignInSession))}
        victim, own = rows[people["head"].id], rows[people["outside_counsel"].id]
        digest = own.token_hash
        session.delete(own)
        session.flush()
        victim.token_hash = digest
    assert not is_in(mine) and not is_in(theirs)


def test_a_link_that_somebody_wrote_or_turned_is_no_link(app: Flask, people: People, act_as: ActAs) -> None:
    token = secrets.token_urlsafe(32)
    write(act_as, NEW_LINK, person=people["head"].id, digest=hashlib.sha256(token.encode()).digest())
    assert app.test_client().get(f"/invitation?key={token}").status_code == 404
    for change in ("person_id = :victim", "purpose = 'factors'", "expires_at = expires_at + interval '1 day'"):
        with act_as(OPERATOR) as session:
            own = make_link(session, OPERATOR, people["outside_counsel"].id, "password").token
        assert app.test_client().get(f"/invitation?key={own}").status_code == 200
        values = {"victim": people["head"].id} if ":victim" in change else {}
        write(act_as, f"UPDATE invitations SET {change} WHERE used_at IS NULL", **values)  # noqa: S608
        assert app.test_client().get(f"/invitation?key={own}").status_code == 404, change


def test_a_password_is_not_written_nor_copied_from_ones_own_account(
    app: Flask, people: People, act_as: ActAs, fill: Fill
) -> None:
    head, counsel = people["head"], people["outside_counsel"]

    def gets_in(person: Person) -> bool:
        return fill(app.test_client(), "/sign-in", email=person.email, password=PASSWORD).status_code == 303

    with act_as(OPERATOR) as session:
        for person in (head, counsel):
            session.get_one(Person, person.id).password_hash = cheap_hash()
    assert gets_in(counsel)
    for hashed in (":plain", "(SELECT hash_sealed FROM person_passwords WHERE person_id = :own)"):
        values = {"plain": cheap_hash().encode()} if hashed == ":plain" else {"own": counsel.id}
        forged = f"UPDATE person_passwords SET hash_sealed = {hashed} WHERE person_id = :victim"  # noqa: S608
        write(act_as, forged, victim=head.id, **values)
        assert not gets_in(head), hashed
    write(act_as, "DELETE FROM person_passwords WHERE person_id = :victim", victim=head.id)
    turned = "UPDATE person_passwords SET person_id = :victim WHERE person_id = :own"
    write(act_as, turned, victim=head.id, own=counsel.id)
    with act_as(OPERATOR) as session:
        assert session.get_one(PersonPassword, head.id).genuine_hash is None


def test_ones_own_passkey_opens_nobody_elses_account(app: Flask, people: People, act_as: ActAs) -> None:
    device = make_one(app, people["outside_counsel"])
    device.handle = b""  # a device that names no owner
    assert sign_in_with(app.test_client(), device).location == "/"
    write(act_as, "UPDATE passkeys SET person_id = :victim", victim=people["head"].id)
    client = app.test_client()
    assert sign_in_with(client, device).location == "/sign-in"
    assert not is_in(client)
