"""What of an entry is digested: every column as the database writes it, in one line that can be read in one way only.

A column that is added later comes with a new form; links keep the number of the form that they were made with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

FORM = 1

ENTRY_COLUMNS = (
    "e.id::text, extract(epoch FROM e.at)::text, e.actor_kind, e.actor_id::text, e.action, e.object_type,"
    " e.object_id::text, e.case_id::text, e.detail::text, e.request_id"
)
"""Of `audit_entries e`, as text: what Python would make of a number or a time in them must not decide."""


def canonical(form: int, position: int, before: bytes, chained_at: str, entry: Sequence[Any]) -> bytes:
    """The line for one place of the chain. `entry`: the values of ENTRY_COLUMNS; `before`: the digest one place up;
    `chained_at`: seconds since 1970 as the database writes them."""
    return _line([form, position, before.hex(), chained_at, *entry])


def canonical_anchor(number: int, digest: bytes, made_at: datetime, key_id: str) -> bytes:
    """What is signed of an anchor. Not how many entries there are: that would tell how busy the house is."""
    return _line(["tracker audit anchor", 1, number, digest.hex(), made_at.timestamp(), key_id])


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()
