"""The place of a new entry among those that stand. Pure.

Order: the earliest possible day, then the latest, then the order of entry (dossier format, rule 1). An entry that
surely ended before another began may not stand after it; a vague date may mean any of its days, an unknown one
contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from secrets import randbelow
from uuid import UUID

from tracker.core.dates import VagueDate

_EXACT = Context(prec=20_000)
"""More digits than a numeric column keeps: a place between two others is never rounded onto one of them."""

_DIGITS = 12
_PLACES = 10**_DIGITS

AT_THE_START = "start"


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that has its place. `label` names it in a message."""

    id: UUID
    place: Decimal
    when: VagueDate
    label: str


class Contradiction(Exception):
    """The date contradicts the place that was asked for; `neighbour` is the entry with which it can't be reconciled."""

    def __init__(self, neighbour: Standing, *, neighbour_is_earlier: bool) -> None:
        super().__init__(neighbour.label)
        self.neighbour = neighbour
        self.neighbour_is_earlier = neighbour_is_earlier
        """True: the new entry stands before `neighbour`, which surely ended before it began."""


class PlaceUnknown(Exception):
    """A wholly unknown date among several entries: somebody must say after which one it stands."""


def place_for(standing: Sequence[Standing], when: VagueDate, after: UUID | str | None = None) -> Decimal:
    """The sort key of a new entry among `standing` (in order).

    `after` is the id of the entry that it follows, AT_THE_START, or None for "by its date".
    Raises Contradiction, PlaceUnknown, KeyError for an `after` that does not stand there.
    """
    index = _index_by_date(standing, when) if after is None else _index_after(standing, after)
    _refuse_contradiction(standing, when, index)
    earlier = standing[index - 1].place if index else None
    later = standing[index].place if index < len(standing) else None
    return between(earlier, later)


def between(earlier: Decimal | None, later: Decimal | None) -> Decimal:
    """A place strictly between the two, with as few digits as it can have. None: an open end."""
    if earlier is None and later is None:
        return Decimal(1)
    if later is None:
        return _floor(earlier or Decimal(0), 0) + 1
    if earlier is None:
        return _floor(later, 0) - 1
    return _shortest_between(earlier, later)


def beside(place: Decimal, later: Decimal | None) -> Decimal:
    """A random place from `place` on and before `later`, where entries that the writer can't see may hold `place`.

    Of a million million places, so that two never meet.
    """
    width = _EXACT.subtract(later, place) if later is not None else Decimal(1)
    share = Decimal(randbelow(_PLACES - 1) + 1).scaleb(-_DIGITS)
    return _EXACT.add(place, _EXACT.multiply(width, share))


def _shortest_between(earlier: Decimal, later: Decimal) -> Decimal:
    middle = _EXACT.divide(_EXACT.add(earlier, later), Decimal(2))
    digits = 0
    while True:
        candidate = _floor(middle, digits)
        if earlier < candidate < later:
            return candidate
        digits += 1


def _floor(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_FLOOR", context=_EXACT)


def sort_days(when: VagueDate) -> tuple[date, date]:
    """The earliest possible day, then the latest; an open end is as early, or as late, as days get."""
    return when.earliest or date.min, when.latest or date.max


def _is_unknown(when: VagueDate) -> bool:
    return when.earliest is None and when.latest is None


def _index_by_date(standing: Sequence[Standing], when: VagueDate) -> int:
    if _is_unknown(when) and standing:
        raise PlaceUnknown
    floor, ceiling = _window(standing, when)
    index = floor
    for position in range(floor, ceiling):
        if sort_days(standing[position].when) <= sort_days(when):
            index = position + 1
    return index


def _window(standing: Sequence[Standing], when: VagueDate) -> tuple[int, int]:
    """Between which positions no date contradicts."""
    floor = max((number + 1 for number, one in enumerate(standing) if one.when.surely_before(when)), default=0)
    ceiling = min(
        (number for number, one in enumerate(standing) if when.surely_before(one.when)), default=len(standing)
    )
    return floor, max(floor, ceiling)


def _index_after(standing: Sequence[Standing], after: UUID | str) -> int:
    if after == AT_THE_START:
        return 0
    for number, one in enumerate(standing):
        if one.id == after:
            return number + 1
    raise KeyError(after)


def _refuse_contradiction(standing: Sequence[Standing], when: VagueDate, index: int) -> None:
    for one in standing[:index]:
        if when.surely_before(one.when):
            raise Contradiction(one, neighbour_is_earlier=False)
    for one in standing[index:]:
        if one.when.surely_before(when):
            raise Contradiction(one, neighbour_is_earlier=True)
