from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.person import make_person
from tests.integration.accounts.conftest import ActAs
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

ADA = {"name": "Ada", "email": "ada@example.org", "password": "seven herons read the river maps"}


def token(client: FlaskClient) -> str:
    return client.get("/first-run").text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_first_visitor_makes_the_administrator_and_is_signed_in(client: FlaskClient, act_as: ActAs) -> None:
    assert client.get("/sign-in").location == "/first-run"
    assert client.post("/first-run", data=ADA | {"csrf_token": token(client)}).status_code == 303
    assert "ada@example.org" in client.get("/accounts").text
    with act_as(OPERATOR) as session:
        person = session.scalars(select(Person)).one()
        session.refresh(person, ["roles"])
    assert person.role_keys == {"administrator"}


def test_once_there_is_anybody_there_is_no_such_page(client: FlaskClient, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        make_person(session, "head", active=False)
    assert client.get("/first-run").status_code == 404
    assert client.post("/first-run", data=ADA).status_code in (400, 404)


def test_a_common_password_is_refused_and_what_was_typed_stays(client: FlaskClient) -> None:
    answer = client.post("/first-run", data=ADA | {"password": "password12345678", "csrf_token": token(client)})
    assert answer.status_code == 422
    assert "somebody would guess" in answer.text
    assert 'value="ada@example.org"' in answer.text


def test_of_eight_at_once_one_becomes_administrator(app: Flask, act_as: ActAs) -> None:
    def take(number: int) -> int:
        client = app.test_client()
        data = ADA | {"email": f"ada{number}@example.org", "csrf_token": token(client)}
        return client.post("/first-run", data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(take, range(8)))
    with act_as(OPERATOR) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
    assert statuses[0] == 303
    assert statuses[1:] == [404] * 7 or set(statuses[1:]) <= {400, 404}
