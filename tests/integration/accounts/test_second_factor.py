"""The second factor: who has one always gives it, a code works once, and nothing goes round it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.factories.case import make_case
from tests.factories.person import PASSWORD
from tests.integration.accounts.conftest import ActAs, Fill, hidden_fields
from tests.support.factors import code, give_app, give_codes
from tests.support.sign_in import sign_in, sign_in_half
from tracker.accounts import recovery, totp
from tracker.accounts.authentication import judge
from tracker.accounts.models import Person, RecoveryCode, SignInSession, TotpFactor
from tracker.accounts.sessions import seal
from tracker.accounts.throttle import guess
from tracker.accounts.totp import digits_of
from tracker.audit.models import AuditEntry
from tracker.core.actor import NOBODY, OPERATOR

EMAIL = "head@example.org"
SECRET_KEY = "only-for-tests-and-long-enough-to-be-accepted"


@pytest.fixture
def head(people: dict[str, Person], act_as: ActAs) -> Person:
    """Somebody with codes from an app."""
    with act_as(OPERATOR) as session:
        give_app(session, people["head"])
    return people["head"]


@pytest.fixture
def half(client: FlaskClient, head: Person) -> FlaskClient:
    """A browser in which the head gave the password."""
    return sign_in_half(client, head)


@pytest.fixture
def strict(app: Flask) -> Flask:
    """An installation in which a second factor is required; use it with `own_app`."""
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], second_factor="required")
    return app


def code_of(page: str) -> str:
    """What an app shows that scanned the page."""
    found = re.search(r'<p class="secret secret-small"><code>([^<]+)</code>', page)
    assert found is not None
    return pyotp.TOTP(found.group(1).replace(" ", "")).now()


def test_the_password_alone_opens_nothing(half: FlaskClient, app: Flask) -> None:
    assert half.get("/").location == "/sign-in"
    assert half.get("/preferences").status_code == 303
    state = half.get("/session").get_json()
    assert (state["person"], state["owes"]) == (None, "code")
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or ()) and not rule.endpoint.startswith("health"):
            assert "The head" not in half.get(rule.rule).text
            assert half.get(rule.rule).status_code in (200, 303, 404), rule


@pytest.mark.own_app
@pytest.mark.parametrize(("method", "opens"), [("password", False), ("totp", True), ("passkey", True)])
def test_a_session_from_before_a_factor_was_required_opens_what_it_would_open_today(
    app: Flask, people: dict[str, Person], act_as: ActAs, method: str, opens: bool
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=people["head"])
    client = sign_in(app.test_client(), people["head"])
    with act_as(OPERATOR) as session:
        row = session.scalars(select(SignInSession)).one()
        row.method = method
        seal(row)
    sealed = f"/cases/{case.reference}"
    assert client.get(sealed).status_code == 200
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], second_factor="required")
    assert client.get(sealed).status_code == {"password": 303, "totp": 404, "passkey": 200}[method]
    assert client.get("/").status_code == (200 if opens else 303)


def test_the_code_signs_in_and_leads_on(client: FlaskClient, head: Person, fill: Fill, act_as: ActAs) -> None:
    asked = fill(client, "/sign-in?next=/preferences", email=EMAIL, password=PASSWORD)
    assert asked.location == "/sign-in/second?next=/preferences"
    answer = fill(client, asked.location, code=code())
    assert (answer.status_code, answer.location) == (303, "/preferences")
    assert head.name in client.get("/preferences").text
    with act_as(OPERATOR) as session:
        rows = {row.stage: row for row in session.scalars(select(SignInSession))}
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in.succeeded")).one()
    assert rows["full"].method == "totp"
    assert rows["partial"].revoked_at is not None
    assert entry.detail == {"by": "totp"}


def test_a_code_works_once(half: FlaskClient, app: Flask, head: Person, fill: Fill) -> None:
    used = code()
    assert fill(half, "/sign-in/second", code=used).status_code == 303
    again = sign_in_half(app.test_client(), head)
    refused = fill(again, "/sign-in/second", code=used)
    assert refused.status_code == 422
    assert "was used already" in refused.text


@pytest.mark.parametrize("shape", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "{3}"])
def test_however_it_is_typed(half: FlaskClient, fill: Fill, shape: str) -> None:
    plain = code()
    wide = "".join(chr(ord("０") + int(digit)) for digit in plain)
    assert fill(half, "/sign-in/second", code=shape.format(plain, plain[:3], plain[3:], wide)).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345²", "1" * 41, "0x1234"])
def test_what_is_no_code_is_refused(half: FlaskClient, fill: Fill, typed: str) -> None:
    assert fill(half, "/sign-in/second", code=typed).status_code == 422


def test_digits() -> None:
    assert digits_of(" 12 34-56 ") == "123456"
    assert digits_of("١٢٣٤٥٦") == "123456"
    assert digits_of("12345²") == ""


@pytest.mark.parametrize(("shift", "is_right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(app: Flask, head: Person, fill: Fill, shift: int, is_right: bool) -> None:
    with time_machine.travel("2026-05-04T08:00:10Z", tick=False):
        client = sign_in_half(app.test_client(), head)
        assert (fill(client, "/sign-in/second", code=code(shift)).status_code == 303) is is_right


def test_of_eight_at_once_one_gets_in(app: Flask, database: Any, head: Person) -> None:
    used = code()

    def one(number: int) -> bool:
        tried = guess(SECRET_KEY, f"{number}@example.org", f"10.0.0.{number}", None, "totp")
        with app.app_context():
            answer = judge(database, tried, head.id, lambda session: totp.use(session, head.id, used))
        return answer.person_id is not None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == [False] * 7 + [True]


def test_of_eight_who_send_one_code_on_paper_at_once_one_gets_in(app: Flask, database: Any, head: Person) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        paper = give_codes(session, head, SECRET_KEY)[0]

    def one(number: int) -> bool:
        tried = guess(SECRET_KEY, f"{number}@example.org", f"10.0.1.{number}", None, "totp")
        with app.app_context():
            answer = judge(database, tried, head.id, lambda session: recovery.use(session, head.id, SECRET_KEY, paper))
        return answer.person_id is not None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == [False] * 7 + [True]


def test_of_a_hundred_codes_at_most_ten_are_looked_at(app: Flask, database: Any, head: Person) -> None:
    looked: list[str] = []

    def look(typed: str) -> bool:
        looked.append(typed)
        return False

    with app.app_context():
        for n in range(100):
            tried = guess(SECRET_KEY, EMAIL, f"10.0.0.{n}", None, "totp")
            judge(database, tried, head.id, lambda _session, n=n: look(str(n)))  # type: ignore[misc]
    assert len(looked) == 10


def test_guessed_codes_do_not_shut_the_password_and_known_browsers_out(
    client: FlaskClient, app: Flask, head: Person, fill: Fill
) -> None:
    fill(client, "/sign-in", email=EMAIL, password=PASSWORD)
    fill(client, "/sign-in/second", code=code(-1))
    stranger = sign_in_half(app.test_client(), head)
    statuses = [fill(stranger, "/sign-in/second", code=f"{n:06}").status_code for n in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    client.delete_cookie("session-8000")
    assert fill(client, "/sign-in", email=EMAIL, password=PASSWORD).status_code == 303
    assert fill(client, "/sign-in/second", code=code()).status_code == 303


def test_ten_minutes_after_the_password_it_is_asked_for_again(client: FlaskClient, head: Person) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        sign_in_half(client, head)
        travel.shift(601)
        assert client.get("/sign-in/second").location == "/sign-in"


def test_the_secret_is_no_plain_text_and_is_bound_to_its_person(
    head: Person, people: dict[str, Person], act_as: ActAs
) -> None:
    from tests.support.factors import SECRET
    from tracker.core.encryption import FieldNotReadable

    with act_as(OPERATOR) as session:
        row = session.get_one(TotpFactor, head.id)
        assert SECRET.encode() not in row.secret_sealed
        other = TotpFactor(person_id=people["coordinator"].id, last_step=0, secret_sealed=row.secret_sealed)
        with pytest.raises(FieldNotReadable):
            _ = other.secret


@pytest.mark.parametrize("table", ["person_passwords", "totp_factors", "passkeys", "recovery_codes", "invitations"])
def test_nobody_reads_what_others_sign_in_with(
    people: dict[str, Person], head: Person, act_as: ActAs, table: str
) -> None:
    with act_as(OPERATOR) as session:
        give_codes(session, head, SECRET_KEY)
    for other in (NOBODY, people["legal_officer"], people["outside_counsel"]):
        with act_as(other) as session:
            found = session.execute(text(f"SELECT person_id FROM {table}")).scalars()  # noqa: S608
            assert head.id not in set(found), other
    if table != "invitations":
        with act_as(people["administrator"]) as session:
            assert head.id not in set(session.execute(text(f"SELECT person_id FROM {table}")).scalars())  # noqa: S608


def test_a_code_on_paper_works_once_ends_other_sessions_and_asks_for_a_new_factor(
    half: FlaskClient, app: Flask, head: Person, fill: Fill, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        codes = give_codes(session, head, SECRET_KEY)
    elsewhere = sign_in(app.test_client(), head)
    assert len(set(codes)) == 10
    answer = fill(half, "/sign-in/recovery", code=codes[3].upper().replace("-", " "))
    assert (answer.status_code, answer.location) == (303, "/sign-in/enrol")
    assert half.get("/preferences").status_code == 303  # still nobody
    assert elsewhere.get("/preferences").status_code == 303
    again = sign_in_half(app.test_client(), head)
    assert fill(again, "/sign-in/recovery", code=codes[3]).status_code == 422

    page = half.get("/sign-in/enrol").text
    assert "<svg" in page
    done = half.post("/sign-in/enrol/totp", data=hidden_fields(page) | {"code": code_of(page)})
    assert done.status_code == 200
    new_codes = re.findall(r"<li><code>([\w-]+)</code></li>", done.text)
    assert len(new_codes) == 10 and not set(new_codes) & set(codes)
    assert head.name in half.get("/preferences").text
    with act_as(OPERATOR) as session:
        assert session.scalars(select(RecoveryCode.used_at)).all() == [None] * 10
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in.recovered")).all()) == 1


def test_nobody_adds_a_factor_in_place_of_the_one_that_is_asked_for(half: FlaskClient) -> None:
    assert half.get("/sign-in/enrol").location == "/sign-in/second"
    assert half.post("/sign-in/enrol/totp", data={"code": "123456"}).status_code in (303, 400)


def test_where_none_is_required_a_password_is_enough_and_a_page_says_what_to_do(
    client: FlaskClient, people: dict[str, Person], fill: Fill, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, level="sealed", lead=people["legal_officer"], title="Quicksilver")
    assert fill(client, "/sign-in", email="legal_officer@example.org", password=PASSWORD).location == "/"
    assert "Quicksilver" in client.get("/cases").text
    assert "password alone" in client.get("/preferences/signing-in").text


@pytest.mark.own_app
def test_where_it_is_required_the_first_sign_in_sets_one_up(
    strict: Flask, people: dict[str, Person], fill: Fill, act_as: ActAs
) -> None:
    client = strict.test_client()
    answer = fill(client, "/sign-in", email="legal_officer@example.org", password=PASSWORD)
    assert answer.location == "/sign-in/enrol"
    assert client.get("/preferences").status_code == 303
    page = client.get("/sign-in/enrol").text
    sent = hidden_fields(page)
    again = client.post("/sign-in/enrol/totp", data=sent | {"code": "12345"})
    assert again.status_code == 422
    assert code_of(again.text) == code_of(page)  # the same picture, or the app would have to scan anew
    done = client.post("/sign-in/enrol/totp", data=sent | {"code": code_of(page)})
    assert "Your recovery codes" in done.text
    assert client.get("/preferences").status_code == 200
    with act_as(OPERATOR) as session:
        assert [row.is_assured for row in session.scalars(select(SignInSession)) if row.stage == "full"] == [False]


@pytest.mark.own_app
def test_where_it_is_required_an_administrator_needs_a_passkey(
    strict: Flask, people: dict[str, Person], fill: Fill, act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        give_app(session, people["administrator"])
    client = sign_in_half(strict.test_client(), people["administrator"])
    assert fill(client, "/sign-in/second", code=code()).status_code == 303
    assert client.get("/accounts").location == "/preferences/signing-in"
    assert client.get("/").location == "/preferences/signing-in"
    assert "Administrators sign in with a passkey" in client.get("/preferences/signing-in").text
    assert sign_in(strict.test_client(), people["administrator"]).get("/accounts").status_code == 200


def test_an_app_is_set_up_changed_and_removed_by_who_just_signed_in(
    app: Flask, people: dict[str, Person], fill: Fill, act_as: ActAs
) -> None:
    client = sign_in(app.test_client(), people["coordinator"])
    page = client.get("/preferences/signing-in/app").text
    done = client.post("/preferences/signing-in/app", data=hidden_fields(page) | {"code": code_of(page)})
    assert len(re.findall(r"<li><code>", done.text)) == 10
    assert "10 codes are left" in client.get("/preferences/signing-in").text
    stranger = app.test_client()
    asked = fill(stranger, "/sign-in", email="coordinator@example.org", password=PASSWORD)
    assert asked.location == "/sign-in/second"
    assert client.post("/preferences/signing-in/app/remove").status_code == 303
    assert "password alone" in client.get("/preferences/signing-in").text
    with act_as(OPERATOR) as session:
        assert session.scalars(select(RecoveryCode)).all() == []


def test_a_secret_that_was_offered_to_another_is_not_taken(app: Flask, people: dict[str, Person]) -> None:
    theirs = sign_in(app.test_client(), people["head"]).get("/preferences/signing-in/app").text
    mine = sign_in(app.test_client(), people["coordinator"])
    sent = {"sealed": hidden_fields(theirs)["sealed"], "code": code_of(theirs)}
    answer = mine.post("/preferences/signing-in/app", data=sent)
    assert answer.status_code == 422


def test_after_a_quarter_of_an_hour_factors_ask_who_is_there(app: Flask, people: dict[str, Person]) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        client = sign_in(app.test_client(), people["coordinator"])
        travel.shift(901)
        asked = client.get("/preferences/signing-in/app")
        assert asked.location == "/confirm?next=/preferences/signing-in/app"
        assert client.post("/preferences/signing-in/codes").location == "/confirm?next=/preferences/signing-in"
        wrong = client.post("/confirm", data={"next": "/preferences/signing-in/app", "password": "not this one"})
        assert wrong.status_code == 422
        right = client.post("/confirm", data={"next": "/preferences/signing-in/app", "password": PASSWORD})
        assert right.location == "/preferences/signing-in/app"
        assert client.get("/preferences/signing-in/app").status_code == 200


def test_whoever_has_an_app_confirms_with_its_code(app: Flask, head: Person) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        client = sign_in(app.test_client(), head)
        travel.shift(901)
        assert client.post("/confirm", data={"password": PASSWORD}).status_code == 422
        assert client.post("/confirm", data={"code": code(), "next": "//evil.example"}).location == "/"
