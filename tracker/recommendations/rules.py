"""Numbers of recommendations, and figures held against each other. Pure.

Figures are never corrected: what does not add up is told, with both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

_DIGITS = re.compile(r"[0-9]+")
_LAST = "~"
"""Comes after every number."""
_WIDTH = 8


def place_of(number: str | None) -> str:
    """What a number is sorted by, figure by figure: 138.9 comes before 138.45; those without one come last."""
    plain = " ".join((number or "").split()).lower()
    return _DIGITS.sub(lambda found: found[0].zfill(_WIDTH), plain) if plain else _LAST


@dataclass(frozen=True, slots=True)
class Figures:
    """How many recommendations there are, and what became of them. None: nobody says."""

    total: int | None = None
    assessed: int | None = None
    implemented: int | None = None
    partially: int | None = None
    not_implemented: int | None = None
    not_assessed: int | None = None


NAMES = tuple(one.name for one in fields(Figures))
KINDS_OF_ASSESSED = ("implemented", "partially", "not_implemented")
PARTS = (*KINDS_OF_ASSESSED, "not_assessed")
"""What a total may be split into, each recommendation in one of them."""


class Sum(StrEnum):
    """One way of adding figures up: the parts, and what they should come to."""

    PARTS = "parts"
    ASSESSED = "assessed"
    HALVES = "halves"


_SUMS: dict[Sum, tuple[tuple[str, ...], str]] = {
    Sum.PARTS: (PARTS, "total"),
    Sum.ASSESSED: (KINDS_OF_ASSESSED, "assessed"),
    Sum.HALVES: (("assessed", "not_assessed"), "total"),
}


@dataclass(frozen=True, slots=True)
class Added:
    """What stated parts come to beside the whole that is stated. `missing`: parts that nobody states.

    `off`: the whole less the parts; with a part missing it is what the source leaves open, and no fault unless it is
    negative.
    """

    kind: Sum
    parts: tuple[tuple[str, int], ...]
    come_to: int
    whole: int
    missing: tuple[str, ...]

    @property
    def off(self) -> int:
        return self.whole - self.come_to

    @property
    def adds_up(self) -> bool:
        return self.off == 0

    @property
    def is_open(self) -> bool:
        """Whether the source does not say what becomes of the rest, so that nothing contradicts anything."""
        return self.off > 0 and bool(self.missing)


@dataclass(frozen=True, slots=True)
class Differs:
    """One figure that is stated otherwise than the rows here come to."""

    name: str
    stated: int
    counted: int


def added_up(stated: Figures) -> list[Added]:
    """Every sum that the stated figures allow, in order; nothing of it changes them."""
    found = []
    for kind, (names, whole_name) in _SUMS.items():
        whole = getattr(stated, whole_name)
        said = tuple((name, value) for name in names if (value := getattr(stated, name)) is not None)
        if whole is None or not said or (kind is Sum.HALVES and len(said) < len(names)):
            continue
        missing = tuple(name for name in names if getattr(stated, name) is None)
        found.append(Added(kind, said, sum(value for _name, value in said), whole, missing))
    return found


def differing(stated: Figures, counted: Figures) -> list[Differs]:
    """The figures that are stated and counted, and not the same."""
    pairs = ((name, getattr(stated, name), getattr(counted, name)) for name in NAMES)
    return [Differs(name, one, other) for name, one, other in pairs if None not in (one, other) and one != other]


def counted(total: int, latest: Sequence[str]) -> Figures:
    """The figures of one assessor from the rows: of `total` recommendations those in `latest` have an assessment."""
    sorts = {"implemented": "implemented", "partially": "partially", "not": "not_implemented"}
    found = {name: latest.count(key) for key, name in sorts.items()}
    return Figures(total=total, assessed=sum(found.values()), not_assessed=latest.count("not_assessed"), **found)
