"""JSON to plain data, with the path of every key that stands twice."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from tracker.interchange.findings import Finding, at_index, at_key
from tracker.interchange.limits import DEEPEST_NESTING, LONGEST_NUMBER, MOST_VALUES, UnreadableFileError, unstorable


class _Pairs(list[tuple[str, Any]]):
    """An object whose keys are not yet known to differ."""


def json_value(text: str) -> tuple[Any, list[Finding]]:
    """Raises json.JSONDecodeError when it is not JSON, UnreadableFileError when it asks too much."""
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_constant=_refuse_constant,
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
        if isinstance(value, str) and (reason := unstorable(value)):
            self.faults.append(Finding(path, reason))
            return ""
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


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise UnreadableFileError(f"A number has more than {LONGEST_NUMBER} characters.")
    return int(text)


def _number(text: str) -> float:
    if len(text) > LONGEST_NUMBER or math.isinf(number := float(text)):
        raise UnreadableFileError(f"The number {text[:20]}… is too large.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)
