"""What the page of periods says in a line: of a record, and of a term that the history tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.cases.models import CaseEvent
from tracker.followups.today import today_here
from tracker.pathways.schema import Definition
from tracker.periods.models import PeriodRecord
from tracker.periods.queries import PeriodLine, ordered, span_of
from tracker.periods.rules import latest, seams
from tracker.periods.told import Term
from tracker.periods.words import KIND_WORDS, seam_words, span_words, state_words


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term that the history tells: the entry that grants it, what lies before it, and what still has to be said."""

    event: CaseEvent
    words: str
    state: str
    before: str
    status: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record among those of its case: where it stands now, and what is missing in it."""

    record: PeriodRecord
    kind: str
    now: str
    count: int
    gaps: int


def record_line(record: PeriodRecord, entered: Sequence[PeriodLine]) -> RecordLine:
    """Where a record stands."""
    standing = ordered(line.period for line in entered)
    spans = [span_of(one) for one in standing]
    last = latest(spans)
    now = f"{span_words(last)}: {state_words(last, today_here())}" if last is not None else ""
    gaps = sum(1 for found in seams(spans) if seam_words(found))
    return RecordLine(record, str(KIND_WORDS[record.kind]), now, len(standing), gaps)


def term_line(definition: Definition, term: Term, today: date) -> TermLine:
    """In words; `is_asked` where the entry doesn't say until when, which only it can be made to say."""
    row = definition.by_key.get(term.event.status)
    return TermLine(
        term.event,
        span_words(term.span),
        state_words(term.span, today),
        seam_words(term.before),
        row.label if row is not None else "",
        is_asked=term.span.end.earliest is None,
    )
