"""Events of a dossier file that start a clock by hand: every fault of their keys is told, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.interchange.test_checking import a_case, an_event, checked, errors

GOOD = {"clock_rule": "rome_statute_18_2", "clock_party": "LT", "source": "A letter"}


def found(status: str | None = None, **keys: Any) -> set[str]:
    first = an_event("submitted", "2024-09-30", seq=1)
    result = checked(a_case(first, an_event(status, "2026-03-14", seq=2, **keys)))
    return {path.removeprefix("cases[0].events[1].") for path in errors(result)}


def test_a_rule_its_state_and_a_source_are_enough() -> None:
    assert found(**GOOD) == set()
    assert found(**GOOD, clock_on="2026-04") == set()


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({**GOOD, "clock_rule": "no_such_rule"}, "clock_rule"),
        ({**GOOD, "clock_rule": "pl_kpk_460"}, "clock_rule"),
        ({**GOOD, "clock_rule": "icc_rpe_109_1"}, "clock_party"),
        ({**GOOD, "clock_party": None}, "clock_party"),
        ({**GOOD, "clock_party": "Lithuania"}, "clock_party"),
        ({**GOOD, "source": None}, "source"),
        ({**GOOD, "clock_on": "in spring"}, "clock_on"),
        ({"clock_party": "LT"}, "clock_party"),
        ({"clock_on": "2026-04-01"}, "clock_on"),
    ],
)
def test_a_fault_is_told_at_its_key(keys: dict[str, Any], path: str) -> None:
    assert found(**keys) == {path}


def test_an_event_with_a_status_names_no_rule() -> None:
    assert "clock_rule" in found("received", **GOOD)
