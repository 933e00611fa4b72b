"""The terms of a mandate as the history of its case tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.dates import VagueDate
from tracker.pathways.registry import OWN_DIRECTORY, load_directories
from tracker.periods.rules import Between, Seam
from tracker.periods.told import Term, kind_of_terms, terms_of

REGISTRY = load_directories(OWN_DIRECTORY)
MANDATE = REGISTRY.get("un_mechanism")


@dataclass
class Entry:
    status: str | None
    on: str | None = "2024-04-04"
    expires_on: date | None = None
    effective_on: date | None = None
    id: UUID = field(default_factory=uuid4)

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.on)


def told(*entries: Entry) -> list[Term]:
    return terms_of(MANDATE, entries)


def said(terms: list[Term]) -> list[tuple[str | None, str | None]]:
    return [(term.span.begin.text, term.span.end.text) for term in terms]


def test_a_mandate_of_which_no_end_is_given_has_terms_without_an_end() -> None:
    terms = told(Entry("established"), Entry("reporting", "2024-09"), Entry("renewed", "2025-04-03"))
    assert said(terms) == [("2024-04-04", None), ("2025-04-03", None)]
    assert terms[1].before.kind is Between.UNKNOWN, "nobody reckons that a year is a day"


def test_a_renewal_before_the_end_goes_on_from_there_unless_it_says_from_when() -> None:
    first = Entry("established", expires_on=date(2025, 4, 4))
    until = date(2026, 4, 4)
    (_one, renewed) = told(first, Entry("renewed", "2025-04-03", until))
    assert (renewed.span.begin.text, renewed.before) == ("2025-04-05", Seam(Between.NOTHING))
    (_one, renewed) = told(first, Entry("renewed", "2025-04-03", until, effective_on=date(2025, 5, 1)))
    assert (renewed.span.begin.text, renewed.before) == ("2025-05-01", Seam(Between.GAP, 26, 26))


def test_a_renewal_after_the_end_leaves_the_gap_that_there_was() -> None:
    (_one, renewed) = told(Entry("established", expires_on=date(2025, 3, 31)), Entry("renewed", "2025-04-03"))
    assert renewed.before == Seam(Between.GAP, 2, 2)
    (_one, renewed) = told(Entry("established", expires_on=date(2025, 3, 31)), Entry("renewed", "2025-04"))
    assert renewed.before == Seam(Between.MAYBE, 0, 29)
    (_one, renewed) = told(Entry("established", expires_on=date(2025, 3, 31)), Entry("renewed", None))
    assert renewed.span.begin.earliest is None and renewed.before.kind is Between.UNKNOWN


def test_an_entry_within_a_term_may_say_until_when() -> None:
    later = date(2025, 4, 4)
    assert said(told(Entry("established"), Entry("reporting"), Entry(None, expires_on=later))) == [
        ("2024-04-04", "2025-04-04")
    ]
    assert said(told(Entry("established"), Entry("reporting", expires_on=later))) == [("2024-04-04", "2025-04-04")]


def test_what_ends_a_mandate_ends_a_term_of_which_no_end_was_known_and_no_other() -> None:
    assert said(told(Entry("established"), Entry("lapsed", "2025-05"))) == [("2024-04-04", "2025-05")]
    known = Entry("established", expires_on=date(2025, 4, 4))
    assert said(told(known, Entry("lapsed", "2025-05"))) == [("2024-04-04", "2025-04-04")]
    after = Entry(None, "2025-06-01", expires_on=date(2029, 1, 1))
    assert said(told(Entry("established"), Entry("lapsed", "2025-05"), after)) == [("2024-04-04", "2025-05")]


def test_a_draft_and_other_pathways_grant_no_term() -> None:
    assert told(Entry("proposed", expires_on=date(2025, 4, 4)), Entry("not_adopted")) == []
    assert terms_of(REGISTRY.get("sanctions"), [Entry("listed", expires_on=date(2025, 4, 4))]) == []
    assert (kind_of_terms(MANDATE), kind_of_terms(REGISTRY.get("sanctions"))) == ("mandate", None)


DAYS = st.dates(date(2012, 1, 1), date(2032, 1, 1))
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["established", "renewed", "reporting", "lapsed", None]), DAYS, st.none() | st.integers(1, 800)
    )
)


@pytest.mark.parametrize("width", [10, 7, 4])
@given(entries=ENTRIES)
def test_every_grant_is_one_term_and_none_begins_before_a_known_end_of_the_one_before(
    width: int, entries: list[tuple[str | None, date, int | None]]
) -> None:
    rows = [
        Entry(status, day.isoformat()[:width], day + timedelta(days=more) if more else None)
        for status, day, more in sorted(entries, key=lambda one: one[1])
    ]
    terms = told(*rows)
    assert [term.event for term in terms] == [row for row in rows if row.status in ("established", "renewed")]
    for before, after in pairwise(terms):
        assert after.before.kind is not Between.OVERLAP or before.span.end.earliest is None
