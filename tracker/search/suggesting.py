""" "Did you mean": what was asked for, with the words of names that are a slip of the hand away. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.search.folding import name_keys

SHORTEST = 4
"""Shorter keys have neighbours everywhere."""


def suggestions(said: str, names: Iterable[str], most: int = 3) -> list[str]:
    """`said` with those words replaced that are near to a word of a name; the nearest names come first in `names`."""
    offered: list[str] = []
    for name in names:
        changed = " ".join(_nearest(word, name) for word in said.split())
        if changed.casefold() != " ".join(said.split()).casefold() and changed not in offered:
            offered.append(changed)
    return offered[:most]


def _nearest(word: str, name: str) -> str:
    wanted = _slips(word)
    return next((other for other in re.findall(r"[\w'’-]+", name) if _slips(other) & wanted), word)


def _slips(word: str) -> set[str]:
    """The keys of the word, whole and with any one letter left out."""
    keys = {key for key in name_keys(word) if len(key) >= SHORTEST}
    return keys | {key[:at] + key[at + 1 :] for key in keys for at in range(len(key))}
