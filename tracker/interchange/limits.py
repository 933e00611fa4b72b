"""Bounds of what a file may ask of this machine, whoever made it."""

from __future__ import annotations

LARGEST_FILE_BYTES = 64 * 2**20
DEEPEST_NESTING = 64
MOST_VALUES = 3_000_000
"""Values of a file, those that aliases repeat counted each time."""
LONGEST_NUMBER = 300
"""Characters of a number: more than any fact needs, less than takes time to convert."""


class UnreadableFileError(Exception):
    """The file cannot be read at all, so nothing can be said about its facts."""


def unstorable(text: str) -> str | None:
    """Why a database cannot hold this text; None when it can."""
    if "\x00" in text:
        return "holds a NUL character; leave it out"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds half of a surrogate pair, which is no character; write the whole character"
    return None
