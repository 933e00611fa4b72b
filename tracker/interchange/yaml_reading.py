"""YAML 1.2 to plain data by the core schema, with the path of every key that stands twice."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tracker.core.storable import unstorable
from tracker.interchange.findings import Finding, at_index, at_key
from tracker.interchange.limits import (
    DEEPEST_NESTING,
    LONGEST_NUMBER,
    MOST_VALUES,
    UNUSABLE,
    UnreadableFileError,
)

_CORE = "tag:yaml.org,2002:"
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def yaml_value(text: str) -> tuple[Any, list[Finding]]:
    """The only document of the text. Raises UnreadableFileError when it is not YAML or asks too much."""
    builder = _Builder()
    parser = YAML(typ="safe", pure=True)
    try:
        for event in parser.parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise UnreadableFileError(f"The file is not YAML: {_place(error)}{error.problem or error.context}.") from error
    except YAMLError as error:
        raise UnreadableFileError(f"The file is not YAML: {' '.join(str(error).split())}.") from error
    except RecursionError as error:
        raise UnreadableFileError(f"The file is nested deeper than {DEEPEST_NESTING} levels.") from error
    except (ValueError, IndexError, AttributeError, AssertionError, NotImplementedError) as error:
        # The scanner itself stumbles over some broken escapes and directives.
        raise UnreadableFileError("The file is not YAML: it cannot be parsed.") from error
    return builder.root, builder.faults


def _place(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


@dataclass
class _Open:
    """A list or map that is being filled."""

    value: list[Any] | dict[str, Any]
    path: str
    anchor: str | None
    first_count: int
    key: str | None = None
    waits_for_key: bool = True


class _Builder:
    def __init__(self) -> None:
        self.root: Any = None
        self.faults: list[Finding] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._count = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise UnreadableFileError("The file holds more than one YAML document; keep one a file.")
            case MappingStartEvent():
                self._start({}, event)
            case SequenceStartEvent():
                self._start([], event)
            case MappingEndEvent() | SequenceEndEvent():
                self._end()
            case ScalarEvent():
                self._scalar(event)
            case AliasEvent():
                self._alias(event)

    def _start(self, value: list[Any] | dict[str, Any], event: Any) -> None:
        kind = "map" if isinstance(value, dict) else "seq"
        if event.tag is not None and str(event.tag) not in (f"{_CORE}{kind}", "!"):
            self.faults.append(Finding(self._path(), f"the tag {event.tag} means nothing here; leave it out"))
        if self._expects_key():
            raise UnreadableFileError(f"A key must be text, not a list or a map ({self._path() or 'top of the file'}).")
        if len(self._open) >= DEEPEST_NESTING:
            raise UnreadableFileError(f"The file is nested deeper than {DEEPEST_NESTING} levels.")
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(value, self._path(), event.anchor, self._count))

    def _end(self) -> None:
        done = self._open.pop()
        self._add(done.value, 1)
        if done.anchor:
            self._anchors[done.anchor] = (done.value, self._count - done.first_count)

    def _scalar(self, event: Any) -> None:
        if self._expects_key():
            self._key(event.value)
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
            return
        value = self._resolve(event)
        self._add(value, 1)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            reason = "contains itself" if event.anchor in self._anchors else "has no anchor"
            raise UnreadableFileError(f"The file is not YAML: the alias *{event.anchor} {reason}.")
        value, size = known
        if self._expects_key():
            if not isinstance(value, str):
                raise UnreadableFileError(f"A key must be text ({self._path() or 'top of the file'}).")
            self._key(value)
        else:
            self._add(value, size)

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].waits_for_key

    def _key(self, text: str) -> None:
        parent = self._open[-1]
        parent.key, parent.waits_for_key = text, False
        if reason := unstorable(text):
            self.faults.append(Finding(parent.path, f"a key here {reason}"))
        elif text in parent.value:
            self.faults.append(Finding(at_key(parent.path, text), "this key stands twice; keep one of the two"))

    def _add(self, value: Any, size: int) -> None:
        self._count += size
        if self._count > MOST_VALUES:
            raise UnreadableFileError(f"The file holds more than {MOST_VALUES} values.")
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is not None:
            parent.value.setdefault(parent.key, value)
            parent.key, parent.waits_for_key = None, True

    def _path(self) -> str:
        if not self._open:
            return ""
        parent = self._open[-1]
        if isinstance(parent.value, list):
            return at_index(parent.path, len(parent.value))
        return at_key(parent.path, parent.key) if parent.key is not None else parent.path

    def _resolve(self, event: Any) -> Any:
        text: str = event.value
        if reason := unstorable(text):
            self.faults.append(Finding(self._path(), reason))
            return UNUSABLE
        tag = str(event.tag) if event.tag is not None else None
        if tag not in (None, "!", f"{_CORE}str", f"{_CORE}int", f"{_CORE}float", f"{_CORE}bool", f"{_CORE}null"):
            self.faults.append(Finding(self._path(), f"the tag {tag} means nothing here; leave it out"))
            return text
        if tag in ("!", f"{_CORE}str") or (tag is None and not event.implicit[0]):
            return text
        return self._core(text)

    def _core(self, text: str) -> Any:
        """The YAML 1.2 core schema: only null, true, false and numbers are not text."""
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _NOT_FINITE.fullmatch(text):
            self.faults.append(Finding(self._path(), f"{text} is no number that can be kept"))
            return UNUSABLE
        is_integer = _INTEGER.fullmatch(text)
        if not is_integer and not _FLOAT.fullmatch(text):
            return text
        if len(text) > LONGEST_NUMBER:
            self.faults.append(Finding(self._path(), f"a number has at most {LONGEST_NUMBER} characters"))
            return UNUSABLE
        return _integer(text) if is_integer else self._float(text)

    def _float(self, text: str) -> Any:
        number = float(text)
        if math.isinf(number):
            self.faults.append(Finding(self._path(), f"the number {text[:20]} is too large"))
            return UNUSABLE
        return number


def _integer(text: str) -> int:
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
