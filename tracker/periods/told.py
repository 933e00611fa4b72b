"""The terms that the history of a case itself tells, as periods of one record: nobody types them again. Pure.

An entry that grants a term opens a period, one that renews it the next. Whoever doesn't see an entry doesn't see its
period (ADR 24), and what an entry doesn't say is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from tracker.core.dates import VagueDate
from tracker.pathways.schema import Definition
from tracker.periods.rules import Between, Seam, Span, seam

TERMS = {"mandate_term": "mandate"}
"""Rules of which each entry that names their date grants what this kind of record holds."""
_DAY = timedelta(days=1)
_NOTHING = Seam(Between.NOTHING)


class Entry(Protocol):
    """What is asked of an entry of a history."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str | None: ...
    @property
    def when(self) -> VagueDate: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Term:
    """A period as the history tells it. `event` granted it; `before`: what lies between it and the term before."""

    event: Any
    span: Span
    before: Seam = _NOTHING


def kind_of_terms(definition: Definition) -> str | None:
    """The kind of record that the history of a case of this pathway makes; None where it makes none."""
    return next((TERMS[clock.key] for clock in definition.clocks if clock.key in TERMS), None)


def terms_of(definition: Definition, entries: Iterable[Entry]) -> list[Term]:
    """The terms that `entries`, in order and none of them voided, grant and renew; one after the other."""
    opening = {status for rule in definition.clocks if rule.key in TERMS for status in rule.trigger.statuses}
    terms: list[Term] = []
    goes_on = False
    for entry in entries:
        if entry.status in opening:
            terms.append(_opened(entry, terms[-1].span if terms else None))
            goes_on = True
            continue
        row = definition.by_key.get(entry.status) if entry.status is not None else None
        if goes_on and row is not None and row.phase == "closed":
            terms[-1] = _ended(terms[-1], entry)
        goes_on = goes_on and (entry.status is None or (row is not None and row.keeps_period))
        if goes_on and entry.expires_on is not None:
            terms[-1] = replace(terms[-1], span=replace(terms[-1].span, end=_on(entry.expires_on)))
    return terms


def _opened(entry: Entry, last: Span | None) -> Term:
    """A renewal that was adopted before the end goes on from there, unless it says from when."""
    begin = _on(entry.effective_on) if entry.effective_on is not None else entry.when
    end = _on(entry.expires_on) if entry.expires_on is not None else VagueDate()
    if last is None:
        return Term(entry, Span(entry.id, begin, end))
    until, adopted_by = last.end.exact, begin.latest
    if entry.effective_on is None and until is not None and adopted_by is not None and adopted_by <= until:
        begin = _on(until + _DAY)
    span = Span(entry.id, begin, end)
    return Term(entry, span, seam(last, span))


def _ended(term: Term, entry: Entry) -> Term:
    """An end that no act named is that of the entry which says that it is over."""
    known = term.span.end.earliest is not None
    return term if known else replace(term, span=replace(term.span, end=entry.when))


def _on(day: date) -> VagueDate:
    return VagueDate(day.isoformat())
