"""The servers of a `make run` that lives on the same data folder."""

from __future__ import annotations

import json
from pathlib import Path


def running_servers(data_dir: Path) -> dict[str, str]:
    """Addresses of the servers that a living `make run` started on this data folder; empty when there is none."""
    try:
        record = json.loads((data_dir / "run" / "servers.json").read_text(encoding="utf-8"))
        if process_start(int(record["pid"])) != record["started"]:
            return {}
        return {str(name): str(url) for name, url in record["urls"].items() if url}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def process_start(pid: int) -> str | None:
    """When a process began, in clock ticks since boot: with the pid it names one process for good. None: not alive."""
    try:
        # The second field, the command, may hold spaces and brackets: count from its last closing bracket.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[19]
