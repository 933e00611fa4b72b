"""How much a browser loads once: the built files as they travel, gzipped where they are sent so."""

from __future__ import annotations

import gzip
from pathlib import Path

DIST = Path(__file__).resolve().parents[1] / "tracker" / "static" / "dist" / "assets"
PACKED = (".js", ".css", ".svg")
"""What the web server sends gzipped; fonts are packed already."""


def sent_bytes(folder: Path = DIST) -> dict[str, int]:
    """Name of each built file -> its bytes on the way; empty when nothing is built."""
    files = [path for path in folder.glob("*") if path.suffix != ".gz"]
    return {path.name: _on_the_way(path) for path in sorted(files)}


def _on_the_way(path: Path) -> int:
    return len(gzip.compress(path.read_bytes())) if path.suffix in PACKED else path.stat().st_size
