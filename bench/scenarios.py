"""The hot paths, each as a request that a signed-in legal officer makes; every answer is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from flask.testing import FlaskClient

Request = Callable[[], bytes]


def get(client: FlaskClient, address: str) -> Request:
    """A request for `address` that must answer 200."""

    def request() -> bytes:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        return answer.data

    return request


def pages(client: FlaskClient, references: list[str]) -> Iterator[tuple[str, Request]]:
    """(name, request) of the pages that only read."""
    yield "home", get(client, "/")
    yield "cases", get(client, "/cases")
    yield "cases, page 2", get(client, _next_page(client, "/cases"))
    yield "cases, one pathway", get(client, "/cases?pathway=arrest_warrant")
    yield "cases, by deadline", get(client, "/cases?sort=deadline")
    yield "cases, words in the title", get(client, "/cases?q=warrant")
    yield "follow-ups", get(client, "/follow-ups")
    yield "ledger", get(client, "/ledger")
    yield "case page", _each(client, [f"/cases/{reference}" for reference in references])
    yield "change of status, choice", _each(client, [f"/cases/{reference}/move" for reference in references])


def _each(client: FlaskClient, addresses: list[str]) -> Request:
    turn = count()

    def request() -> bytes:
        return get(client, addresses[next(turn) % len(addresses)])()

    return request


def _next_page(client: FlaskClient, address: str) -> str:
    links = re.findall(rb'href="([^"]*[?&;]cursor=[^"]*)"', client.get(address).data)
    assert links, f"{address} has no second page"
    return links[-1].decode().replace("&amp;", "&")
