"""What all that becomes objects of the format shares."""

from __future__ import annotations

from typing import Any, Protocol


class Names(Protocol):
    """How this file refers to a row."""

    def ref(self, row: Any) -> str: ...


def filled(**values: Any) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
