"""Questions to the whole house, each with what came of it, and which checks it asks."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tests.integration.access.everybody.asking import Asking
from tests.integration.access.everybody.deeds import body_for, harvest
from tests.integration.access.everybody.expected import ALLOWED
from tests.integration.access.everybody.people import LEVELS, VISITORS, House
from tests.mutants.listing import Check
from tests.mutants.taking_away import IN_SQL, asked_for, forget_statements, taken_away

WHO_REACHES = ("lead", "administrator", "counsel as member", "head")
"""As whom it is noted which checks a route asks; one of them is let in everywhere. Statements are made anew for one."""
LOOKERS_ON = (
    *("counsel of other cases", "counsel as member", "head", "former lead", "lead without a passkey"),
    *("administrator", "administrator put on the case"),
)
"""Who would see most that they must not, if nothing were hidden."""
AT_ONCE = 12
Outcome = tuple[str, frozenset[str]]
Route = tuple[str, str]


@dataclass(frozen=True)
class Probe:
    """One request as one visitor."""

    method: str
    endpoint: str
    visitor: str
    level: str
    path: str
    is_empty: bool = False
    body: Any = field(default=None, compare=False)

    @property
    def route(self) -> Route:
        """Method and endpoint."""
        return self.method, self.endpoint

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} as {self.visitor}, {self.level}"


def probes_of(house: House, leave_out: Iterable[str] = ()) -> list[Probe]:
    """Every route × visitor × level, a POST with a form that holds and with none; what is about no case once."""
    found: list[Probe] = []
    for level in LEVELS:
        sample, harvested = house.samples[level], harvest(house, level)
        for method, rule in house.routes():
            if f"{method} {rule.endpoint}" in leave_out or (level != LEVELS[0] and not sample.is_about(rule)):
                continue
            path = sample.address(house.app, rule)
            asked: tuple[str, str, str] = (method, rule.endpoint, level)
            for visitor in VISITORS:
                if method == "GET":
                    found.append(Probe(*asked[:2], visitor, level, path))
                    continue
                body = body_for(sample, rule.endpoint, path, harvested)
                found.append(Probe(*asked[:2], visitor, level, path, body=body))
                found.append(Probe(*asked[:2], visitor, level, path, is_empty=True, body={}))
    return found


class Standing:
    """The house with some checks taken away to begin with: what comes of each probe then, and which checks it asks."""

    def __init__(self, asking: Asking, checks: Sequence[Check], without: Iterable[Check] = ()) -> None:
        self.asking, self.checks, self.without = asking, checks, frozenset(without)
        self.outcomes: dict[Probe, Outcome] = {}
        self.asked: dict[Probe, frozenset[Check]] = {}

    def notices(self, check: Check, probes: Sequence[Probe], most: int) -> tuple[Probe | None, int]:
        """The first of `probes` that is answered otherwise once `check` is gone as well; how many were asked."""
        count = 0
        remaining = iter(probes)
        while count < most and (some := list(islice(remaining, AT_ONCE))):
            self._learn(some)
            some = [probe for probe in some if self._is_asked_by(check, probe)]
            count += len(some)
            with taken_away(*(self.without - {check}), check):
                found = next((probe for probe in some if self._ask(probe) != self.outcomes[probe]), None)
            if found is not None:
                return found, count
        return None, count

    def _learn(self, probes: Iterable[Probe]) -> None:
        unknown = [probe for probe in probes if probe not in self.outcomes]
        if not unknown:
            return
        asked: set[Check] = set()
        with asked_for(asked, self.checks, self.without):
            for probe in unknown:
                asked.clear()
                self.outcomes[probe] = self._ask(probe)
                self.asked[probe] = frozenset(asked)

    def _is_asked_by(self, check: Check, probe: Probe) -> bool:
        """What stands in a statement may have been asked when that was built; an entrance is looked at elsewhere."""
        return check.kind in (*IN_SQL, "entrance", "row") or check in self.asked[probe]

    def _ask(self, probe: Probe) -> Outcome:
        answered = self.asking.ask(probe.visitor, probe.path, probe.method, probe.body)
        return answered.outcome, answered.touched | answered.offers


def reached_by(asking: Asking, probes: Iterable[Probe], checks: Sequence[Check]) -> dict[str, list[Route]]:
    """By the line of a check, which routes ask it."""
    found: dict[str, set[Route]] = defaultdict(set)
    asked: set[Check] = set()
    with asked_for(asked, checks):
        for probe in probes:
            if probe.visitor in WHO_REACHES and probe.level == LEVELS[0]:
                if probe.visitor == WHO_REACHES[0]:
                    forget_statements()
                asked.clear()
                asking.ask(probe.visitor, probe.path, probe.method, probe.body)
                for check in asked:
                    found[str(check)].add(probe.route)
    return {line: sorted(routes) for line, routes in found.items()}


def likely_first(probes: Iterable[Probe], check: Check, expected: dict[Probe, str]) -> list[Probe]:
    """Those first who would be let in, or be shown more, if it were gone; spread over the routes."""
    shuffled = list(probes)
    random.Random(str(check)).shuffle(shuffled)  # noqa: S311  the same order each time
    places: dict[tuple[Route, bool], int] = defaultdict(int)

    def rank(probe: Probe) -> tuple[int, int]:
        is_likely = probe.visitor in LOOKERS_ON if check.kind in IN_SQL else expected[probe] != ALLOWED
        place = places[probe.route, is_likely]
        places[probe.route, is_likely] += 1
        return (0 if is_likely and not probe.is_empty else 1), place

    return sorted(shuffled, key=rank)
