"""What becomes of a follow-up when its clock comes to another day."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.followups.clock_days import Turn, turn_of

DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 6))
APRIL, MAY, JUNE = date(2026, 4, 14), date(2026, 5, 14), date(2026, 6, 1)


def test_a_day_moves_with_its_clock_one_set_by_hand_is_flagged_and_a_stopped_clock_moves_nothing() -> None:
    assert turn_of(APRIL, MAY, APRIL, is_active=True) == Turn(moves_to=MAY)
    assert turn_of(APRIL, MAY, JUNE, is_active=True) == Turn(is_by_hand=True, flags=MAY)
    assert turn_of(APRIL, MAY, None, is_active=True) == Turn(is_by_hand=True, flags=MAY), "without a day by hand"
    assert turn_of(APRIL, None, APRIL, is_active=True) == Turn(stops=True)
    assert turn_of(None, MAY, APRIL, is_active=True) == Turn(is_by_hand=True, flags=MAY)
    assert turn_of(APRIL, MAY, APRIL, is_active=False) == Turn()


@given(was=DAYS, clock=DAYS, due_on=DAYS, is_active=st.booleans())
def test_without_a_change_nothing_happens_and_once_done_nothing_is_left_to_do(
    was: date | None, clock: date | None, due_on: date | None, is_active: bool
) -> None:
    assert turn_of(was, was, due_on, is_active=is_active) is None
    turn = turn_of(was, clock, due_on, is_active=is_active)
    after = turn.moves_to if turn is not None and turn.moves_to is not None else due_on
    assert turn_of(clock, clock, after, is_active=is_active) is None
    if turn is not None and due_on not in (was, clock):
        assert turn.moves_to is None, "what somebody set is never moved silently"
