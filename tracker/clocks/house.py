"""Rules that belong to no pathway: what this house counts for itself, and periods that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML

from tracker.pathways.schema import Clock

HOUSE_RULES = Path(__file__).parent / "house_rules.yaml"


@lru_cache(maxsize=1)
def house_rules() -> Mapping[str, Clock]:
    """All of them by key."""
    data: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(HOUSE_RULES.read_text(encoding="utf-8"))
    return MappingProxyType({rule.key: rule for rule in map(Clock.model_validate, data)})


@lru_cache(maxsize=1)
def own_conventions() -> Mapping[str, Clock]:
    """Those that no law says: days on which this house looks again, by key."""
    return MappingProxyType({key: rule for key, rule in house_rules().items() if rule.type == "internal"})


def house_rule(key: str) -> Clock:
    """One of them. Raises KeyError."""
    return house_rules()[key]


def amount_of(key: str) -> int:
    """How many of its units one of them counts. Raises KeyError, LookupError for one that names no period."""
    amount = house_rule(key).amount
    if amount is None:
        raise LookupError(f"{key} names no period")
    return amount
