"""Levels of confidentiality, in order (product/access.md)."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    PUBLIC = "public"  # may be published; still needs a sign-in here
    INTERNAL = "internal"
    RESTRICTED = "restricted"  # members only
    SEALED = "sealed"  # members only, existence hidden

    @property
    def rank(self) -> int:
        return _RANKS[self]

    @property
    def members_only(self) -> bool:
        return self.rank >= Level.RESTRICTED.rank


_RANKS = {level: rank for rank, level in enumerate(Level)}
OPEN_LEVELS = (Level.PUBLIC, Level.INTERNAL)
"""Levels that staff sees by role."""


class MembershipKind(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    READER = "reader"


def highest(*levels: Level | str | None) -> Level:
    """The highest of the levels given; `public` when none is."""
    return max((Level(level) for level in levels if level), key=lambda level: level.rank, default=Level.PUBLIC)


def kept_level(stands: str | None, case_level: str) -> str | None:
    """An own level that says no more than the case's now: it stays where nobody chose another, for cases are opened."""
    return stands if stands and Level(stands).rank <= Level(case_level).rank else None
