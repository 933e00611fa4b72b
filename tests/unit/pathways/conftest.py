"""The nine definitions, and the tables that were transcribed from the domain reference by hand of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.pathways.check import check_content
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


@pytest.fixture
def tenth_definition(tenth: bytes) -> Definition:
    """The tenth pathway, with a status that asks for a date per state."""
    added = b"""  - key: notified
    label: Third states notified
    phase: closed
    facts:
      - {key: received_on, label: Date of receipt per state, type: per_state, value_type: date}
clocks:"""
    way_in = b"      - {to: notified, kind: close, verb: Notify third states}\n"
    content = tenth.replace(b"clocks:", added).replace(b"      - {to: closed,", way_in + b"      - {to: closed,")
    definition, faults = check_content(content)
    assert definition is not None, faults
    return definition
