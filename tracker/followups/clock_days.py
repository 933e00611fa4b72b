"""What becomes of a follow-up when its clock comes to another day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Turn:
    """`is_by_hand`: somebody had set the day, so it is flagged and stays. `moves_to`, `flags`: the new day, if any.

    `stops`: there is no date any more; the work keeps its day, and a person decides.
    """

    is_by_hand: bool = False
    moves_to: date | None = None
    flags: date | None = None
    stops: bool = False


def turn_of(clock_was: date | None, clock_is: date | None, due_on: date | None, *, is_active: bool) -> Turn | None:
    """What follows when a clock that came to `clock_was` comes to `clock_is`; None when it says the same as before.

    `due_on`: of the follow-up. A clock that had stopped says nothing of who set its day: that is flagged, too.
    """
    if clock_was == clock_is:
        return None
    is_by_hand = due_on not in (clock_was, clock_is)
    if clock_is is None:
        return Turn(is_by_hand, stops=True)
    if not is_active or due_on == clock_is:
        return Turn(is_by_hand)
    return Turn(is_by_hand, flags=clock_is) if is_by_hand else Turn(is_by_hand, moves_to=clock_is)
