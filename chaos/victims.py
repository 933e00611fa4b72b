"""Who a signal hits: the processes of a group, and the TCP ports at their end of their connections."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def pids_of_group(group: int) -> list[int]:
    """The processes of a process group, also when its leader has gone."""
    return [pid for pid in _all_pids() if _group_of(pid) == group]


def ports_of(pids: Iterable[int]) -> frozenset[int]:
    """The local ports of all TCP connections that these processes hold now; none of who has gone."""
    sockets = {inode for pid in pids for inode in _sockets_of(pid)}
    return frozenset(port for inode, port in _connections() if inode in sockets)


def _all_pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208  names alone


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _sockets_of(pid: int) -> Iterator[str]:
    try:
        links = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return
    for link in links:
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1]


def _connections() -> Iterator[tuple[str, int]]:
    """(inode, local port) of every TCP connection of this machine."""
    for table in _TABLES:
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            columns = line.split()
            yield columns[9], int(columns[1].rpartition(":")[2], 16)
