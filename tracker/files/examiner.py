"""Having a file examined, by another process that may fall over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tracker.files.examining_child import SECONDS
from tracker.files.kinds import KINDS, LARGEST, Kind, Unfit, WhyNot

_ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "tracker.files.examining_child")
_KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH")
"""Of the environment: the child knows none of our secrets."""


def examined(content: bytes, *, clean: bool = False) -> tuple[Kind, bytes]:
    """Kind and content; of a picture drawn anew, if `clean`. Raises Unfit."""
    kind, drawn = _ask(content, *(["clean"] if clean else []))
    return kind, drawn or content


def portrait(content: bytes) -> bytes:
    """A small square picture, a JPEG that we drew. Raises Unfit."""
    return _ask(content, "portrait")[1]


def table_of(content: bytes) -> list[list[str]]:
    """The rows of a table, CSV or XLSX, as text. Raises Unfit."""
    rows: list[list[str]] = json.loads(_ask(content, "table")[1])
    return rows


def _ask(content: bytes, *words: str) -> tuple[Kind, bytes]:
    if len(content) > LARGEST:
        raise Unfit(WhyNot.TOO_LARGE)
    known = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        child = subprocess.run(
            [*COMMAND, *words],
            input=content,
            capture_output=True,
            cwd=_ROOT,
            env=known,
            timeout=SECONDS + 10,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unfit(WhyNot.TOO_HEAVY) from error
    line, _, drawn = child.stdout.partition(b"\n")
    answer = json.loads(line)
    if "why" in answer:
        raise Unfit(WhyNot(answer["why"]))
    return KINDS[answer["kind"]], drawn
