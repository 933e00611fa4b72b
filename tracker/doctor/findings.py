"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much it matters: a fault has to be mended, a warning is for somebody to judge."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: a short name that stays the same. It holds no address of a person, no password and no content."""

    about: str
    weight: Weight
    says: str
    mend: str = ""


def fine(about: str, says: str) -> Finding:
    """All is well here."""
    return Finding(about, Weight.FINE, says)


def warning(about: str, says: str, mend: str) -> Finding:
    """Somebody should judge this."""
    return Finding(about, Weight.WARNING, says, mend)


def fault(about: str, says: str, mend: str) -> Finding:
    """This has to be mended."""
    return Finding(about, Weight.FAULT, says, mend)
