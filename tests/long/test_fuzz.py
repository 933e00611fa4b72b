"""Made-up requests to every route, as every role: nothing breaks inside, nothing hangs.

First about nothing that is there, with any words in any field; then about a case that is there, with the forms of its
pages of which a few fields are changed. FUZZ_CASES says how many of each in all; a release wants 100,000.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings

from tests.factories.person import make_person
from tests.integration.access.everybody.asking import BROKEN, Asking
from tests.integration.access.everybody.deeds import Body, body_for, harvest
from tests.integration.access.everybody.people import House, make_house
from tests.support.application import database_of, own_app
from tests.support.describing import LEFT_OUT, description
from tests.support.odd_values import changed, query
from tests.support.settings import make_settings
from tests.support.sign_in import sign_in
from tracker.accounts.models import ROLES
from tracker.core.actor import OPERATOR
from tracker.core.web import database

pytestmark = pytest.mark.long
CASES = int(os.environ.get("FUZZ_CASES", "4000"))
SECONDS = 2.0
VISITORS = (*ROLES, "stranger")
ON_A_CASE = ("lead", "head as member", "counsel as member", "administrator", "half-way", "stranger")


@pytest.fixture
def client(app: Flask, request: pytest.FixtureRequest) -> FlaskClient:
    client = app.test_client()
    if request.param == "stranger":
        return client
    with app.app_context(), database().unit_of_work(OPERATOR) as session:
        person = make_person(session, request.param)
    return sign_in(client, person)


@pytest.mark.own_app
@pytest.mark.own_database
@pytest.mark.parametrize("client", VISITORS, indirect=True)
def test_no_request_breaks_anything_inside_or_hangs(app: Flask, client: FlaskClient) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    found: Any = schemathesis.openapi.from_dict(description(app)).get_all_operations()
    operations = [one.ok() for one in found]
    each = max(CASES // len(VISITORS) // len(operations), 1)
    wrong: list[str] = []
    for operation in operations:
        _try(client, operation, each, wrong)
    assert not wrong, "\n".join(sorted(set(wrong)))


def _timed(once: Callable[[], Any]) -> tuple[Any, float]:
    """What is answered, and in how many seconds: of three times the shortest, if the first was long."""
    answer, took = _timed_once(once)
    for _again in range(2 if took > SECONDS else 0):
        took = min(took, _timed_once(once)[1])
    return answer, took


def _timed_once(once: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    answer = once()
    return answer, time.monotonic() - began


def _often(count: int) -> Any:
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize="FUZZ_CASES" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _try(client: FlaskClient, operation: Any, count: int, wrong: list[str]) -> None:
    @_often(count)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        body = case.body if isinstance(case.body, dict) else None

        def once() -> Any:
            return client.open(case.formatted_path, method=case.method, query_string=case.query, data=body)

        answer, took = _timed(once)
        place = f"{case.method} {operation.path}"
        if answer.status_code >= 500:
            wrong.append(
                f"{place}: {answer.status_code} for {case.formatted_path!r} {dict(case.query or {})} {body}"[:600]
            )
        if took > SECONDS:
            wrong.append(f"{place}: {took:.1f} s")

    ask()


@pytest.fixture(scope="module")
def house(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = make_settings(tmp_path_factory.mktemp("house"))
    app = own_app(replace(made, database_url=cluster.clone(f"fuzzed_{worker_name}")))
    yield make_house(app)
    database_of(app).dispose()


@pytest.mark.parametrize("visitor", ON_A_CASE)
def test_no_form_of_what_is_there_breaks_anything_inside_or_hangs(house: House, visitor: str) -> None:
    asking, sample = Asking(house), house.samples["internal"]
    routes = [(method, rule) for method, rule in house.routes() if rule.endpoint not in LEFT_OUT]
    each = max(CASES // len(ON_A_CASE) // len(routes), 1)
    harvested, wrong = harvest(house, "internal"), list[str]()
    was = house.open(visitor, "/").status_code
    with asking.undoing():
        for method, rule in routes:
            path = sample.address(house.app, rule)
            _ask(asking, visitor, method, path, body_for(sample, rule.endpoint, path, harvested), each, wrong)
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert house.open(visitor, "/").status_code == was, "they were asked as somebody else at the end"


def _ask(asking: Asking, visitor: str, method: str, path: str, form: Body, count: int, wrong: list[str]) -> None:
    @_often(count)
    @given(body=changed(form), asked=query())
    def ask(body: Body, asked: Body) -> None:
        answer, took = _timed(lambda: asking.ask(visitor, path, method, body, query_string=asked))
        if answer.outcome == BROKEN:
            wrong.append(f"{method} {path}: {answer.status} for {asked} {body}"[:900])
        if took > SECONDS:
            wrong.append(f"{method} {path}: {took:.1f} s")

    ask()
