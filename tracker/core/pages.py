"""Keyset paging: the cursor holds the sort values of the last row, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

Row = TypeVar("Row")
LARGEST = 2**63 - 1


def _read_text(value: Any) -> str:
    """Raises ValueError for what PostgreSQL can't compare with: a NUL, half of a character."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    value.encode()
    return value


def _read_number(value: Any) -> int:
    if not isinstance(value, int) or abs(value) > LARGEST:
        raise ValueError
    return value


_TYPES: dict[str, Any] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "u": UUID,
    "s": _read_text,
    "i": _read_number,
}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `next_cursor` and `previous_cursor` are None at the ends."""

    rows: Sequence[Row]
    next_cursor: str | None = None
    previous_cursor: str | None = None


def encode_cursor(values: Sequence[Any], *, backward: bool = False) -> str:
    """An opaque text that holds `values` (dates, instants, UUIDs, texts, integers, None) and the direction."""
    packed = [_pack(value) for value in values]
    raw = json.dumps([1 if backward else 0, packed], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(text: str, kinds: Sequence[Any] | None = None) -> tuple[bool, list[Any]] | None:
    """(backward, values); None when the text is no cursor, so that a stale address shows the first page.

    `kinds`: a type, or a union of types, for each value; a cursor with others belongs to another list and is none.
    """
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        backward, packed = raw
        values = [_unpack(value) for value in packed]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, binascii.Error):
        return None
    return (bool(backward), values) if kinds is None or _are(values, kinds) else None


def _are(values: Sequence[Any], kinds: Sequence[Any]) -> bool:
    return len(values) == len(kinds) and all(map(isinstance, values, kinds))


def _pack(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, UUID):
        return ["u", str(value)]
    return ["i", value] if isinstance(value, int) else ["s", str(value)]


def _unpack(value: Any) -> Any:
    return None if value is None else _TYPES[value[0]](value[1])
