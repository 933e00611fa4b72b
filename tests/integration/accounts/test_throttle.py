from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories.person import PASSWORD
from tracker.accounts import authentication
from tracker.accounts.authentication import authenticate
from tracker.accounts.models import Person, SignInAttempt
from tracker.accounts.throttle import MOST_OF_ACCOUNT_AND_ORIGIN, Guess, count_guess, forget_guess, guess
from tracker.core import clock
from tracker.core.actor import NOBODY, OPERATOR
from tracker.core.ids import new_id
from tracker.retention.sorts import SORTS

TypeIn = Callable[..., TestResponse]
SECRET = "only for this test"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really compared with a hash."""
    seen: list[str] = []

    def compare(stored: str | None, password: str) -> bool:
        seen.append(password)
        return password == PASSWORD

    monkeypatch.setattr(authentication, "verify_password", compare)
    return seen


def try_often(app: Flask, database: Any, guesses: list[Guess], email: str) -> int:
    """How many of the guesses were refused unheard."""
    with app.app_context():
        return sum(authenticate(database, one, email, f"wrong {n}").throttled for n, one in enumerate(guesses))


def test_of_a_thousand_guesses_at_one_account_at_most_ten_are_heard(
    app: Flask, database: Any, people: dict[str, Person], judged: list[str]
) -> None:
    email = "administrator@example.org"
    from_everywhere = [guess(SECRET, email, f"10.0.{n // 250}.{n % 250}", None) for n in range(1000)]
    assert try_often(app, database, from_everywhere, email) == 990
    assert len(judged) == 10


def test_one_origin_is_heard_ten_times_however_many_accounts_it_tries(
    app: Flask, database: Any, judged: list[str]
) -> None:
    with app.app_context():
        for n in range(40):
            email = f"person{n}@example.org"
            authenticate(database, guess(SECRET, email, "10.0.0.1", None), email, "wrong")
    assert len(judged) == 10


def test_guesses_at_once_are_no_more_than_guesses_in_a_row(
    app: Flask, database: Any, people: dict[str, Person], judged: list[str]
) -> None:
    tried = guess(SECRET, "administrator@example.org", "10.0.0.1", None)

    def one(number: int) -> None:
        with app.app_context():
            authenticate(database, tried, "administrator@example.org", f"wrong {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(40)))
    assert len(judged) == 5


def test_a_known_browser_lets_its_owner_in_while_strangers_guess(
    app: Flask, database: Any, people: dict[str, Person], judged: list[str]
) -> None:
    email = "administrator@example.org"
    try_often(app, database, [guess(SECRET, email, f"10.0.0.{n}", None) for n in range(100)], email)
    with app.app_context():
        stranger = authenticate(database, guess(SECRET, email, "10.0.0.200", None), email, PASSWORD)
        owner = authenticate(database, guess(SECRET, email, "10.0.0.1", "the browser's id"), email, PASSWORD)
    assert stranger.throttled
    assert owner.person_id == people["administrator"].id


def test_a_browser_is_known_once_somebody_signed_in_from_it(
    client: FlaskClient, app: Flask, people: dict[str, Person], type_in: TypeIn
) -> None:
    email = "administrator@example.org"
    assert type_in(email, PASSWORD).status_code == 303
    client.delete_cookie("session-8000")
    stranger = app.test_client()
    for n in range(12):
        stranger.post("/sign-in", data={"email": email, "password": f"wrong {n}", "csrf_token": _token(stranger)})
    assert (
        stranger.post(
            "/sign-in", data={"email": email, "password": PASSWORD, "csrf_token": _token(stranger)}
        ).status_code
        == 429
    )
    assert type_in(email, PASSWORD).status_code == 303


@pytest.mark.parametrize("email", ["administrator@example.org", "nobody@example.org"])
def test_known_and_unknown_accounts_are_slowed_down_alike(
    people: dict[str, Person], type_in: TypeIn, email: str
) -> None:
    statuses = [type_in(email, "not the password at all").status_code for _ in range(8)]
    assert statuses == [422] * 5 + [429] * 3


def test_a_right_password_is_not_counted(people: dict[str, Person], type_in: TypeIn, client: FlaskClient) -> None:
    for _ in range(12):
        assert type_in("administrator@example.org", PASSWORD).status_code == 303
        client.delete_cookie("session-8000")
        client.delete_cookie("browser-8000")


def test_after_a_quarter_of_an_hour_it_can_be_tried_again(people: dict[str, Person], type_in: TypeIn) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        for _ in range(6):
            type_in("administrator@example.org", "not the password at all")
        assert type_in("administrator@example.org", PASSWORD).status_code == 429
        travel.shift(15 * 60 + 1)
        assert type_in("administrator@example.org", PASSWORD).status_code == 303


def _token(client: FlaskClient) -> str:
    return client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_an_injected_statement_takes_back_no_guess_that_it_was_not_told_of(
    app: Flask, database: Any, people: dict[str, Person]
) -> None:
    tried = guess(SECRET, "administrator@example.org", "10.0.0.1", None)
    with app.app_context(), database.unit_of_work(NOBODY) as session:
        for _ in range(MOST_OF_ACCOUNT_AND_ORIGIN):
            told = count_guess(session, tried)
        assert told is not None and count_guess(session, tried) is None
        forget_guess(session, new_id())
        assert count_guess(session, tried) is None
        with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
            forget_guess(session, told)
        assert count_guess(session, tried) is None, "the answer to it did not take that long"
        forget_guess(session, told)
        assert count_guess(session, tried) is not None


def test_guesses_of_yesterday_are_forgotten_by_the_job(database: Any) -> None:
    tried = guess(SECRET, "administrator@example.org", "10.0.0.1", None)
    with database.unit_of_work(NOBODY) as session, time_machine.travel(clock.now() - timedelta(days=2), tick=False):
        count_guess(session, tried)
    with database.unit_of_work(OPERATOR) as session:
        SORTS["guesses"].forget(session, clock.now() - timedelta(days=1), 1000)
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0
