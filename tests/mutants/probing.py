"""Questions to the whole house, each with what came of it, and which functions it runs through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.access.everybody.asking import Asking
from tests.integration.access.everybody.deeds import body_for, harvest
from tests.integration.access.everybody.people import LEVELS, VISITORS, House
from tests.mutants.listing import Check
from tests.mutants.reach import Place, noting
from tests.mutants.taking_away import taken_away

WHO_REACHES = ("lead", "administrator", "counsel as member")
"""As whom it is noted which functions a route runs through; one of them is let in everywhere."""
Outcome = tuple[str, frozenset[str]]


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
    """The house with some checks taken away to begin with, and what comes of each probe then, once it is asked."""

    def __init__(self, asking: Asking, without: Iterable[Check] = ()) -> None:
        self.asking, self.without = asking, list(without)
        self.outcomes: dict[Probe, Outcome] = {}

    def notices(self, check: Check, probes: Iterable[Probe], value: bool | None = None) -> Probe | None:
        """The first of `probes` that is answered otherwise once `check` is gone as well."""
        wanted = list(probes)
        unknown = [probe for probe in wanted if probe not in self.outcomes]
        if unknown:
            with taken_away(*self.without):
                self.outcomes |= {probe: self._ask(probe) for probe in unknown}
        with taken_away(*[one for one in self.without if one != check], check, value=value):
            return next((probe for probe in wanted if self._ask(probe) != self.outcomes[probe]), None)

    def _ask(self, probe: Probe) -> Outcome:
        answered = self.asking.ask(probe.visitor, probe.path, probe.method, probe.body)
        return answered.outcome, answered.touched | answered.offers


def reached_by(asking: Asking, probes: Iterable[Probe]) -> dict[Place, set[tuple[str, str]]]:
    """Which routes (method and endpoint) run through which function."""
    found: dict[Place, set[tuple[str, str]]] = defaultdict(set)
    for probe in probes:
        if probe.visitor in WHO_REACHES and probe.level == LEVELS[0]:
            places: set[Place] = set()
            with noting(places):
                asking.ask(probe.visitor, probe.path, probe.method, probe.body)
            for place in places:
                found[place].add((probe.method, probe.endpoint))
    return found
