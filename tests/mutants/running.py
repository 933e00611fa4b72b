"""Takes each check away in turn and looks whether anything that the tests ask is answered otherwise.

PostgreSQL shows every row meanwhile, so that its policies hide no check of the application. What is asked twice, in the
view and in the service, is looked at with the other of the two taken away already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import pytest

from tests.integration.access.differential.world import SECRET_WORDS
from tests.integration.access.everybody.asking import Asking
from tests.integration.access.everybody.expected import expected
from tests.integration.access.everybody.needs import needs
from tests.integration.access.everybody.test_marks import wrong_marks
from tests.mutants.listing import POLICIES, Check
from tests.mutants.probing import Probe, Route, Standing, likely_first
from tests.mutants.taking_away import taken_away
from tests.support.twins import UNASSURED, Twins
from tests.unit.access import test_policy

_VIEWS = re.compile(r"tracker/(pages/|\w+/pages/|\w+/views/|\w+/\w*views\.py|lists/sending\.py)")
ASKS = ("require", "action", "refusal")
DOUBLED = (*ASKS, "asked", "fresh", "entrance")
_SHOWN = ("filter", "membership", "currency", "role")
MOST = 36
"""Of the requests that ask a check so many are sent, spread over the routes."""
MOST_PAGES = 16
VISITORS_OF_TWINS = ("head", UNASSURED, "outside_counsel")
Pages = Mapping[str, Mapping[Check, Sequence[str]]]


@dataclass(frozen=True)
class Verdict:
    """`noticed_by`: what was answered otherwise; empty: nothing was. `asked`: how many questions were put."""

    check: Check
    noticed_by: str
    asked: int


class Trial:
    """All that is needed to judge a check: the house, and the two copies, which are made when they are needed."""

    def __init__(
        self,
        asking: Asking,
        checks: Sequence[Check],
        probes: Iterable[Probe],
        reached: Mapping[Check, set[Route]],
        twins: Callable[[], tuple[Twins, Pages]],
    ) -> None:
        self.reached, self.twins = reached, twins
        self.views_by_endpoint = asking.house.app.view_functions
        self.by_route: dict[Route, list[Probe]] = {}
        self.expected: dict[Probe, str] = {}
        for probe in probes:
            self.by_route.setdefault(probe.route, []).append(probe)
            self.expected[probe] = expected(needs()[" ".join(probe.route)], probe.visitor, probe.level)
        doubled = [one for one in checks if one.kind in (*ASKS, "entrance") and not POLICIES.fullmatch(one.path)]
        self.whole = Standing(asking, checks)
        self.services = Standing(asking, checks, [one for one in doubled if is_in_view(one)])
        self.views = Standing(asking, checks, [one for one in doubled if not is_in_view(one)])

    def judge(self, check: Check) -> Verdict:
        """Whether anything notices that it is gone."""
        if noticed := self._by_matrix(check):
            return Verdict(check, noticed, 1)
        noticed, asked = self._by_house(check)
        if noticed:
            return Verdict(check, noticed, asked)
        noticed, more = self._by_twins(check)
        return Verdict(check, noticed, asked + more)

    def _by_matrix(self, check: Check) -> str:
        if check.kind == "entrance":
            with taken_away(check):
                return "the marks of all views" if wrong_marks(self.views_by_endpoint) else ""
        if check.path == "tracker/access/policy.py":
            with taken_away(check):
                if _matrix_is_broken():
                    return "the matrix, cell by cell"
        return ""

    def _by_house(self, check: Check) -> tuple[str, int]:
        probes, total = self._probes_through(check), 0
        standings = [self.whole]
        if check.kind in DOUBLED:
            standings.append(self.views if is_in_view(check) else self.services)
        for standing in standings:
            found, count = standing.notices(check, probes, MOST)
            total += count
            if found is not None:
                return str(found), total
        return "", total

    def _by_twins(self, check: Check) -> tuple[str, int]:
        if check.kind not in _SHOWN:
            return "", 0
        twins, pages = self.twins()
        total = 0
        with taken_away(check):
            for visitor, by_check in pages.items():
                for path in islice(by_check.get(check, ()), MOST_PAGES):
                    total += 1
                    if twins.differences(visitor, path):
                        return f"the two copies at {path} as {visitor}", total
        return "", total

    def _probes_through(self, check: Check) -> list[Probe]:
        routes = self.reached.get(check, set())
        if check.kind == "entrance":
            routes = {route for route in self.by_route if _is_view(route[1], check)}
        found = [probe for route in sorted(routes) for probe in self.by_route.get(route, ())]
        return likely_first(found, check, self.expected)


def is_in_view(check: Check) -> bool:
    """Whether a page asks it, not the service behind."""
    return bool(_VIEWS.match(check.path))


def words_and_pages(pages: Iterable[str]) -> Iterator[str]:
    """What the two copies are asked."""
    yield from pages
    for place in ("/search?q=", "/search/panel?q=", "/cases?q=", "/contacts?name=", "/follow-ups?q="):
        yield from (place + word for word in SECRET_WORDS[:4])


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
        *((test_policy.test_who_is_nobody_may_nothing, (nobody,)) for nobody in test_policy.NOBODIES),
        *((test, ()) for test in _PLAIN_TESTS),
    ]  # fmt: skip
    for test, arguments in tests:
        try:
            test(*arguments)  # type: ignore[operator]
        except (Exception, pytest.fail.Exception):
            return True
    return False


_PLAIN_TESTS = (
    test_policy.test_what_is_not_seen_is_hidden_and_what_is_seen_is_refused_openly,
    test_policy.test_two_roles_together_give_what_either_gives,
    test_policy.test_an_administrator_who_is_also_counsel_sees_as_counsel,
    test_policy.test_the_operator_may_everything,
    test_policy.test_exporting_restricted_cases_needs_a_fresh_sign_in,
    test_policy.test_unsealing_and_mass_export_need_a_second_person,
    test_policy.test_require_tells_hidden_from_refused,
)
