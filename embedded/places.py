"""Where embedded servers keep what: all in the data folder, but sockets and what `nobody` could not reach there."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from embedded.faults import EmbeddedServerFault
from embedded.processes import identity_of_servers, may_enter

PRODUCT = "tracker-embedded"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one copy. `data_dir` names the copy: whoever gives the same one shares its servers."""

    data_dir: Path

    @property
    def run(self) -> Path:
        """Locks, addresses of running servers, the beat's memory."""
        return private_folder(self.data_dir / "run")

    @property
    def logs(self) -> Path:
        """One file for each server and process."""
        return private_folder(self.data_dir / "logs")

    @property
    def mail(self) -> Path:
        """Caught mails, one file each."""
        return private_folder(self.data_dir / "mail")

    @property
    def valkey(self) -> Path:
        """The broker's append-only file."""
        return private_folder(self.data_dir / "valkey")

    @property
    def sockets(self) -> Path:
        """A short folder of this copy: a Unix socket's path has 107 bytes, and the data folder may be deep."""
        digest = hashlib.sha256(str(self.data_dir.resolve()).encode()).hexdigest()[:12]
        # Not $TMPDIR: every command of this user must come to the same folder, from cron as from a desktop.
        parent = Path("/tmp") / f"{PRODUCT}-{os.geteuid()}"  # noqa: S108 - ownership is checked below
        owned_folder(parent, 0o711)
        return owned_folder(parent / digest, 0o711)

    def cluster(self) -> Path:
        """PostgreSQL's data: `postgres` in the data folder, or elsewhere behind a link of that name.

        Root's PostgreSQL runs as `nobody`. When the data folder lies where `nobody` can't go (a clone in /root),
        the cluster lives under /var/lib, and is moved there if it was made before the way was closed.
        """
        link = self.data_dir / "postgres"
        if link.is_symlink():
            return link.resolve()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        user = identity_of_servers()
        if may_enter(self.data_dir, user):
            return link
        elsewhere = owned_folder(Path("/var/lib") / PRODUCT, 0o711) / f"cluster-{secrets.token_hex(6)}"
        if link.exists():
            shutil.move(link, elsewhere)
        link.symlink_to(elsewhere)
        return elsewhere


def private_folder(path: Path) -> Path:
    """A folder for this user's eyes only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def owned_folder(path: Path, mode: int) -> Path:
    """A folder in a place where others write too: made by us, or refused when somebody else made it first."""
    try:
        path.mkdir(mode=mode, parents=True)
        path.chmod(mode)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise EmbeddedServerFault(f"{path} belongs to somebody else or is open to others. Remove it and try again.")
    return path
