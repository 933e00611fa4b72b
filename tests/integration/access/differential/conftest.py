"""The two copies, made once for all tests of this folder that only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.access.differential.world import Shared, add_sealed_case, fill
from tests.support.settings import make_settings
from tests.support.twins import Twins, make_twins


@pytest.fixture(scope="module")
def pair(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twins, Shared]]:
    settings = make_settings(tmp_path_factory.mktemp("twins"))
    twins, shared = make_twins(cluster, settings, f"twins_{worker_name}", fill, add_sealed_case)
    yield twins, shared
    twins.close()


@pytest.fixture
def twins(pair: tuple[Twins, Shared]) -> Twins:
    return pair[0]


@pytest.fixture
def shared(pair: tuple[Twins, Shared]) -> Shared:
    return pair[1]
