"""How many mails a bucket lets through."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.reminders.delivery.pace import BURST_S, draw


@given(rate=st.integers(1, 100_000), steps=st.lists(st.tuples(st.floats(0, 30), st.integers(0, 500)), max_size=60))
def test_over_any_time_no_more_than_the_rate_and_one_burst_goes(rate: int, steps: list[tuple[float, int]]) -> None:
    left, sent, elapsed = 1.0, 0, 0.0
    for passed_s, wanted in steps:
        left, grant = draw(left, rate, passed_s, wanted)
        sent, elapsed = sent + grant.mails, elapsed + passed_s
        assert 0 <= grant.mails <= wanted
        assert sent <= rate / 60 * elapsed + max(1.0, rate / 60 * BURST_S) + 1e-6


@given(rate=st.integers(1, 100_000), wanted=st.integers(1, 500))
def test_after_the_wait_that_it_names_the_next_mail_goes(rate: int, wanted: int) -> None:
    left, grant = draw(0.0, rate, 0.0, wanted)
    assert grant.mails == 0 and grant.wait_s > 0
    assert draw(left, rate, grant.wait_s + 1e-6, wanted)[1].mails >= 1


def test_a_clock_that_went_back_takes_nothing_away() -> None:
    assert draw(3.0, 60, -3600.0, 2)[0] == 1.0
