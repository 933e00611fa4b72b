"""What of a text a database can't hold: for texts that come by another way than a form."""

from __future__ import annotations


def unstorable(text: str) -> str | None:
    """Why a database cannot hold this text; None when it can."""
    if "\x00" in text:
        return "holds a NUL character; leave it out"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds half of a surrogate pair, which is no character; write the whole character"
    return None
