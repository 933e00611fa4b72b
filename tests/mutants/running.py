"""Takes each check away in turn and looks whether anything that the tests ask is answered otherwise.

PostgreSQL shows every row meanwhile, so that its policies hide no check of the application. What is asked twice, in the
view and in the service, is looked at with the other of the two taken away already.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.integration.access.differential.world import SECRET_WORDS
from tests.mutants.listing import POLICIES, Check
from tests.mutants.probing import Probe, Standing
from tests.mutants.reach import Place
from tests.mutants.taking_away import taken_away
from tests.support.twins import UNASSURED, Twins
from tests.unit.access import test_policy

_VIEWS = re.compile(r"tracker/(pages/|\w+/pages/|\w+/views/|\w+/\w*views\.py|lists/sending\.py)")
_ASKS = ("require", "action", "refusal")
_IN_SQL = ("filter", "membership", "currency")
MOST = 400
"""Of the requests that run through a check so many are asked, spread over the routes."""


@dataclass(frozen=True)
class Verdict:
    """`noticed_by`: what was answered otherwise; empty: nothing was. `asked`: how many questions run through it."""

    check: Check
    noticed_by: str
    asked: int


class Trial:
    """All that is needed to judge a check."""

    def __init__(self, asking: object, checks: Sequence[Check], probes: Iterable[Probe], twins: Twins) -> None:
        self.probes, self.twins = list(probes), twins
        doubled = [one for one in checks if one.kind in _ASKS and not POLICIES.fullmatch(one.path)]
        self.whole = Standing(asking)  # type: ignore[arg-type]
        self.services = Standing(asking, [one for one in doubled if is_in_view(one)])  # type: ignore[arg-type]
        self.views = Standing(asking, [one for one in doubled if not is_in_view(one)])  # type: ignore[arg-type]
        self.reached: dict[Place, set[tuple[str, str]]] = {}
        self.pages: dict[str, dict[Place, list[str]]] = {}

    def judge(self, check: Check) -> Verdict:
        """Whether anything notices that it is gone."""
        probes = self._probes_through(check)
        noticed = self._by_matrix(check) or self._by_house(check, probes) or self._by_twins(check)
        pages = sum(len(by_place.get((check.path, check.function), ())) for by_place in self.pages.values())
        return Verdict(check, noticed, len(probes) + pages)

    def _by_matrix(self, check: Check) -> str:
        if check.path != "tracker/access/policy.py":
            return ""
        for value in _values(check):
            with taken_away(check, value=value):
                if _matrix_is_broken():
                    return "the matrix, cell by cell"
        return ""

    def _by_house(self, check: Check, probes: list[Probe]) -> str:
        standings = [self.whole]
        if check.kind in (*_ASKS, "asked", "fresh"):
            standings.append(self.views if is_in_view(check) else self.services)
        for standing in reversed(standings):
            for value in _values(check):
                if found := standing.notices(check, probes, value):
                    return f"{found.method} {found.endpoint} as {found.visitor}, {found.level}"
        return ""

    def _by_twins(self, check: Check) -> str:
        if check.kind not in _IN_SQL:
            return ""
        with taken_away(check):
            for visitor, by_place in self.pages.items():
                for path in islice(by_place.get((check.path, check.function), ()), MOST // 10):
                    if self.twins.differences(visitor, path):
                        return f"the two copies at {path} as {visitor}"
        return ""

    def _probes_through(self, check: Check) -> list[Probe]:
        routes = self.reached.get((check.path, check.function), set())
        if check.kind == "entrance":
            routes = {(probe.method, probe.endpoint) for probe in self.probes if _is_view(probe.endpoint, check)}
        found = [probe for probe in self.probes if (probe.method, probe.endpoint) in routes]
        random.Random(str(check)).shuffle(found)  # noqa: S311  the same order each time
        return found[:MOST]


def is_in_view(check: Check) -> bool:
    """Whether a page asks it, not the service behind."""
    return bool(_VIEWS.match(check.path))


def words_and_pages(pages: Iterable[str]) -> Iterator[str]:
    """What the two copies are asked."""
    yield from pages
    for place in ("/search?q=", "/search/panel?q=", "/cases?q=", "/contacts?name=", "/follow-ups?q="):
        yield from (place + word for word in SECRET_WORDS[:4])


VISITORS_OF_TWINS = ("head", UNASSURED, "outside_counsel")


def _values(check: Check) -> tuple[bool | None, ...]:
    return (True, False) if check.kind == "condition" else (None,)


def _is_view(endpoint: str, check: Check) -> bool:
    return endpoint.rpartition(".")[2] == check.function and check.path.split("/")[1] in (
        endpoint.split(".")[0],
        "pages",
    )


def _matrix_is_broken() -> bool:
    tests = [
        *((test_policy.test_every_cell_of_the_matrix_is_as_the_page_says, (role, level))
          for role in test_policy.ROLES for level in test_policy.LEVELS),
        *((test_policy.test_what_is_done_without_a_case_goes_by_role_alone, (role,)) for role in test_policy.ROLES),
        (test_policy.test_what_is_not_seen_is_hidden_and_what_is_seen_is_refused_openly, ()),
    ]  # fmt: skip
    for test, arguments in tests:
        try:
            test(*arguments)  # type: ignore[operator]
        except Exception:
            return True
    return False
