from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.places import Places
from tests.integration.embedded.users import nothing_runs


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that others may pass through, as most are; its servers must be gone when the test ends."""
    parent = Path(tempfile.mkdtemp(prefix="tracker-embedded-test-"))
    parent.chmod(0o755)
    data_dir = parent / "var"
    yield data_dir
    gone = nothing_runs(data_dir)
    shutil.rmtree(Places(data_dir).sockets, ignore_errors=True)
    shutil.rmtree(Places(data_dir).cluster(), ignore_errors=True)
    shutil.rmtree(parent)
    assert gone, "the test left servers running"
