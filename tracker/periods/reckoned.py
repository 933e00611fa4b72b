"""By which rule a record's periods end, and what the rule comes to for one of them."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.clocks.reckoning import OutOfRange, Reckoning, reckon
from tracker.clocks.rulebook import rules_of
from tracker.core.dates import VagueDate
from tracker.pathways.schema import Clock
from tracker.pathways.store import definitions

RULES = ("eu_belarus_regime", "eu_russia_listings", "eu_ghrsr_listings", "interpol_retention")
"""Of the clock table those by which something granted runs out. Where an act prints its end, the act prevails."""


def rule_choices() -> Mapping[str, Clock]:
    """The rules that a record may name, by key, as they stand now."""
    known = rules_of(definitions().registry())
    return {key: known[key] for key in RULES if key in known}


def reckoned(rule_key: str | None, begin: VagueDate) -> Reckoning | None:
    """What the rule comes to from the day on which a period began; None without a rule, or without that day."""
    rule = rule_choices().get(rule_key or "")
    if rule is None or begin.exact is None:
        return None
    try:
        return reckon(rule, begin.exact)
    except OutOfRange:
        return None
