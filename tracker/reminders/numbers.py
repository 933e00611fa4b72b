"""The opaque number of a mail: what it is called where a case's reference would say too much."""

from __future__ import annotations

import re
from secrets import randbelow

from tracker.core.ids import ALPHABET

HALF = 5


_NUMBER = re.compile(rf"[{ALPHABET}]{{{HALF}}}-[{ALPHABET}]{{{HALF}}}", re.ASCII)


def is_number(text: str) -> bool:
    """Whether `text`, from an address, can be a number at all."""
    return _NUMBER.fullmatch(text) is not None


def new_number() -> str:
    """Ten letters and digits in two groups: no two alike in the life of an installation, and none says anything."""
    drawn = randbelow(len(ALPHABET) ** (2 * HALF))  # one draw, since a sweep makes a hundred thousand of them
    letters = []
    for _ in range(2 * HALF):
        drawn, place = divmod(drawn, len(ALPHABET))
        letters.append(ALPHABET[place])
    return f"{''.join(letters[:HALF])}-{''.join(letters[HALF:])}"
