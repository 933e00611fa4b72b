"""Sealed files: written so that only whole ones have their name, read as a stream. Plain text never touches a disk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from tracker.backup import sealing_child
from tracker.backup.faults import BackupFault
from tracker.backup.recipients import Recipients, standard_of_identity

_COMMAND = [sys.executable, "-m", "tracker.backup.sealing_child"]
_ROOT = Path(__file__).resolve().parents[2]
_REASONS = {
    sealing_child.WRONG_KEY: "This identity does not open the backup: it was sealed to another key.",
    sealing_child.UNREADABLE: "The backup can't be opened: it is no backup, cut short, or was altered.",
}


@contextmanager
def sealed_file(path: Path, recipients: Recipients) -> Iterator[IO[bytes]]:
    """A stream into a new sealed file, which gets its name when the block ends well. Raises BackupFault."""
    if path.exists():
        raise BackupFault(f"{path} is there already; a backup overwrites nothing.")
    draft = path.with_name(f".{path.name}.partial")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupFault(f"{path.parent} can't be written to: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            with _child(["seal", recipients.standard, *recipients.keys], subprocess.PIPE, file) as child:
                stream = cast(IO[bytes], child.stdin)
                yield stream
                stream.close()
                if child.wait() != 0:
                    raise BackupFault("The backup could not be sealed and written: is there room on the disk?")
            os.fsync(file.fileno())
        draft.rename(path)
        _keep_name(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def opened_file(path: Path, identity: Path) -> Iterator[IO[bytes]]:
    """The plain stream of a sealed file. Raises BackupFault, at the latest when the block ends."""
    standard = standard_of_identity(identity)
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupFault(f"{path} can't be read: {error.strerror}.") from error
    with file, _child(["open", standard, str(identity.absolute())], file, subprocess.PIPE) as child:
        stream = cast(IO[bytes], child.stdout)
        try:
            yield stream
        except (EOFError, OSError, ValueError) as error:
            stream.close()
            raise BackupFault(_REASONS.get(child.wait(), _REASONS[sealing_child.UNREADABLE])) from error
        except BackupFault:
            stream.close()
            if (status := child.wait()) in _REASONS:
                raise BackupFault(_REASONS[status]) from None
            raise
        if stream.read(1) or child.wait() != 0:
            raise BackupFault(_REASONS[sealing_child.UNREADABLE])


@contextmanager
def _child(words: list[str], stdin: int | IO[bytes], stdout: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [*_COMMAND, *words], cwd=_ROOT, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, env=_bare_environment()
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def _bare_environment() -> dict[str, str]:
    """Without this process's secrets."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")}


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
