"""Which migration is the newest, told without Alembic: that would take its time, and talk, at every start."""

from __future__ import annotations

import re
from pathlib import Path

_VERSIONS = Path(__file__).parent / "versions"
_SAID = re.compile(r'^(revision|down_revision)\b.*= "(\w+)"$', re.MULTILINE)


def newest_revision(versions: Path = _VERSIONS) -> str:
    """The revision that no other comes after; the numbers of the files tell in which order they were begun."""
    texts = (path.read_text(encoding="utf-8") for path in versions.glob("[0-9]*_*.py"))
    said: list[tuple[str, str]] = [found for text in texts for found in _SAID.findall(text)]
    taken_up = {revision for name, revision in said if name == "down_revision"}
    (newest,) = {revision for name, revision in said if name == "revision"} - taken_up
    return newest
