from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded.places import Places
from tests.integration.embedded.users import holding, nothing_runs


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that others may pass through, as most are; its servers must be gone when the test ends."""
    with _open_folder() as data_dir:
        yield data_dir


@pytest.fixture
def used_dir(data_dir: Path, made_cluster: Path) -> Path:
    """The same after its first use, for tests of something else: making a cluster takes PostgreSQL seconds."""
    data_dir.mkdir(mode=0o755)
    subprocess.run(["cp", "-a", made_cluster, data_dir / "postgres"], check=True)
    return data_dir


@pytest.fixture(scope="session")
def made_cluster() -> Iterator[Path]:
    with _open_folder() as data_dir:
        with holding(data_dir):
            pass
        assert nothing_runs(data_dir)
        yield data_dir / "postgres"


@contextmanager
def _open_folder() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="tracker-embedded-test-"))
    parent.chmod(0o755)
    data_dir = parent / "var"
    yield data_dir
    gone = nothing_runs(data_dir)
    shutil.rmtree(Places(data_dir).sockets, ignore_errors=True)
    shutil.rmtree(Places(data_dir).cluster(), ignore_errors=True)
    shutil.rmtree(parent)
    assert gone, "the test left servers running"
