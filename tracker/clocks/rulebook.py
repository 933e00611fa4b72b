"""The rules of all pathways by their keys, and worked examples that each of them has to give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tracker.clocks.house import house_rules
from tracker.clocks.reckoning import Reckoning, has_period, reckon, with_period
from tracker.pathways.registry import OWN_DIRECTORY, Registry, load_directories
from tracker.pathways.schema import Clock

EXAMPLES = Path(__file__).parent / "examples.yaml"
FEWEST_EXAMPLES = 3


class UnknownRule(LookupError):
    """No rule has this key."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a rule must give for a trigger, from its source or from practice; `source` says which."""

    rule: str
    trigger_on: date
    due_on: date
    source: str
    calendar: str | None = None
    latest_filing: date | None = None
    period: str | None = None
    """`10 days`, where the act itself names it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example and what the rule gives for it."""

    example: Example
    found: Reckoning

    @property
    def is_right(self) -> bool:
        return (self.example.due_on, self.example.latest_filing) == (self.found.due_on, self.found.latest_filing)


def rules_of(registry: Registry) -> dict[str, Clock]:
    """Every rule by its key, in the order of the keys; pathways that share one agree about it."""
    return dict(sorted({clock.key: clock for definition in registry.all() for clock in definition.clocks}.items()))


@lru_cache(maxsize=1)
def own_rules() -> dict[str, Clock]:
    """The rules that ship: those of the pathways, and those of the house."""
    return dict(sorted({**rules_of(load_directories(OWN_DIRECTORY)), **house_rules()}.items()))


def find_rules(rules: dict[str, Clock], key: str) -> tuple[Clock, ...]:
    """The rule with this key (`de_stpo_172 (1)` is also a way to write it), else all variants that begin with it.

    Raises UnknownRule.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", key.strip().lower()).strip("_")
    if plain in rules:
        return (rules[plain],)
    variants = tuple(rule for name, rule in rules.items() if name.startswith(f"{plain}_"))
    if not variants:
        raise UnknownRule(f"'{key}' is no rule. `flask clock list` names them all.")
    if len(variants) > 1 and not all(map(has_period, variants)):  # several articles, not one with variants
        names = ", ".join(rule.key for rule in variants)
        raise UnknownRule(f"'{key}' is no rule, but these begin with it: {names}.")
    return variants


def longer_keys(rules: dict[str, Clock], key: str) -> tuple[str, ...]:
    """Other rules of the same article, whose keys go on where this one ends."""
    return tuple(name for name in rules if name.startswith(f"{key}_"))


def read_examples(file: Path = EXAMPLES) -> tuple[Example, ...]:
    """The examples of a file: by rule, a list of maps. Days are written YYYY-MM-DD."""
    data: dict[str, list[dict[str, Any]]] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return tuple(Example(rule, **fields) for rule, examples in data.items() for fields in examples)


@lru_cache(maxsize=1)
def own_examples() -> tuple[Example, ...]:
    """Those of the release."""
    return read_examples()


def examples_of(key: str) -> tuple[Example, ...]:
    return tuple(example for example in own_examples() if example.rule == key)


def try_examples(rules: dict[str, Clock], examples: Iterable[Example]) -> tuple[Outcome, ...]:
    """What the rules give for `examples`. Raises UnknownRule, NoPeriod, NotAPeriod, UnknownCalendar."""
    return tuple(
        Outcome(example, reckon(_rule_of(rules, example), example.trigger_on, example.calendar)) for example in examples
    )


def _rule_of(rules: dict[str, Clock], example: Example) -> Clock:
    rule = find_rules(rules, example.rule)[0]
    return rule if example.period is None else with_period(rule, example.period)


def too_few_examples(rules: dict[str, Clock], examples: Iterable[Example]) -> tuple[str, ...]:
    """The keys of rules with a period that have fewer examples than three."""
    counted = [example.rule for example in examples]
    return tuple(key for key, rule in rules.items() if has_period(rule) and counted.count(key) < FEWEST_EXAMPLES)
