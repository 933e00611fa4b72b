"""Reads the text of a dossier file: YAML 1.2 (core schema) or JSON, UTF-8, into plain data.

The tree is built from parser events rather than by the library's constructor, because the contract asks for things
that constructors don't give: dates stay text, `NO` is Norway, a key that stands twice is a fault with a path, and a
hostile file (aliases that multiply, endless nesting, numbers of a million digits) ends in a clear message.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.interchange.findings import Finding
from tracker.interchange.json_reading import json_value
from tracker.interchange.limits import LARGEST_FILE_BYTES, UnreadableFileError
from tracker.interchange.yaml_reading import yaml_value


@dataclass(frozen=True)
class Reading:
    """The data of a file, and the faults that the text alone shows (keys that stand twice)."""

    document: Any
    faults: list[Finding]


def read_file(path: Path) -> Reading:
    """Raises UnreadableFileError when the file is missing, too large, not UTF-8, or neither YAML nor JSON."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UnreadableFileError(f"The file is larger than {LARGEST_FILE_BYTES // 2**20} MiB.")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"The file cannot be opened: {error.strerror or 'unknown reason'}.") from error
    except ValueError as error:
        raise UnreadableFileError("The file cannot be opened: this is not the name of a file.") from error
    return read_bytes(content, must_be_json=path.suffix.lower() == ".json")


def read_bytes(content: bytes, *, must_be_json: bool = False) -> Reading:
    """Raises UnreadableFileError when the bytes are not UTF-8, or neither YAML nor JSON."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"The file is not UTF-8: byte {error.start + 1} does not belong.") from error
    return _read_json(text) if must_be_json else read_text(text)


def read_text(text: str) -> Reading:
    """Raises UnreadableFileError when the text is neither YAML nor JSON."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return Reading(*json_value(text))
        except json.JSONDecodeError:
            pass  # a YAML file may begin with a brace, too
    return Reading(*yaml_value(text))


def _read_json(text: str) -> Reading:
    try:
        return Reading(*json_value(text))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableFileError(f"The file is not JSON: {place}: {error.msg[:1].lower()}{error.msg[1:]}.") from error
