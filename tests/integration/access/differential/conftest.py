"""The two copies, made once for all tests of this folder that only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.access.differential.world import Shared, add_sealed_case, fill
from tests.support.settings import make_settings
from tests.support.twins import Twins, make_twins


@contextmanager
def made_pair(cluster: Any, name: str, folder: Path) -> Iterator[tuple[Twins, Shared]]:
    """The two copies, let go of at the end of the block."""
    twins, shared = make_twins(cluster, make_settings(folder), name, fill, add_sealed_case)
    yield twins, shared
    twins.close()
    print(f"\n{twins.compared.total()} answers compared: {dict(twins.compared.most_common())}")  # noqa: T201


@pytest.fixture(scope="package")
def pair(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twins, Shared]]:
    """For those who only look, or do the same in both and leave nothing that others look for."""
    with made_pair(cluster, f"twins_{worker_name}", tmp_path_factory.mktemp("twins")) as pair:
        yield pair


@pytest.fixture
def twins(pair: tuple[Twins, Shared]) -> Twins:
    return pair[0]


@pytest.fixture
def shared(pair: tuple[Twins, Shared]) -> Shared:
    return pair[1]
