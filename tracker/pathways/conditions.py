"""What the facts of a case rule out or ask for: prohibitions, subtypes, levels of confidentiality. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tracker.pathways.schema import Definition, Prohibition
from tracker.pathways.vocabulary import LEVELS


def forbidden(definition: Definition, details: Mapping[str, object], target: str) -> int | None:
    """Which of the prohibitions the facts of this case bring upon ``target``, by its place, or None."""
    for place, prohibition in enumerate(definition.prohibitions):
        if prohibition.status == target and _bites(prohibition, details):
            return place
    return None


def subtype_of(definition: Definition, details: Mapping[str, object], statuses: Iterable[str] = ()) -> str | None:
    """The subtype that a case names; else the one that its statuses betray; else the definition's default."""
    said = details.get("subtype")
    if isinstance(said, str) and said in {subtype.key for subtype in definition.subtypes}:
        return said
    seen = set(statuses)
    for subtype in definition.subtypes:
        if seen.intersection(subtype.statuses):
            return subtype.key
    return definition.default_subtype


def other_owners(definition: Definition, details: Mapping[str, object], target: str) -> tuple[str, ...]:
    """The subtypes that ``target`` belongs to, where the case names another one; else none."""
    said = details.get("subtype")
    known = {subtype.key for subtype in definition.subtypes}
    owners = tuple(subtype.key for subtype in definition.subtypes if target in subtype.statuses)
    return owners if definition.subtypes_exclusive and said in known and said not in owners else ()


def required_level(definition: Definition, status: str | None) -> str | None:
    """The lowest confidentiality that the definition asks for in ``status``; None where it asks for none."""
    row = definition.by_key.get(status) if status else None
    return row.confidentiality.minimum if row is not None and row.confidentiality is not None else None


def default_level(definition: Definition, status: str | None) -> str:
    """What a new case in ``status`` starts with, unless a person says otherwise."""
    row = definition.by_key.get(status) if status else None
    said = row.confidentiality if row is not None else None
    asked = (said.default or said.minimum) if said is not None else None
    return asked or definition.default_level


def is_below(level: str, asked: str | None) -> bool:
    """Whether ``level`` is wider open than ``asked``."""
    return asked is not None and LEVELS.index(level) < LEVELS.index(asked)


def barred(definition: Definition, details: Mapping[str, object]) -> frozenset[str]:
    """Every status that the facts of this case rule out."""
    return frozenset(prohibition.status for prohibition in definition.prohibitions if _bites(prohibition, details))


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _bites(prohibition: Prohibition, details: Mapping[str, object]) -> bool:
    value = details.get(prohibition.detail)
    return value is not None and _pattern(prohibition.pattern).search(str(value)) is not None
