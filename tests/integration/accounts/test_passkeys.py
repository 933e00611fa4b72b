"""Passkeys: they open this site to their owner, once for each challenge, and nothing else opens anything with them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from embedded.processes import wait_until
from tests.integration.accounts.conftest import ActAs, hidden_fields
from tests.support.authenticator import Device, challenge_on
from tests.support.factors import code, give_app
from tests.support.sign_in import sign_in, sign_in_half
from tests.support.smtp import SmtpSink
from tracker.accounts.devices import device_in_words
from tracker.accounts.models import Passkey, Person, RecoveryCode, SignInSession, TotpFactor
from tracker.accounts.passkeys import site_of
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR

OWN = "/preferences/signing-in/passkey"


def make_one(app: Flask, person: Person, device: Device | None = None) -> Device:
    """A passkey that `person` made while signed in."""
    made = device or Device()
    client = sign_in(app.test_client(), person)
    challenge = challenge_on(client.get(OWN).text)
    answer = client.post(
        OWN, data={"challenge": challenge, "credential": made.make(challenge, person.id.bytes), "name": "Laptop"}
    )
    assert answer.status_code == 200 and "recovery codes" in answer.text
    return made


def show(client: FlaskClient, device: Device, page: str, to: str) -> TestResponse:
    text = client.get(page).text
    challenge = challenge_on(text)
    sent = {
        "csrf_token": hidden_fields(text)["csrf_token"],
        "challenge": challenge,
        "credential": device.show(challenge),
    }
    return client.post(to, data=sent)


@pytest.fixture
def head(people: dict[str, Person]) -> Person:
    return people["head"]


@pytest.fixture
def device(app: Flask, head: Person) -> Device:
    return make_one(app, head)


def sign_in_with(client: FlaskClient, device: Device) -> TestResponse:
    return show(client, device, "/sign-in", "/sign-in/passkey")


def test_a_passkey_signs_in_with_nothing_typed(app: Flask, head: Person, device: Device, act_as: ActAs) -> None:
    client = app.test_client()
    answer = sign_in_with(client, device)
    assert (answer.status_code, answer.location) == (303, "/")
    assert head.name in client.get("/preferences").text
    with act_as(OPERATOR) as session:
        key = session.scalars(select(Passkey)).one()
        methods = [(row.method, row.is_assured) for row in session.scalars(select(SignInSession))]
    assert (key.name, key.sign_count, key.last_used_at is not None) == ("Laptop", 1, True)
    assert ("passkey", True) in methods


def test_a_challenge_is_answered_once_and_by_the_browser_that_got_it(app: Flask, device: Device) -> None:
    client, other = app.test_client(), app.test_client()
    text = client.get("/sign-in").text
    challenge = challenge_on(text)
    sent = {
        "csrf_token": hidden_fields(text)["csrf_token"],
        "challenge": challenge,
        "credential": device.show(challenge),
    }
    elsewhere = sent | {"csrf_token": hidden_fields(other.get("/sign-in").text)["csrf_token"]}
    assert other.post("/sign-in/passkey", data=elsewhere).location == "/sign-in"
    assert client.post("/sign-in/passkey", data=sent).location == "/"


def test_a_replayed_answer_is_refused_in_the_same_browser(app: Flask, device: Device) -> None:
    client = app.test_client()
    text = client.get("/sign-in").text
    kept = client.get_cookie("visitor-8000")
    challenge = challenge_on(text)
    sent = {
        "csrf_token": hidden_fields(text)["csrf_token"],
        "challenge": challenge,
        "credential": device.show(challenge),
    }
    assert client.post("/sign-in/passkey", data=sent).location == "/"
    thief = app.test_client()
    assert kept is not None
    thief.set_cookie("visitor-8000", kept.value)
    assert thief.post("/sign-in/passkey", data=sent).location == "/sign-in"
    assert thief.get("/preferences").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8001"},
        {"rp_id": "evil.example"},
        {"knows_owner": False},
        {"handle": b"somebody else's!"},
        {"credential_id": b"never seen before, and 32 bytes."},
    ],
)
def test_what_another_site_another_owner_or_nobody_showed_is_refused(
    app: Flask, device: Device, wrong: dict[str, object]
) -> None:
    client = app.test_client()
    answer = sign_in_with(client, replace(device, **wrong))  # type: ignore[arg-type]
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "was not accepted" in client.get("/sign-in").text
    assert client.get("/preferences").status_code == 303


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", "nonsense", '{"id": 5, "response": {}}', "x" * 20_000])
def test_what_is_no_answer_of_a_device_is_refused(client: FlaskClient, people: dict[str, Person], sent: str) -> None:
    text = client.get("/sign-in").text
    answer = client.post("/sign-in/passkey", data=hidden_fields(text) | {"credential": sent})
    assert answer.location == "/sign-in"


def test_a_challenge_is_good_for_ten_minutes_and_for_its_purpose(app: Flask, head: Person, device: Device) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        client = app.test_client()
        text = client.get("/sign-in").text
        challenge = challenge_on(text)
        travel.shift(601)
        sent = hidden_fields(text) | {"challenge": challenge, "credential": device.show(challenge)}
        assert client.post("/sign-in/passkey", data=sent).location == "/sign-in"
        half = sign_in_half(client, head)
        assert show(half, device, "/sign-in/second", "/sign-in/passkey").location == "/sign-in"


def test_after_the_password_a_key_that_only_feels_a_touch_is_enough(app: Flask, head: Person, device: Device) -> None:
    client = sign_in_half(app.test_client(), head)
    touched = replace(device, knows_owner=False)
    assert show(client, touched, "/sign-in/second", "/sign-in/second/passkey").location == "/"
    assert client.get("/preferences").status_code == 200


def test_after_one_persons_password_anothers_passkey_opens_nothing(
    app: Flask, people: dict[str, Person], device: Device
) -> None:
    make_one(app, people["coordinator"])
    client = sign_in_half(app.test_client(), people["coordinator"])
    answer = show(client, device, "/sign-in/second", "/sign-in/second/passkey")
    assert answer.location == "/sign-in/second"
    assert client.get("/preferences").status_code == 303


def test_a_counter_that_went_backwards_is_noted(app: Flask, head: Person, device: Device, act_as: ActAs) -> None:
    copy = replace(device)
    sign_in_with(app.test_client(), device)
    sign_in_with(app.test_client(), device)
    client = app.test_client()
    assert sign_in_with(client, copy).location == "/"
    assert "its counter went backwards" in client.get("/preferences/signing-in").text
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "factor.regressed")).all()) == 1


def test_a_closed_account_is_opened_by_no_passkey(app: Flask, head: Person, device: Device, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        session.get_one(Person, head.id).active = False
    assert sign_in_with(app.test_client(), device).location == "/sign-in"


def test_one_device_has_one_owner(app: Flask, people: dict[str, Person], device: Device) -> None:
    client = sign_in(app.test_client(), people["coordinator"])
    challenge = challenge_on(client.get(OWN).text)
    again = device.make(challenge, people["coordinator"].id.bytes)
    assert client.post(OWN, data={"challenge": challenge, "credential": again}).location == OWN


def test_passkeys_are_named_and_removed_by_their_owner(
    app: Flask, head: Person, people: dict[str, Person], device: Device, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        key_id = session.scalars(select(Passkey.id)).one()
    mine, other = sign_in(app.test_client(), head), sign_in(app.test_client(), people["administrator"])
    assert other.post(f"{OWN}s/{key_id}/name", data={"name": "Mine"}).status_code == 404
    assert other.post(f"{OWN}s/{key_id}/remove").status_code == 404
    mine.post(f"{OWN}s/{key_id}/name", data={"name": "  The   red key "})
    assert 'value="The red key"' in mine.get("/preferences/signing-in").text
    mine.post(f"{OWN}s/{key_id}/remove")
    assert "The red key" not in mine.get("/preferences/signing-in").text
    assert sign_in_with(app.test_client(), device).location == "/sign-in"


@pytest.mark.own_app
def test_where_factors_are_required_the_last_one_stays(
    app: Flask, head: Person, people: dict[str, Person], act_as: ActAs
) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], second_factor="required")
    make_one(app, head)
    make_one(app, people["administrator"])
    with act_as(OPERATOR) as session:
        give_app(session, people["administrator"])
        keys = {key.person_id: key.id for key in session.scalars(select(Passkey))}
    for person, words in ((head, "only second factor"), (people["administrator"], "Administrators need a passkey")):
        client = sign_in(app.test_client(), person)
        client.post(f"{OWN}s/{keys[person.id]}/remove")
        assert words in client.get("/preferences/signing-in").text


def test_with_a_passkey_the_session_becomes_one_that_sees_sealed_cases(
    app: Flask, head: Person, device: Device, act_as: ActAs
) -> None:
    client = without_passkey(app, head)
    answer = show(client, device, "/confirm?next=/preferences", "/confirm")
    assert answer.location == "/"
    with act_as(OPERATOR) as session:
        found = {(row.method, row.is_assured) for row in session.scalars(select(SignInSession))}
    assert found == {("passkey", True)}
    assert client.get("/preferences").status_code == 200


def without_passkey(app: Flask, person: Person) -> FlaskClient:
    """A browser that signed in a moment ago with the password and a code."""
    return sign_in(app.test_client(), person, is_assured=False)


def ways_in(act_as: ActAs, person: Person) -> tuple[int, bool, set[Any]]:
    with act_as(OPERATOR) as session:
        keys = session.scalars(select(Passkey).where(Passkey.person_id == person.id)).all()
        codes = set(session.scalars(select(RecoveryCode.id).where(RecoveryCode.person_id == person.id)))
        return len(keys), session.get(TotpFactor, person.id) is not None, codes


def test_who_has_a_passkey_changes_no_factor_by_password_and_code(
    app: Flask, head: Person, device: Device, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        give_app(session, head)
        key_id = session.scalars(select(Passkey.id)).one()
    client, before = without_passkey(app, head), ways_in(act_as, head)
    ways = "/preferences/signing-in"
    for path in (OWN, f"{ways}/app"):
        asked = client.get(path)
        assert asked.location == f"/confirm?next={path}&by=passkey"
        assert client.post(path, data={"challenge": "x", "credential": "x", "code": code()}).status_code == 303
    for path in (f"{OWN}s/{key_id}/remove", f"{ways}/app/remove", f"{ways}/codes"):
        assert client.post(path).location == f"/confirm?next={ways}&by=passkey"
    assert ways_in(act_as, head) == before
    page = client.get(f"/confirm?next={OWN}&by=passkey").text
    assert "sign in with a recovery code" in page and 'id="confirm-code"' not in page
    assert client.post("/confirm", data={"by": "passkey", "code": code()}).status_code == 422


def test_a_code_of_the_app_does_not_open_the_way_to_another_passkey(
    app: Flask, head: Person, device: Device, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        give_app(session, head)
    client = without_passkey(app, head)
    assert client.post("/confirm", data={"code": code(), "next": OWN}).location == OWN
    assert client.get(OWN).location == f"/confirm?next={OWN}&by=passkey"


def test_with_the_passkey_shown_another_is_made(app: Flask, head: Person, device: Device, act_as: ActAs) -> None:
    client = without_passkey(app, head)
    assert show(client, device, f"/confirm?next={OWN}&by=passkey", "/confirm").status_code == 303
    challenge = challenge_on(client.get(OWN).text)
    second = {"challenge": challenge, "credential": Device().make(challenge, head.id.bytes), "name": "Key"}
    assert client.post(OWN, data=second).status_code == 303
    assert ways_in(act_as, head)[0] == 2


@pytest.mark.own_app
def test_every_change_of_a_factor_is_mailed_at_once_and_noted(
    app: Flask, head: Person, act_as: ActAs, smtp_sink: SmtpSink
) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], smtp_url=smtp_sink.url)
    make_one(app, head)
    assert wait_until(lambda: len(smtp_sink.mails) == 1, 20)
    client = sign_in(app.test_client(), head)
    with act_as(OPERATOR) as session:
        key_id = session.scalars(select(Passkey.id)).one()
    client.post("/preferences/signing-in/codes")
    assert wait_until(lambda: len(smtp_sink.mails) == 2, 20)
    client.post(f"{OWN}s/{key_id}/remove")
    assert wait_until(lambda: len(smtp_sink.mails) == 3, 20)
    for mail in smtp_sink.mails:
        said = mail.message.get_content()
        assert mail.recipients == [head.email]
        assert "The ways in which you sign in were changed." in said and "passkey" not in said.lower()
    with act_as(OPERATOR) as session:
        noted = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("factor.%"))).all()
    assert sorted(noted) == ["factor.added", "factor.codes_renewed", "factor.codes_renewed", "factor.removed"]


def test_a_session_of_a_passkey_is_confirmed_with_it_alone(
    app: Flask, head: Person, device: Device, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        give_app(session, head)
    client = sign_in(app.test_client(), head)
    assert client.post("/confirm", data={"code": code()}).status_code == 422
    assert 'id="password"' not in client.get("/confirm").text


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://cases.ngo.org", "https://cases.ngo.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]", None),
    ],
)
def test_browsers_make_passkeys_for_names_alone(base_url: str, origin: str | None) -> None:
    found = site_of(base_url)
    assert (found.origin if found else None) == origin


@pytest.mark.own_app
def test_at_a_number_the_page_says_why_there_are_none(app: Flask, head: Person) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], base_url="http://127.0.0.1:8000")
    page = sign_in(app.test_client(), head).get(OWN)
    assert page.status_code == 200 and "work here: the address of this installation is a number" in page.text


def test_the_request_for_a_passkey_names_no_account(app: Flask, head: Person, device: Device) -> None:
    page = app.test_client().get("/sign-in").text
    assert json.loads(page.partition('data-allow="')[2].partition('"')[0]) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/605 Version/18 Safari/605", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Linux"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_devices_in_words(app: Flask, said: str, words: str) -> None:
    with app.test_request_context():
        assert device_in_words(said) == words
