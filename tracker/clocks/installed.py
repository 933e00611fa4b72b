"""A rule as it holds here: what shipped, with what two persons decided laid over it (ADR 26). Pure.

A version holds the whole rule but what is the pathway's: label, trigger, which cases it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.pathways.schema import Clock

OF_THE_PATHWAY = frozenset({"key", "label", "trigger", "applies"})
OF_A_RULE = tuple(name for name in Clock.model_fields if name not in OF_THE_PATHWAY)


@dataclass(frozen=True, slots=True)
class Version:
    """What was decided last. `asked_by`, `agreed_by`: names, as far as the reader knows these people."""

    rule_key: str
    number: int
    what: str
    body: Mapping[str, Any]
    shipped: Mapping[str, Any]
    at: datetime
    asked_by: str | None = None
    agreed_by: str | None = None
    reason: str = ""
    source: str = ""

    @property
    def is_off(self) -> bool:
        return self.what == "switched_off"

    @property
    def names(self) -> str:
        """Both, where they are known to the reader."""
        return ", ".join(name for name in (self.asked_by, self.agreed_by) if name)


class InstalledRule(Clock):
    """A rule that two persons have decided about. `is_behind`: the release has said otherwise since."""

    decided: Version
    is_behind: bool = False

    @property
    def is_off(self) -> bool:
        """No date is computed from it."""
        return self.decided.is_off


Versions = Mapping[str, Version]
NO_VERSIONS: Versions = {}


def is_off(rule: Clock) -> bool:
    return isinstance(rule, InstalledRule) and rule.is_off


def is_unverified(rule: Clock) -> bool:
    """Nobody has seen its text: neither who wrote the release nor two persons here."""
    return rule.certainty in ("V2", "K")


def body_of(rule: Clock) -> dict[str, Any]:
    """What a version keeps of a rule."""
    return rule.model_dump(mode="json", include=set(OF_A_RULE))


def installed(rule: Clock, version: Version | None) -> Clock:
    """`rule`, as it ships, with `version` laid over it."""
    if version is None:
        return rule
    own = {name: getattr(rule, name) for name in OF_THE_PATHWAY}
    shipped, follows = body_of(rule), version.what == "restored"
    body = shipped if follows else {**shipped, **version.body}
    is_behind = not follows and differing(version.shipped, shipped) != []
    return InstalledRule.model_validate({**body, **own, "decided": version, "is_behind": is_behind})


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, before, after) of what the two say otherwise; a field that one of them does not know says what it says by
    default."""
    return [
        (name, before.get(name, _DEFAULTS[name]), after.get(name, _DEFAULTS[name]))
        for name in OF_A_RULE
        if before.get(name, _DEFAULTS[name]) != after.get(name, _DEFAULTS[name])
    ]


def _defaults() -> dict[str, Any]:
    least = Clock.model_validate(
        {
            "key": "x",
            "label": "x",
            "trigger": {"event": "x"},
            "type": "none",
            "binds": "nobody",
            "source": "x",
            "certainty": "V",
        }
    )
    return {name: value for name, value in body_of(least).items() if not Clock.model_fields[name].is_required()}


_DEFAULTS: dict[str, Any] = dict.fromkeys(OF_A_RULE) | _defaults()
