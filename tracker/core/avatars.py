"""Initials and a stable colour for a person's name, so that avatars need neither pictures nor inline styles."""

from __future__ import annotations

import zlib

PALETTE_SIZE = 8
"""How many avatar colours the style sheet has (`.avatar-0` … `.avatar-7`)."""


def initials(name: str) -> str:
    """First letters of the first and the last word of a name, in capitals; "?" when there are none."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


def palette_index(name: str) -> int:
    """A number below PALETTE_SIZE that is the same for the same name on every machine and in every run."""
    return zlib.crc32(name.strip().casefold().encode()) % PALETTE_SIZE
