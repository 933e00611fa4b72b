from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tracker.core import clock


def test_the_clock_stands_still_inside_the_block_and_runs_again_after_it():
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with clock.fixed(instant):
        assert clock.now() == instant
    assert clock.now() != instant


def test_today_is_the_day_of_the_zone_asked_for():
    with clock.fixed(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)):
        assert clock.today("UTC") == date(2026, 11, 22)
        assert clock.today("Europe/Warsaw") == date(2026, 11, 23)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError), clock.fixed(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
