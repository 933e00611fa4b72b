"""JSON to plain data, with the path of every key that stands twice."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from tracker.core.storable import unstorable
from tracker.interchange.findings import Finding, at_index, at_key
from tracker.interchange.limits import (
    DEEPEST_NESTING,
    LONGEST_NUMBER,
    MOST_VALUES,
    UNUSABLE,
    UnreadableFileError,
)


class _Pairs(list[tuple[str, Any]]):
    """An object whose keys are not yet known to differ."""


@dataclass(frozen=True)
class _Refused:
    """A number that cannot be kept, and why; where it stands is known only later."""

    reason: str


def json_value(text: str) -> tuple[Any, list[Finding]]:
    """Raises json.JSONDecodeError when it is not JSON, UnreadableFileError when it asks too much."""
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except RecursionError as error:
        raise UnreadableFileError(f"The file is nested deeper than {DEEPEST_NESTING} levels.") from error
    builder = _Builder()
    return builder.plain(raw, "", 0), builder.faults


class _Builder:
    def __init__(self) -> None:
        self.faults: list[Finding] = []
        self.count = 0

    def plain(self, value: Any, path: str, depth: int) -> Any:
        self.count += 1
        if depth > DEEPEST_NESTING:
            raise UnreadableFileError(f"The file is nested deeper than {DEEPEST_NESTING} levels.")
        if self.count > MOST_VALUES:
            raise UnreadableFileError(f"The file holds more than {MOST_VALUES} values.")
        if isinstance(value, _Pairs):
            return self._object(value, path, depth)
        if isinstance(value, list):
            return [self.plain(entry, at_index(path, index), depth + 1) for index, entry in enumerate(value)]
        reason = value.reason if isinstance(value, _Refused) else unstorable(value) if isinstance(value, str) else None
        if reason is not None:
            self.faults.append(Finding(path, reason))
            return UNUSABLE
        return value

    def _object(self, pairs: _Pairs, path: str, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if reason := unstorable(key):
                self.faults.append(Finding(path, f"a key here {reason}"))
            elif key in result:
                self.faults.append(Finding(at_key(path, key), "this key stands twice; keep one of the two"))
            else:
                result[key] = self.plain(value, at_key(path, key), depth + 1)
        return result


def _integer(text: str) -> int | _Refused:
    return int(text) if len(text) <= LONGEST_NUMBER else _too_long()


def _number(text: str) -> float | _Refused:
    if len(text) > LONGEST_NUMBER:
        return _too_long()
    number = float(text)
    return _Refused(f"the number {text[:20]} is too large") if math.isinf(number) else number


def _too_long() -> _Refused:
    return _Refused(f"a number has at most {LONGEST_NUMBER} characters")


def _constant(name: str) -> _Refused:
    return _Refused(f"{name} is not JSON and no number that can be kept; write a number, text or null")
