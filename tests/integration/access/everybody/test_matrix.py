"""Every route × every kind of visitor × every confidentiality, with forms that hold; what is refused is not done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.access.everybody.asking import Answered, Asking
from tests.integration.access.everybody.deeds import LEFT_UNDONE, body_for, harvest
from tests.integration.access.everybody.expected import ALLOWED, expected
from tests.integration.access.everybody.needs import needs
from tests.integration.access.everybody.people import LEVELS, VISITORS, House, make_house
from tests.support.application import database_of, own_app
from tests.support.settings import make_settings

A_FEW = {
    "internal": ("coordinator", "head", "administrator", "counsel of other cases", "coordinator as reader", "lead"),
    "restricted": ("legal officer", "counsel as member", "lead without a passkey"),
    "sealed": ("head", "administrator put on the case", "former lead", "lead without a passkey", "counsel as reader"),
}
"""Who asks in the normal run; everybody asks in the long one."""
OLD_SESSIONS = tuple(name for name, visitor in VISITORS.items() if not visitor.is_fresh)
PARAMETERS = [
    *(pytest.param(level, tuple(names), id=level) for level, names in A_FEW.items()),
    *(pytest.param(level, tuple(VISITORS), id=f"{level}-all", marks=pytest.mark.long) for level in LEVELS),
]


@pytest.fixture(scope="module")
def house(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = make_settings(tmp_path_factory.mktemp("house"))
    app = own_app(replace(settings, database_url=cluster.clone(f"house_{worker_name}")))
    yield make_house(app)
    database_of(app).dispose()


def test_the_table_names_every_route_and_no_other(house: House) -> None:
    assert sorted(f"{method} {rule.endpoint}" for method, rule in house.routes()) == sorted(needs())


@pytest.mark.parametrize(("level", "visitors"), PARAMETERS)
def test_every_route_answers_every_visitor_as_the_table_says(
    house: House, level: str, visitors: tuple[str, ...]
) -> None:
    require_none_wrong(house, level, visitors)


@pytest.mark.parametrize("level", ["internal", "sealed"])
def test_what_changes_who_gets_in_asks_an_old_session_who_is_there(house: House, level: str) -> None:
    asking = {route for route, word in needs().items() if " " in word}
    require_none_wrong(house, level, OLD_SESSIONS, lambda route: route in asking)


@pytest.mark.long
def test_every_form_that_holds_does_something_for_whoever_may(house: House) -> None:
    asked = (one for level in LEVELS[:2] for one in answers(house, level, tuple(VISITORS)))
    done = {route for route, _visitor, answered in asked if answered.touched}
    posts = {route for route, word in needs().items() if route.startswith("POST") and word != "open"}
    assert sorted(posts - done) == sorted(LEFT_UNDONE)


def require_none_wrong(
    house: House, level: str, visitors: tuple[str, ...], about: Callable[[str], bool] = lambda _route: True
) -> None:
    """Everybody is answered as the table says, on the routes that `about` chooses."""
    table = needs()
    wrong = [
        f"{route} as {visitor}: {answered.outcome} ({answered.status}), not {wanted}; wrote {sorted(answered.touched)}"
        for route, visitor, answered in answers(house, level, visitors, about)
        if not answered.is_as(wanted := expected(table[route], visitor, level)) or written_although(wanted, answered)
    ]
    assert not wrong, "\n".join(wrong)


def written_although(wanted: str, answered: Answered) -> bool:
    """Whether somebody who is refused wrote anything, even if it is undone with the answer."""
    return wanted != ALLOWED and bool(answered.touched)


def answers(
    house: House, level: str, visitors: tuple[str, ...], about: Callable[[str], bool] = lambda _route: True
) -> Iterator[tuple[str, str, Answered]]:
    """(route, visitor, what came of it); what is about no case is asked on the first level alone."""
    asking, table, sample = Asking(house), needs(), house.samples[level]
    harvested = harvest(house, level)
    with asking.undoing():
        for method, rule in house.routes():
            route = f"{method} {rule.endpoint}"
            if table.get(route) == "open" or not about(route) or (level != LEVELS[0] and not sample.is_about(rule)):
                continue
            path = sample.address(house.app, rule)
            body = body_for(sample, rule.endpoint, path, harvested) if method == "POST" else None
            for visitor in visitors:
                yield route, visitor, asking.ask(visitor, path, method, body)
