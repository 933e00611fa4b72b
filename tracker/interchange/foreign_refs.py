"""Refs of things that another sender named, when they must stand in one file with one sender.

A file has one sender, an installation holds the cases of many. On export the refs of the others are written
`sender::ref`; on import such a ref means that thing where it is recorded, and is a plain ref where it is not.
"""

from __future__ import annotations

SEPARATOR = "::"


def joined_ref(sender: str, ref: str, file_sender: str) -> str:
    return ref if sender == file_sender else f"{sender}{SEPARATOR}{ref}"


def split_ref(ref: str) -> tuple[str, str] | None:
    """Sender and ref; None for a plain ref."""
    sender, separator, rest = ref.partition(SEPARATOR)
    return (sender, rest) if separator and sender and rest else None
