"""One's own sessions: what is told about them, and how they end."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories.case import make_case
from tests.factories.person import PASSWORD
from tests.integration.accounts.conftest import ActAs, Fill, hidden_fields
from tests.support.sign_in import make_stale, sign_in, sign_in_half
from tracker.accounts.models import Person, SignInSession
from tracker.core.actor import OPERATOR

PAGE = "/preferences/signing-in"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sessions_of(act_as: ActAs, person: Person) -> list[SignInSession]:
    with act_as(OPERATOR) as session:
        wanted = select(SignInSession).where(SignInSession.person_id == person.id).order_by(SignInSession.created_at)
        return list(session.scalars(wanted))


def test_a_session_is_told_by_device_and_clock(
    client: FlaskClient, people: dict[str, Person], fill: Fill, act_as: ActAs
) -> None:
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    fill(client, "/sign-in", email="head@example.org", password=PASSWORD, browser_zone="Asia/Tbilisi")
    page = client.get(PAGE).text
    assert "Firefox on Windows" in page and "Clock of Asia/Tbilisi." in page and "This browser" in page
    assert "127.0.0.1" not in page


@pytest.mark.parametrize("zone", ["Moon/Base", "../../etc/passwd", "<script>"])
def test_what_is_no_zone_is_not_kept(
    client: FlaskClient, people: dict[str, Person], fill: Fill, act_as: ActAs, zone: str
) -> None:
    fill(client, "/sign-in", email="head@example.org", password=PASSWORD, browser_zone=zone)
    assert [one.time_zone for one in sessions_of(act_as, people["head"])] == [None]


def test_one_browser_is_signed_out_and_its_cookie_is_dead(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    here, elsewhere, third = (sign_in(app.test_client(), people["head"]) for _ in range(3))
    victim = sessions_of(act_as, people["head"])[1]
    assert here.post(f"/preferences/sessions/{victim.id}/end").status_code == 303
    assert elsewhere.get("/preferences").status_code == 303
    assert here.get("/preferences").status_code == third.get("/preferences").status_code == 200
    assert str(victim.id) not in here.get(PAGE).text


def test_nobody_ends_anothers_session(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    theirs = sign_in(app.test_client(), people["head"])
    found = sessions_of(act_as, people["head"])[0]
    for role in ("coordinator", "administrator"):
        client = sign_in(app.test_client(), people[role])
        assert client.post(f"/preferences/sessions/{found.id}/end").status_code == 404
        assert str(found.id) not in client.get(PAGE).text
    assert theirs.get("/preferences").status_code == 200


@pytest.fixture
def stale(app: Flask, people: dict[str, Person], act_as: ActAs) -> dict[str, FlaskClient]:
    """Browsers whose people signed in an hour ago."""
    clients = {role: sign_in(app.test_client(), people[role]) for role in ("administrator", "legal_officer")}
    with act_as(OPERATOR) as session:
        make_stale(session)
    return clients


def shown_and_kept(client: FlaskClient, asked: TestResponse) -> str:
    """The page that offers what was typed, once the person showed who they are."""
    assert asked.status_code == 401 and "What you typed is kept" in asked.text
    kept = hidden_fields(asked.text.partition("<main")[2])["kept"]
    offered = client.post("/confirm", data={"password": PASSWORD, "kept": kept})
    assert offered.status_code == 200
    return offered.text


def test_roles_ask_who_is_there(stale: dict[str, FlaskClient], people: dict[str, Person]) -> None:
    head = people["head"]
    data = {"roles": ["coordinator"], "version": head.version}
    asked = stale["administrator"].post(f"/accounts/{head.id}/roles", data=data)
    assert 'name="roles" value="coordinator"' in shown_and_kept(stale["administrator"], asked)
    assert stale["administrator"].post(f"/accounts/{head.id}/roles", data=data).location == f"/accounts/{head.id}"


@pytest.mark.parametrize("act", ["new", "details", "deactivate", "reactivate", "leads"])
def test_every_change_of_an_account_asks_who_is_there_and_keeps_what_was_typed(
    stale: dict[str, FlaskClient], people: dict[str, Person], act_as: ActAs, act: str
) -> None:
    head, client = people["head"], stale["administrator"]
    path = "/accounts/new" if act == "new" else f"/accounts/{head.id}/{act}"
    typed = {"email": "elsewhere@example.org", "name": "A name just typed", "version": str(head.version)}
    asked = client.post(path, data=typed)
    assert asked.status_code == 401
    assert "What you typed is kept" in asked.text
    with act_as(OPERATOR) as session:
        found = session.scalars(select(Person)).all()
    assert {one.email for one in found} == {one.email for one in people.values()}
    assert all(one.active and one.version == people_version(people, one) for one in found)
    kept = {"kept": hidden_fields(asked.text.partition("<main")[2])["kept"]}
    assert client.post("/confirm", data={"password": "not this one at all", **kept}).status_code == 422
    offered = shown_and_kept(client, asked)
    assert f'action="{path}"' in offered
    assert 'name="name" value="A name just typed"' in offered


def people_version(people: dict[str, Person], person: Person) -> int:
    return next(one.version for one in people.values() if one.id == person.id)


def test_what_another_kept_is_not_sent_by_oneself(stale: dict[str, FlaskClient], people: dict[str, Person]) -> None:
    theirs = stale["administrator"].post("/accounts/new", data={"name": "Somebody"})
    kept = hidden_fields(theirs.text.partition("<main")[2])["kept"]
    answer = stale["legal_officer"].post("/confirm", data={"password": PASSWORD, "kept": kept})
    assert (answer.status_code, answer.location) == (303, "/")


def test_sealing_and_members_of_a_sealed_case_ask_who_is_there(
    stale: dict[str, FlaskClient], people: dict[str, Person], act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        made = [make_case(session, level=level, lead=people["legal_officer"]) for level in ("internal", "sealed")]
        opened, sealed = (case.reference for case in made)
        version = made[0].version
    client = stale["legal_officer"]
    raised = client.post(f"/cases/{opened}/level", data={"level": "sealed", "version": version})
    glass = client.post("/requests/glass", data={"reference": "ICC-ABCD", "reason": "Her hearing is tomorrow"})
    data = {"person": str(people["head"].id), "kind": "reader", "reason": "Reads along"}
    asked = client.post(f"/cases/{sealed}/members", data=data)
    assert 'value="sealed"' in shown_and_kept(client, raised)
    assert "Her hearing is tomorrow" in shown_and_kept(client, glass)
    assert "Reads along" in shown_and_kept(client, asked)
    assert client.post(f"/cases/{sealed}/members", data=data).location == f"/cases/{sealed}/members"


def test_half_a_session_is_none_that_is_listed(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False):
        sign_in_half(app.test_client(), people["head"])
        assert "from 1 browser." in sign_in(app.test_client(), people["head"]).get("/preferences").text
