"""What a form's field sent, read without trusting it."""

from __future__ import annotations


def version_sent(value: object) -> int | None:
    """The version on which a form was opened, from its hidden field; None for anything that is no version."""
    said = value if isinstance(value, str) else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
