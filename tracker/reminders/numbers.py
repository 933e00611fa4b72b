"""The opaque number of a mail: what it is called where a case's reference would say too much."""

from __future__ import annotations

import re

from tracker.core.ids import ALPHABET, random_code

HALF = 5


_NUMBER = re.compile(rf"[{ALPHABET}]{{{HALF}}}-[{ALPHABET}]{{{HALF}}}", re.ASCII)


def is_number(text: str) -> bool:
    """Whether `text`, from an address, can be a number at all."""
    return _NUMBER.fullmatch(text) is not None


def new_number() -> str:
    """Ten letters and digits in two groups: no two alike in the life of an installation, and none says anything."""
    return f"{random_code(HALF)}-{random_code(HALF)}"
