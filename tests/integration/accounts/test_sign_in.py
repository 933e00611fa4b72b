from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories.person import PASSWORD
from tests.integration.accounts.conftest import ActAs
from tests.support.factors import give_app
from tracker.accounts.models import Person, SignInSession
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR
from tracker.core.tokens import digest_of

TypeIn = Callable[..., TestResponse]
COOKIE = "session-8000"


def test_the_right_password_opens_the_page_that_was_asked_for(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    asked = client.get("/preferences")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=%2Fpreferences")
    answer = type_in("administrator@example.org", PASSWORD, next="/preferences")
    assert (answer.status_code, answer.location) == (303, "/preferences")
    assert people["administrator"].name in client.get("/preferences").text


def test_the_address_may_be_capitalised_as_one_likes(people: dict[str, Person], type_in: TypeIn) -> None:
    assert type_in("ADMINISTRATOR@Example.ORG", PASSWORD).status_code == 303


def test_nobody_is_sent_to_another_site(people: dict[str, Person], type_in: TypeIn) -> None:
    assert type_in("administrator@example.org", PASSWORD, next="//evil.example/x").location == "/"


@pytest.mark.parametrize("email", ["administrator@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_one_answer(
    people: dict[str, Person], type_in: TypeIn, email: str
) -> None:
    answer = type_in(email, "not the password at all")
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert COOKIE not in str(answer.headers)


def test_refusals_are_equal_to_the_letter_for_whomever_and_however_often(
    app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    """An account, one that is closed, one that owes a code, and none: heard, and then refused unheard."""
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["head"].id).active = False
        give_app(session, people["coordinator"])

    def answers(name: str) -> list[tuple[int, str]]:
        email, client = f"{name}@example.org", app.test_client()
        found = []
        for _ in range(7):
            client.environ_base["REMOTE_ADDR"] = f"10.9.{len(name)}.1"
            answer = guessed(client, email)
            said = str(sorted((key, value) for key, value in answer.headers if key not in VARIES))
            text = re.sub(r'(value|content)="[\w.-]{40,}"|<code>\w+</code>', "", answer.text.replace(email, "EMAIL"))
            found.append((answer.status_code, said + text))
        return found

    expected = answers("administrator")
    assert [status for status, _said in expected] == [422] * 5 + [429] * 2
    for name in ("head", "coordinator", "nobody-at-all"):
        assert answers(name) == expected, name


VARIES = ("Set-Cookie", "Content-Length", "X-Request-Id", "Date")


def guessed(client: FlaskClient, email: str) -> TestResponse:
    """A guess at an account, by the form."""
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": "not the password at all"})


def test_somebody_deactivated_is_refused_like_a_stranger(
    people: dict[str, Person], type_in: TypeIn, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["head"].id).active = False
    assert type_in("head@example.org", PASSWORD).status_code == 422


def test_the_table_holds_no_token_but_its_hash(
    people: dict[str, Person], type_in: TypeIn, act_as: ActAs, client: FlaskClient
) -> None:
    type_in("administrator@example.org", PASSWORD)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(SignInSession)).all()
    assert [row.token_hash for row in rows] == [digest_of(cookie.value)]
    assert digest_of(cookie.value) != hashlib.sha256(cookie.value.encode()).digest()
    assert len(cookie.value) >= 43  # 256 bits in base64


@pytest.mark.dear_passwords
def test_a_cheap_hash_is_renewed_at_sign_in(people: dict[str, Person], type_in: TypeIn, act_as: ActAs) -> None:
    type_in("administrator@example.org", PASSWORD)
    with act_as(OPERATOR) as session:
        stored = session.get_one(Person, people["administrator"].id).password_hash
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_signing_in_begins_a_new_session_and_kills_the_old_cookie(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    type_in("administrator@example.org", PASSWORD)
    before = client.get_cookie(COOKIE)
    assert before is not None
    page = client.get("/preferences")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    client.post(
        "/sign-in", data={"csrf_token": token.group(1), "email": "administrator@example.org", "password": PASSWORD}
    )
    after = client.get_cookie(COOKIE)
    assert after is not None
    assert after.value != before.value
    client.set_cookie(COOKIE, before.value)
    assert client.get("/preferences").status_code == 303


def test_signing_out_kills_the_cookie(client: FlaskClient, people: dict[str, Person], type_in: TypeIn) -> None:
    type_in("administrator@example.org", PASSWORD)
    kept = client.get_cookie(COOKIE)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/preferences").text)
    assert kept is not None
    assert token is not None
    assert client.post("/sign-out", data={"csrf_token": token.group(1)}).location == "/sign-in"
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, kept.value)
    assert client.get("/preferences").status_code == 303


def test_signing_out_needs_the_csrf_token(client: FlaskClient, people: dict[str, Person], type_in: TypeIn) -> None:
    type_in("administrator@example.org", PASSWORD)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/preferences").status_code == 200


def test_the_sign_in_form_needs_the_csrf_token(client: FlaskClient, people: dict[str, Person]) -> None:
    answer = client.post("/sign-in", data={"email": "administrator@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get_cookie(COOKIE) is None


@pytest.mark.parametrize(("hours", "is_open"), [(11.9, True), (12.1, False)])
def test_an_idle_session_ends(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn, hours: float, is_open: bool
) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        type_in("administrator@example.org", PASSWORD)
        travel.shift(hours * 3600)
        assert (client.get("/preferences").status_code == 200) is is_open


def test_a_busy_session_ends_after_a_week(client: FlaskClient, people: dict[str, Person], type_in: TypeIn) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        type_in("administrator@example.org", PASSWORD)
        for _ in range(16):  # every ten hours, so it is never idle
            travel.shift(10 * 3600)
            assert client.get("/preferences").status_code == 200
        travel.shift(10 * 3600)
        assert client.get("/preferences").status_code == 303


def test_reading_pages_writes_last_seen_every_five_minutes_only(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn, act_as: ActAs
) -> None:
    def last_seen() -> Any:
        with act_as(OPERATOR) as session:
            return session.scalars(select(SignInSession.last_seen_at)).one()

    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        type_in("administrator@example.org", PASSWORD)
        began = last_seen()
        travel.shift(4 * 60)
        client.get("/preferences")
        assert last_seen() == began
        travel.shift(2 * 60)
        client.get("/preferences")
        assert (last_seen() - began).total_seconds() == 6 * 60


def test_a_role_taken_away_is_gone_at_the_next_request(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn, act_as: ActAs
) -> None:
    type_in("administrator@example.org", PASSWORD)
    assert client.get("/accounts").status_code == 200
    with act_as(OPERATOR) as session:
        person = session.get_one(Person, people["administrator"].id)
        session.refresh(person, ["roles"])
        person.roles.clear()
    assert client.get("/accounts").status_code == 404


def test_sign_ins_and_failures_are_in_the_audit_without_an_address(
    people: dict[str, Person], type_in: TypeIn, act_as: ActAs
) -> None:
    type_in("administrator@example.org", "not the password at all")
    type_in("nobody@example.org", "not the password at all")
    type_in("administrator@example.org", PASSWORD)
    with act_as(OPERATOR) as session:
        wanted = select(AuditEntry).where(AuditEntry.action.like("sign_in.%")).order_by(AuditEntry.at, AuditEntry.id)
        entries = session.scalars(wanted).all()
    known = people["administrator"].id
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("sign_in.failed", known),
        ("sign_in.failed", None),
        ("sign_in.succeeded", known),
    ]
    assert all("example.org" not in str(entry.detail) for entry in entries)


@pytest.mark.own_app
def test_in_production_the_cookie_is_bound_to_the_host_and_to_https(
    app: Flask, client: FlaskClient, people: dict[str, Person]
) -> None:
    from dataclasses import replace

    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], environment="production")
    page = client.get("/sign-in", base_url="https://localhost")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
        data={"csrf_token": token.group(1), "email": "administrator@example.org", "password": PASSWORD},
    )
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session="))
    for needed in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert needed in cookie
    assert "Domain" not in cookie
