"""Clocks that a person starts by a day that no entry's own facts carry: by which rules, and what has to be said. Pure.

Such a day is an entry of the history that names its rule: it is dated, sourced, as secret as it has to be, corrected by
voiding and entering it anew, like every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from tracker.clocks.reckoning import has_period
from tracker.core.countries import COUNTRY_CODES
from tracker.core.dates import is_vague_date
from tracker.core.errors import Fault
from tracker.pathways.schema import Clock, Definition

LONGEST_PARTY = 60


def rules_to_start(definition: Definition) -> list[Clock]:
    """Those of the pathway by which a date can be reckoned from a day."""
    return [rule for rule in definition.clocks if has_period(rule)]


def rule_of(definition: Definition, key: str | None) -> Clock | None:
    return next((rule for rule in definition.clocks if rule.key == key), None)


def counts_per_state(definition: Definition, rule: Clock) -> bool:
    """Whether the pathway knows a day of its own for each State."""
    facts = (fact for row in definition.statuses for fact in row.facts if fact.key == rule.trigger.fact)
    return any(fact.type == "per_state" for fact in facts)


def counts_per_party(definition: Definition, rule: Clock) -> bool:
    """Whether the day may be another for each of several; what binds a court or an authority has one for all."""
    return rule.binds in ("party", "state") or counts_per_state(definition, rule)


def lies_ahead(rule: Clock) -> bool:
    """Whether the day that starts it may be one to come: a hearing counted back from, an end that an act prints."""
    return rule.backwards or rule.counting == "calendar"


def state_or_party(said: str | None) -> str | None:
    """A code of a State as codes are written, whatever the case it was typed in; else as it was typed."""
    return said.upper() if said is not None and said.upper() in COUNTRY_CODES else said


def check_start(definition: Definition, entry: Any) -> Iterator[Fault]:
    """What is wrong with an entry that names the rule of a clock, as far as that rule is concerned."""
    rule = rule_of(definition, entry.clock_rule)
    if rule is None or not has_period(rule):
        yield Fault("clock_rule", _("Choose one of the rules offered."))
    elif fault := _party_fault(definition, rule, entry.clock_party):
        yield Fault("clock_party", fault)
    if entry.status is not None:
        yield Fault("clock_rule", _("An entry that gives a status starts its clocks by itself."))
    if not (entry.source or "").strip():
        yield Fault("source", _("Say where the day is known from: no clock without its source."))
    if entry.clock_on is not None and not is_vague_date(entry.clock_on):
        yield Fault("clock_on", _("Write a date that exists, such as 2026-03-14, 14 Mar 2026, March 2026 or 2026."))


def _party_fault(definition: Definition, rule: Clock, party: str | None) -> str:
    if party is None:
        return str(_("Each State has its own day here: say which.")) if counts_per_state(definition, rule) else ""
    if not counts_per_party(definition, rule):
        return str(_("This rule knows one day for all: leave it empty."))
    if counts_per_state(definition, rule) and party not in COUNTRY_CODES:
        return str(_("Write the code of the State, such as LT."))
    if len(party) > LONGEST_PARTY or not party.isprintable():
        return str(_("A few words: not more than %(number)s characters.", number=LONGEST_PARTY))
    return ""
