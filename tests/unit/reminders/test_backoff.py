"""How long a mail waits before it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.reminders.delivery.backoff import JITTER, LONGEST_WAIT, MOST_ATTEMPTS, next_try, wait_after

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_each_wait_is_twice_the_one_before_up_to_two_hours() -> None:
    waits = [wait_after(attempt, 0.5) for attempt in range(1, 10)]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-1] == LONGEST_WAIT == wait_after(10_000, 0.5)


@given(attempts=st.integers(1, 100), chance=st.floats(0, 1, exclude_max=True))
def test_chance_spreads_a_wait_by_a_fifth_and_no_more(attempts: int, chance: float) -> None:
    middle, spread = wait_after(attempts, 0.5), wait_after(attempts, chance)
    assert abs(spread - middle) <= middle * JITTER + timedelta(microseconds=1)


def test_mails_that_failed_together_do_not_come_back_together() -> None:
    assert len({wait_after(3, chance / 10) for chance in range(10)}) == 10


def test_there_is_an_end_of_trying() -> None:
    assert next_try(NOW, MOST_ATTEMPTS - 1, MOST_ATTEMPTS, None, 0.5) is not None
    assert next_try(NOW, MOST_ATTEMPTS, MOST_ATTEMPTS, None, 0.5) is None


def test_a_try_that_would_come_too_late_is_not_made() -> None:
    assert next_try(NOW, 1, MOST_ATTEMPTS, NOW + timedelta(minutes=2), 0.5) == NOW + timedelta(minutes=1)
    assert next_try(NOW, 1, MOST_ATTEMPTS, NOW + timedelta(minutes=1), 0.5) is None
