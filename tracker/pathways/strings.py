"""Every English sentence of a definition that a page may show: the catalogue of translations is fed from here."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.pathways import options
from tracker.pathways.demands import KIND_DEMANDS
from tracker.pathways.offers import title_of
from tracker.pathways.schema import Clock, Definition, Status
from tracker.pathways.vocabulary import CONTACT_ROLES, LEVELS

ENGAGEMENT_KINDS = ("meeting", "call", "letter", "event")

GENERAL = (
    options.BEGIN,
    options.RETURN,
    options.AGAIN,
    options.JUMP_TO,
    *(fact.label for facts in KIND_DEMANDS.values() for fact in facts),
    *(key.replace("_", " ") for key in (*CONTACT_ROLES, *LEVELS, *ENGAGEMENT_KINDS)),
)
"""What the code itself says about every pathway."""


def translatable_strings(definition: Definition) -> tuple[str, ...]:
    """Labels, buttons, titles and notes, each once, in the order of the file."""
    return tuple(dict.fromkeys(text for text in _all(definition) if text))


def values_in_words(definition: Definition) -> tuple[str, ...]:
    """The values that the definition offers, as pages say them: `own referral` for own_referral."""
    of_facts = [fact.values for status in definition.statuses for fact in status.facts]
    of_details = [detail.values for detail in definition.details]
    values = (value for offered in (*of_facts, *of_details) for value in offered)
    return tuple(dict.fromkeys(value.replace("_", " ") for value in values))


def strings_of_rule(rule: Clock) -> tuple[str, ...]:
    """The same of one rule that belongs to no pathway; of a date of our own the source too, which is no text of law."""
    found = (*_of_clock(rule), *([rule.source] if rule.is_own_date else []))
    return tuple(dict.fromkeys(text for text in found if text))


def _all(definition: Definition) -> Iterator[str | None]:
    yield from (definition.label, definition.summary, definition.confidential)
    yield from (subtype.label for subtype in definition.subtypes)
    yield from (detail.label for detail in definition.details)
    yield from (flag.label for flag in definition.flags)
    for status in definition.statuses:
        yield from _of_status(status)
    yield from (prohibition.message for prohibition in definition.prohibitions)
    for clock in definition.clocks:
        yield from _of_clock(clock)


def _of_status(status: Status) -> Iterator[str | None]:
    yield from (status.label, status.note)
    yield from (move.verb for move in status.next)
    yield from (fact.label for fact in status.facts)
    yield from (title_of(status, template) for template in status.follow_ups)


def _of_clock(clock: Clock) -> Iterator[str | None]:
    yield from (clock.label, clock.trigger.event, clock.only_if, clock.extension, clock.note)
