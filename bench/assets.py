"""How much a browser loads once: the built files as they travel, gzipped where they are sent so."""

from __future__ import annotations

from pathlib import Path

DIST = Path(__file__).resolve().parents[1] / "tracker" / "static" / "dist" / "assets"


def sent_bytes(folder: Path = DIST) -> dict[str, int]:
    """Name of each built file -> its bytes on the way; empty when nothing is built."""
    files = [path for path in folder.glob("*") if path.suffix != ".gz"]
    return {path.name: _on_the_way(path) for path in sorted(files)}


def _on_the_way(path: Path) -> int:
    packed = path.with_name(path.name + ".gz")
    return (packed if packed.exists() else path).stat().st_size
