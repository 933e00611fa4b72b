"""Addresses that no page of ours made: cursors of other lists, or of nobody. A clear answer, never an error of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.support.sign_in import sign_in
from tracker.core.actor import OPERATOR
from tracker.core.pages import encode_cursor

LISTS = (
    "/cases?sort=activity",
    "/cases?sort=deadline",
    "/cases?sort=title",
    "/follow-ups?status=any",
    "/contacts?name=",
    "/organisations?name=",
    "/engagements?q=",
    "/commitments?status=open",
    "/ledger?status=",
)
FIRSTS: list[Any] = [
    date(2026, 1, 2),
    datetime(2026, 1, 2, tzinfo=UTC),
    datetime.min,  # noqa: DTZ901  of no zone
    "text",
    2**62,
    uuid4(),
    None,
]


@pytest.fixture
def officer(app: Flask, database: Any, client: FlaskClient) -> FlaskClient:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        person = make_person(session, "legal_officer")
        make_case(session)
    return sign_in(client, person)


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_of_another_list_shows_a_page(officer: FlaskClient, address: str) -> None:
    for first in FIRSTS:
        for second in (UUID(int=5), "text"):
            cursor = encode_cursor([first, second])
            assert officer.get(f"{address}&cursor={cursor}").status_code == 200, (first, second)
