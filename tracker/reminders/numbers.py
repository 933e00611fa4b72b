"""The opaque number of a mail: what it is called where a case's reference would say too much."""

from __future__ import annotations

import re

from tracker.core.ids import ALPHABET, random_below

HALF = 5
_PAIRS = tuple(one + other for one in ALPHABET for other in ALPHABET)
_MOST = len(_PAIRS) ** HALF
_LOT = 100

_NUMBER = re.compile(rf"[{ALPHABET}]{{{HALF}}}-[{ALPHABET}]{{{HALF}}}", re.ASCII)


def is_number(text: str) -> bool:
    """Whether `text`, from an address, can be a number at all."""
    return _NUMBER.fullmatch(text) is not None


def new_number() -> str:
    """Ten letters and digits in two groups: no two alike in the life of an installation, and none says anything."""
    return new_numbers(1)[0]


def new_numbers(count: int) -> list[str]:
    """The same, a lot at each draw: a sweep makes a hundred thousand of them."""
    return [number for start in range(0, count, _LOT) for number in _lot(min(_LOT, count - start))]


def _lot(count: int) -> list[str]:
    drawn = random_below(_MOST**count)
    numbers = []
    for _ in range(count):
        drawn, one = divmod(drawn, _MOST)
        numbers.append(_written(one))
    return numbers


def _written(drawn: int) -> str:
    pairs = []
    for _ in range(HALF):
        drawn, place = divmod(drawn, len(_PAIRS))
        pairs.append(_PAIRS[place])
    letters = "".join(pairs)
    return f"{letters[:HALF]}-{letters[HALF:]}"
