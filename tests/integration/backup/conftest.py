"""An installation with work in it, keys to seal to, and an empty database to come back into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pysequoia import Tsk

RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Key:
    """To whom a backup is sealed, and what opens it."""

    recipient: str
    identity: Path


def age_key(folder: Path, name: str = "age") -> Key:
    identity = pyrage.x25519.Identity.generate()
    path = folder / f"{name}.key"
    path.write_text(f"# made for a test\n{identity}\n")
    return Key(str(identity.to_public()), path)


def openpgp_key(folder: Path) -> Key:
    secret = Tsk.generate("backup of a test")
    (folder / "secret.asc").write_text(str(secret))
    (folder / "public.asc").write_text(str(secret.extract_certificate()))
    return Key(str(folder / "public.asc"), folder / "secret.asc")


@pytest.fixture(params=["age", "openpgp"])
def key(request: pytest.FixtureRequest, tmp_path: Path) -> Key:
    return age_key(tmp_path) if request.param == "age" else openpgp_key(tmp_path)


@pytest.fixture
def empty_url(cluster: Any, worker_name: str) -> Iterator[str]:
    name = f"{RESTORED}_{worker_name}"
    yield cluster.empty(name)
    cluster.drop(name)
