"""docker-compose.yml as data, and as processes on this machine: the same commands and environment, other addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"


def compose_file() -> dict[str, Any]:
    """The whole file, anchors and merges resolved."""
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return loaded


def plain(text: str) -> str:
    """A text of the file as a container gets it."""
    return text.replace("$$", "$")
