"""The hot paths, each as a request that a signed-in legal officer makes; every answer is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from flask.testing import FlaskClient

Request = Callable[[], bytes]
TYPED = ("wa", "war", "warr", "warrant+7", "warrant+77", "77", "lukash", "det")


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
    yield "home, team", get(client, "/?whose=team")
    yield "board, cases by status", get(client, "/board")
    yield "board, work by person", get(client, "/board?by=assignee")
    yield "board, work by state", get(client, "/board?by=state&whose=team")
    yield "overview", get(client, "/overview")
    yield "workload", get(client, "/workload")
    yield "calendar, month, team", get(client, "/calendar?whose=team")
    yield "calendar, month, mine", get(client, "/calendar")
    yield "cases", get(client, "/cases")
    yield "cases, page 2", get(client, _next_page(client, "/cases"))
    yield "cases, one pathway", get(client, "/cases?pathway=arrest_warrant")
    yield "cases, by deadline", get(client, "/cases?sort=deadline")
    yield "cases, words in the title", get(client, "/cases?q=warrant")
    yield "cases, in groups", get(client, "/cases?group=phase")
    yield "cases, in groups, page 2", get(client, _next_page(client, "/cases?group=phase"))
    yield "follow-ups", get(client, "/follow-ups")
    yield "follow-ups, by person", get(client, "/follow-ups?group=assignee")
    yield "follow-ups, by person, page 2", get(client, _next_page(client, "/follow-ups?group=assignee"))
    yield "search, rare word", get(client, "/search?q=777")
    yield "search, common word", get(client, "/search?q=warrant")
    yield "search, two common words", get(client, "/search?q=warrant+detention")
    yield "search, as one types", _each(client, [f"/search/panel?q={typed}" for typed in TYPED])
    yield "ledger", get(client, "/ledger")
    yield "case page", _each(client, [f"/cases/{reference}" for reference in references])
    yield "timeline of a case", _each(client, [f"/cases/{reference}/timeline" for reference in references])
    yield "clocks of a case", _each(client, [f"/cases/{reference}/clocks" for reference in references])
    yield "what ends soon", get(client, "/periods?days=365")
    yield "what ends soon, page 2", get(client, _next_page(client, "/periods?days=365"))
    yield "rules of law", get(client, "/rules")
    yield "change of status, choice", _each(client, [f"/cases/{reference}/move" for reference in references])


def moves(client: FlaskClient, waiting: list[tuple[str, int]], assignee: str) -> Iterator[Request]:
    """One confirmed change of status with its standard follow-ups for each (reference, version) of a considering state."""
    form = {
        "to": "political_support",
        "summary": "Said in public",
        "occurred_on": "2026-11-20",
        "fact_text": "We support it",
    }
    first, version = waiting[0]
    page = client.post(f"/cases/{first}/move", data={**form, "version": str(version), "step": "preview"})
    keys = re.findall(r'name="offer" value="([^"]+)"', page.get_data(as_text=True))
    assert page.status_code == 200 and keys, (
        f"the preview answered {page.status_code} and offered {len(keys)} follow-ups"
    )
    for key in keys:
        form |= {f"offer_title_{key}": f"Do {key}", f"offer_who_{key}": assignee, f"offer_due_{key}": "2027-01-11"}
    for reference, version in waiting:
        sent = {**form, "offer": keys, "offers_shown": "1", "version": str(version), "step": "confirm"}
        yield _post(client, f"/cases/{reference}/move", sent)


def _post(client: FlaskClient, address: str, form: dict[str, object]) -> Request:
    def request() -> bytes:
        answer = client.post(address, data=form)
        assert answer.status_code == 303, f"{address} answered {answer.status_code}"
        return answer.data

    return request


def in_turn(requests: Iterator[Request]) -> Request:
    """A request that makes the next of `requests` each time."""
    return lambda: next(requests)()


def _each(client: FlaskClient, addresses: list[str]) -> Request:
    turn = count()

    def request() -> bytes:
        return get(client, addresses[next(turn) % len(addresses)])()

    return request


def _next_page(client: FlaskClient, address: str) -> str:
    links = re.findall(rb'href="([^"]*[?&;]cursor=[^"]*)"', client.get(address).data)
    assert links, f"{address} has no second page"
    return links[-1].decode().replace("&amp;", "&")
