"""Made-up requests to every route, as every role: nothing breaks inside, nothing hangs.

FUZZ_CASES says how many in all; a release wants 100,000 (about an hour on two cores).
"""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings

from tests.factories.person import make_person
from tests.support.describing import description
from tests.support.sign_in import sign_in
from tracker.accounts.models import ROLES
from tracker.core.actor import OPERATOR
from tracker.core.web import database

pytestmark = pytest.mark.long
CASES = int(os.environ.get("FUZZ_CASES", "4000"))
SECONDS = 2.0
VISITORS = (*ROLES, "stranger")


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


def _try(client: FlaskClient, operation: Any, count: int, wrong: list[str]) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize="FUZZ_CASES" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        body = case.body if isinstance(case.body, dict) else None
        began = time.monotonic()
        answer = client.open(case.formatted_path, method=case.method, query_string=case.query, data=body)
        took = time.monotonic() - began
        place = f"{case.method} {operation.path}"
        if answer.status_code >= 500:
            wrong.append(
                f"{place}: {answer.status_code} for {case.formatted_path!r} {dict(case.query or {})} {body}"[:600]
            )
        if took > SECONDS:
            wrong.append(f"{place}: {took:.1f} s")

    ask()
