"""Events of a file that start a clock by hand: the rule is one of the pathway, and says whose day it takes. Pure."""

from __future__ import annotations

from tracker.cases.starting import LONGEST_PARTY, counts_per_party, counts_per_state, rule_of, rules_to_start
from tracker.core.countries import COUNTRY_CODES
from tracker.interchange.findings import Findings, at_key
from tracker.interchange.matching import Entry
from tracker.pathways.schema import Clock, Definition


def report_start(definition: Definition, path: str, entry: Entry, findings: Findings) -> None:
    """Every fault of the keys `clock_rule`, `clock_party`, `clock_on` of an event of the file."""
    key, party = entry.value("clock_rule"), entry.value("clock_party")
    if key is None:
        for name in ("clock_party", "clock_on"):
            if entry.value(name) is not None:
                findings.error(at_key(path, name), "it needs a clock_rule")
        return
    rule = rule_of(definition, key)
    if rule is None or rule not in rules_to_start(definition):
        known = ", ".join(one.key for one in rules_to_start(definition))
        findings.error(at_key(path, "clock_rule"), f"{key[:60]!r} is no rule of this pathway with a period: {known}")
    else:
        _report_party(definition, path, rule, party, findings)
    if entry.value("status") is not None:
        findings.error(at_key(path, "clock_rule"), "an event with a status starts its clocks by itself")
    if not (entry.value("source") or "").strip():
        findings.error(at_key(path, "source"), "an event that starts a clock by hand needs a source")


def _report_party(definition: Definition, path: str, rule: Clock, party: str | None, findings: Findings) -> None:
    at = at_key(path, "clock_party")
    if party is None:
        if counts_per_state(definition, rule):
            findings.error(at, "each State has its own day here; name the State by its code, such as LT")
    elif not counts_per_party(definition, rule):
        findings.error(at, "this rule knows one day for all; leave it out")
    elif counts_per_state(definition, rule) and party not in COUNTRY_CODES:
        findings.error(at, f"{party[:40]!r} is no code of a State, such as LT")
    elif len(party) > LONGEST_PARTY or not party.isprintable():
        findings.error(at, f"more than {LONGEST_PARTY} characters, or some that can't be shown")
