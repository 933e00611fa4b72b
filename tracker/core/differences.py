"""Two editors of one thing: what the other one saved, beside what was typed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which the two versions disagree, as words."""

    label: str
    theirs: str
    yours: str


def differences(rows: Iterable[tuple[object, str | None, str | None]]) -> list[Difference]:
    """Of (label, saved by somebody else, typed here) those that disagree."""
    found = [Difference(str(label), (theirs or "").strip(), (yours or "").strip()) for label, theirs, yours in rows]
    return [row for row in found if row.theirs != row.yours]
