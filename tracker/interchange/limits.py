"""Bounds of what a file may ask of this machine, whoever made it."""

from __future__ import annotations

from typing import Any

LARGEST_FILE_BYTES = 64 * 2**20
DEEPEST_NESTING = 64
MOST_VALUES = 3_000_000
"""Values of a file, those that aliases repeat counted each time."""
LONGEST_NUMBER = 300
"""Characters of a number: more than any fact needs, less than takes time to convert."""


class UnreadableFileError(Exception):
    """The file cannot be read at all, so nothing can be said about its facts."""


UNUSABLE = object()
"""Stands for a value that cannot be kept. The fault is told where it was read; no rule judges the value further."""


def holds_unusable(value: Any) -> bool:
    """Whether the value, or one inside it, cannot be kept."""
    if isinstance(value, dict):
        return any(holds_unusable(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unusable(inner) for inner in value)
    return value is UNUSABLE
