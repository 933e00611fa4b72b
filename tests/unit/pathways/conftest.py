"""The nine definitions, and the tables that were transcribed from the domain reference by hand of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.pathways.registry import Registry, load_default
from tracker.pathways.schema import Definition

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_default()


@pytest.fixture(scope="session")
def referral(registry: Registry) -> Definition:
    return registry.get("icc_referral")


@pytest.fixture(scope="session")
def warrant(registry: Registry) -> Definition:
    return registry.get("arrest_warrant")


@pytest.fixture
def tenth() -> bytes:
    return (FIXTURES / "interstate_case.yaml").read_bytes()
