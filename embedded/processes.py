"""Starting and finding processes so that none is left behind, whoever is killed and however."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: looking a library up in the child could meet a lock that another thread held.
_libc = ctypes.CDLL(None, use_errno=True)


def tied_to_parent(sent: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program, so that the kernel sends it `sent` when this process dies.

    The kernel watches the thread that made the child: call it from a thread that lives as long as the process.
    """
    parent = os.getpid()
    return lambda: tie_to(parent, sent)


def tie_to(parent: int, sent: signal.Signals) -> None:
    """Have the kernel send this process `sent` when `parent`, its parent, dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
    if os.getppid() != parent:  # it died before the tie held
        os._exit(1)


def identity_of_servers() -> int | None:
    """The user that PostgreSQL runs as: `nobody` for root, which PostgreSQL refuses; None: whoever we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65534


class OtherUser(TypedDict, total=False):
    """Arguments of Popen that name another user."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(uid: int | None) -> OtherUser:
    """Arguments for Popen that give up every right of root, when `uid` names another user."""
    if uid is None or uid == os.geteuid():
        return {}
    try:
        group = pwd.getpwuid(uid).pw_gid
    except KeyError:
        group = uid
    return {"user": uid, "group": group, "extra_groups": []}


def may_enter(folder: Path, uid: int | None) -> bool:
    """Whether `uid` can reach `folder` – tried, because modes, access lists and mounts all have a say."""
    if uid is None or uid == os.geteuid():
        return True
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **as_user(uid),
    )
    return tried.returncode == 0


def processes_working_in(folder: Path) -> list[int]:
    """The processes whose working folder is `folder`: how a PostgreSQL of ours is known, unlike by a recycled pid."""
    wanted = folder.resolve()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == wanted:
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, or another user's
                continue
    return found


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Whether `condition` came true within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def send_signal(pid: int, sent: signal.Signals) -> None:
    """Signal a process that may have gone already."""
    try:
        os.kill(pid, sent)
    except ProcessLookupError:
        pass
