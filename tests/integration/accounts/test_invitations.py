"""Links: one person's, once, for three days; scanners use nothing up, and no second factor is gone round."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories.person import PASSWORD
from tests.integration.accounts.conftest import ActAs, Fill, hidden_fields
from tests.integration.accounts.test_account_pages import NEW, loaded
from tests.support.authenticator import Device, challenge_on
from tests.support.factors import code, give_app
from tests.support.sign_in import make_stale, sign_in
from tracker.accounts.invitations import make_link
from tracker.accounts.models import Invitation, Passkey, Person, PersonPassword, TotpFactor
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotPermitted

CHOSEN = "nine herons read the river maps"


def link_on(page: TestResponse) -> str:
    found = re.search(r"<code>http://localhost(/invitation\?key=[\w-]+)</code>", page.text)
    assert found is not None, page.text[:500]
    return found.group(1)


@pytest.fixture
def link(as_administrator: FlaskClient) -> str:
    """The link of an account just made."""
    return link_on(as_administrator.post("/accounts/new", data=NEW))


def choose(client: FlaskClient, link: str, password: str = CHOSEN) -> TestResponse:
    return client.post("/invitation", data=hidden_fields(client.get(link).text) | {"password": password})


def test_a_new_account_is_opened_by_its_link_alone(link: str, app: Flask, act_as: ActAs, fill: Fill) -> None:
    person = loaded(act_as, "Maria@example.org")
    assert person.role_keys == {"legal_officer", "coordinator"}
    assert (person.time_zone, person.country) == ("Europe/Vilnius", "LT")
    with act_as(OPERATOR) as session:
        assert session.get(PersonPassword, person.id) is None
        row = session.scalars(select(Invitation)).one()
        assert link.partition("=")[2].encode() not in row.token_hash
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("invitation.%"))).all()
    assert all(link.partition("=")[2] not in str(entry.detail) for entry in entries)
    client = app.test_client()
    answer = choose(client, link)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/preferences").status_code == 200
    assert fill(app.test_client(), "/sign-in", email="maria@example.org", password=CHOSEN).location == "/"


def test_fifty_looks_use_nothing_up_and_the_click_works_once(link: str, app: Flask) -> None:
    scanner = app.test_client()
    for _ in range(25):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert choose(app.test_client(), link).status_code == 303
    gone = app.test_client().get(link)
    assert gone.status_code == 404 and "This link does not work" in gone.text


def test_of_four_clicks_at_once_one_counts(link: str, app: Flask, act_as: ActAs) -> None:
    clients = [app.test_client() for _ in range(4)]
    fields = [hidden_fields(client.get(link).text) for client in clients]

    def click(number: int) -> int:
        data = fields[number] | {"password": f"{CHOSEN} {number}"}
        return clients[number].post("/invitation", data=data).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(click, range(4)))
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 404, 409}


def test_after_three_days_it_is_good_no_more(as_administrator: FlaskClient, app: Flask) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        link = link_on(sign_in_anew(as_administrator, app).post("/accounts/new", data=NEW))
        travel.shift(72 * 3600 - 1)
        assert app.test_client().get(link).status_code == 200
        travel.shift(2)
        assert app.test_client().get(link).status_code == 404


def sign_in_anew(client: FlaskClient, app: Flask) -> FlaskClient:
    with app.app_context():
        from tracker.core.web import database

        with database().unit_of_work(OPERATOR) as session:
            person = session.scalars(select(Person).where(Person.email == "administrator@example.org")).one()
            session.refresh(person, ["roles"])
    return sign_in(client, person)


@pytest.mark.parametrize("key", ["", "x", "é", "a" * 43, "a" * 5000])
def test_what_is_no_link_tells_nothing(app: Flask, people: dict[str, Person], key: str) -> None:
    assert app.test_client().get(f"/invitation?key={key}").status_code == 404


def test_a_link_is_withdrawn_or_replaced(as_administrator: FlaskClient, link: str, app: Flask, act_as: ActAs) -> None:
    person = loaded(act_as, "Maria@example.org")
    assert "A link is open until" in as_administrator.get(f"/accounts/{person.id}").text
    second = link_on(as_administrator.post(f"/accounts/{person.id}/link"))
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().get(second).status_code == 200
    as_administrator.post(f"/accounts/{person.id}/link/withdraw")
    assert app.test_client().get(second).status_code == 404
    assert "A link is open until" not in as_administrator.get(f"/accounts/{person.id}").text


def test_a_bad_password_uses_nothing_up(link: str, app: Flask) -> None:
    client = app.test_client()
    refused = choose(client, link, "password12345678")
    assert refused.status_code == 422 and "somebody would guess" in refused.text
    assert choose(client, link).status_code == 303


def test_a_forgotten_password_does_not_go_round_the_second_factor(
    as_administrator: FlaskClient, app: Flask, people: dict[str, Person], act_as: ActAs, fill: Fill
) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        give_app(session, head)
    before = sign_in(app.test_client(), head)
    link = link_on(as_administrator.post(f"/accounts/{head.id}/link"))
    assert before.get("/preferences").status_code == 200  # until the link is used
    client = app.test_client()
    assert 'data-passkey="' not in client.get(link).text
    assert choose(client, link).location == "/sign-in/second"
    assert before.get("/preferences").status_code == 303
    assert client.get("/preferences").status_code == 303
    assert client.get("/sign-in/enrol").location == "/sign-in/second"
    assert fill(client, "/sign-in/second", code=code()).status_code == 303
    assert client.get("/preferences").status_code == 200


def test_nor_is_it_gone_round_with_a_passkey(
    as_administrator: FlaskClient, app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        give_app(session, head)
    link = link_on(as_administrator.post(f"/accounts/{head.id}/link"))
    client = app.test_client()
    sent = hidden_fields(client.get(link).text)
    challenge = challenge_on(client.get("/sign-in").text)
    sent |= {"challenge": challenge, "credential": Device().make(challenge, head.id.bytes)}
    client.post("/invitation/passkey", data=sent)
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Passkey)).all() == []


def test_an_invitation_is_taken_with_a_passkey_alone(link: str, app: Flask, act_as: ActAs) -> None:
    person = loaded(act_as, "Maria@example.org")
    client, device = app.test_client(), Device()
    page = client.get(link).text
    challenge = challenge_on(page)
    sent = hidden_fields(page) | {"challenge": challenge, "credential": device.make(challenge, person.id.bytes)}
    done = client.post("/invitation/passkey", data=sent)
    assert done.status_code == 200 and "Your recovery codes" in done.text
    assert client.get("/preferences").status_code == 200
    assert app.test_client().get(link).status_code == 404
    with act_as(OPERATOR) as session:
        assert session.get(PersonPassword, person.id) is None


@pytest.mark.own_app
def test_where_a_second_factor_is_required_the_link_leads_to_setting_one_up(
    app: Flask, people: dict[str, Person]
) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], second_factor="required")
    administrator = sign_in(app.test_client(), people["administrator"])
    link = link_on(administrator.post("/accounts/new", data=NEW))
    client = app.test_client()
    assert choose(client, link).location == "/sign-in/enrol"
    assert client.get("/preferences").status_code == 303


def test_who_lost_everything_gets_a_link_from_the_operator_alone(
    app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        give_app(session, head)
    with pytest.raises(NotPermitted), act_as(people["administrator"]) as session:
        from tests.factories.person import acting

        make_link(session, acting(people["administrator"]), head.id, "factors")
    printed = app.test_cli_runner().invoke(args=["user", "link", head.email, "--lost-everything"])
    assert printed.exit_code == 0, printed.output
    link = printed.stdout.strip().removeprefix("http://localhost")
    client = app.test_client()
    assert choose(client, link).location == "/"
    with act_as(OPERATOR) as session:
        assert session.get(TotpFactor, head.id) is None
        assert session.get_one(Person, head.id).password_hash is not None


def test_making_a_link_asks_for_a_fresh_sign_in_and_for_an_administrator(app: Flask, people: dict[str, Person]) -> None:
    head = people["head"]
    assert sign_in(app.test_client(), people["legal_officer"]).post(f"/accounts/{head.id}/link").status_code == 404
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        client = sign_in(app.test_client(), people["administrator"])
        travel.shift(901)
        assert client.post(f"/accounts/{head.id}/link").location == f"/confirm?next=/accounts/{head.id}"
        client.post("/confirm", data={"password": PASSWORD})
        assert client.post(f"/accounts/{head.id}/link").status_code == 200


def test_roles_that_were_ticked_wait_while_an_old_session_is_asked_who_is_there(
    app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    head, administrator = people["head"], people["administrator"]
    client = sign_in(app.test_client(), administrator)
    with act_as(OPERATOR) as session:
        make_stale(session, administrator)
    address, said = f"/accounts/{head.id}/roles", {"roles": ["head", "coordinator"], "version": head.version}
    asked = client.post(address, data=said)
    assert asked.status_code == 401 and 'name="kept"' in asked.text
    sent = hidden_fields(asked.text) | {"password": PASSWORD}
    again = client.post("/confirm", data=sent)
    assert again.status_code == 200 and address in again.text and "coordinator" in again.text
    assert client.post(address, data=said).status_code == 303
    link = client.post(f"/accounts/{head.id}/link", data={"version": head.version})
    assert link.status_code == 200


def test_keys_that_open_nothing_are_looked_at_only_so_often(app: Flask, link: str) -> None:
    stranger = app.test_client()
    said = hidden_fields(stranger.get(link).text) | {"password": CHOSEN}
    guesses = [stranger.post("/invitation", data=said | {"key": f"guess-{number}"}) for number in range(12)]
    assert [answer.status_code for answer in guesses] == [404] * 10 + [429] * 2
    assert stranger.post("/invitation", data=said).status_code == 429
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        later = app.test_client()
        assert choose(later, link).location == "/"


def test_a_right_key_is_no_guess(app: Flask, link: str) -> None:
    stranger = app.test_client()
    said = hidden_fields(stranger.get(link).text) | {"password": "too short"}
    assert [stranger.post("/invitation", data=said).status_code for _ in range(12)] == [422] * 12
    assert choose(stranger, link).location == "/"
