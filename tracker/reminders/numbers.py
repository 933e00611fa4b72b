"""The opaque number of a mail: what it is called where a case's reference would say too much."""

from __future__ import annotations

from tracker.core.ids import random_code

HALF = 5


def new_number() -> str:
    """Ten letters and digits in two groups: no two alike in the life of an installation, and none says anything."""
    return f"{random_code(HALF)}-{random_code(HALF)}"
