"""The form that opens a case asks for what its first status demands, once and in the same words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.support.acting import ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.pathways.demands import demands
from tracker.pathways.store import definitions

__all__ = ["act_as", "client_of", "people"]


@pytest.fixture
def client(client_of: ClientOf, people: dict[str, Person]) -> FlaskClient:
    return client_of(people["legal_officer"])


def test_a_date_that_the_first_status_demands_is_not_called_optional(client: FlaskClient) -> None:
    seen = set()
    for definition in definitions().all():
        for status in definition.initial:
            page = client.get(f"/cases/new?begin={definition.key}:{status}").text
            label = re.search(r'<label[^>]*for="occurred_on">(.*?)</label>', page, re.DOTALL)
            assert label is not None
            asked = demands(definition, status, "forward")
            demanded = any(fact.field == "occurred_on" and fact.required for fact in asked)
            assert ("optional" in label[1]) is not demanded, (definition.key, status)
            ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page)
            assert len(set(ids)) == len(ids), (definition.key, status)
            seen.add(demanded)
    assert seen == {True, False}


def test_a_missing_date_is_named_as_its_field_is_and_nothing_speaks_of_a_change(client: FlaskClient) -> None:
    begin = next(
        f"{definition.key}:{status}"
        for definition in definitions().all()
        for status in definition.initial
        if any(fact.field == "occurred_on" and fact.required for fact in demands(definition, status, "forward"))
    )
    said = {"begin": begin, "title": "A case", "case_level": "restricted", "summary": "It began"}
    refused = client.post("/cases/new", data=said)
    assert refused.status_code == 422
    page = unescape(refused.text)
    assert page.count("When it happened: this has to be known for this status.") == 2
    assert "change of status" not in page
