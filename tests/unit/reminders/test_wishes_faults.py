"""What can't be wished, each with its field."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from tracker.reminders.planning.people import Wishes
from tracker.reminders.planning.wishes import faults_of

DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"days_before": (0,)}, "days_before"),
        ({"days_before": tuple(range(1, 13))}, "days_before"),
        ({"overdue_every": 0}, "overdue_every"),
        ({"overdue_every": 31}, "overdue_every"),
        ({"working_days": frozenset()}, "working_days"),
        ({"working_days": frozenset({8})}, "working_days"),
        ({"unwanted_kinds": frozenset({"watchdog"})}, "unwanted_kinds"),
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_until": time(7)}, "quiet_from"),
        ({"quiet_from": time(7), "quiet_until": time(7)}, "quiet_until"),
        ({"delivery": "hourly"}, "delivery"),
        ({"digest_day": 0}, "digest_day"),
        ({"away_from": DAY}, "away_until"),
        ({"away_until": DAY}, "away_from"),
        ({"away_from": DAY, "away_until": date(2026, 11, 30)}, "away_until"),
        ({"substitute_id": UUID(int=1)}, "away_from"),
    ],
)
def test_each_fault_names_its_field(said: dict[str, Any], field: str) -> None:
    assert [fault.path for fault in faults_of(Wishes(**said))] == [field]


def test_what_can_be_wished_has_no_fault() -> None:
    said = Wishes(days_before=(), quiet_from=time(22), quiet_until=time(7), away_from=DAY, away_until=DAY)
    assert faults_of(said) == faults_of(Wishes()) == []


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"paused_until": DAY}, []),
        ({"paused_until": date(2026, 11, 30)}, ["paused_until"]),
        ({"away_from": date(2026, 11, 30), "away_until": DAY}, []),
        ({"away_from": date(2026, 11, 29), "away_until": date(2026, 11, 30)}, ["away_until"]),
    ],
)
def test_what_is_over_can_not_be_wished(said: dict[str, Any], fields: list[str]) -> None:
    assert [fault.path for fault in faults_of(Wishes(**said), today=DAY)] == fields
