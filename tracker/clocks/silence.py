"""After which letters, meetings and calls nobody has been heard of since. Pure: dealings in, dealings out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Dealing:
    """Something that was done with people outside, with whom, and when. `day` None: not known to the day.

    `by`: the last day on which it may have been; None: nobody knows.
    """

    key: Any
    is_letter: bool
    day: date | None
    by: date | None
    parties: frozenset[str]

    @property
    def rule_key(self) -> str:
        """The house rule by which the silence after it is counted."""
        return "silence_letter" if self.is_letter else "silence_meeting"


def unanswered(dealings: Iterable[Dealing]) -> list[Dealing]:
    """Those whose day is known, and after which nothing was recorded with any of the same people; latest first."""
    known = list(dealings)
    last = [one for one in known if one.day is not None and not any(_answers(other, one) for other in known)]
    return sorted(last, key=lambda one: one.day or date.min, reverse=True)


def _answers(later: Dealing, one: Dealing) -> bool:
    """Whether `later` came after `one`, with somebody who was there. Of one day and people nobody knows which was last:
    then neither answers the other."""
    if later.by is None or one.day is None or not later.parties & one.parties:
        return False
    return later.by > one.day
