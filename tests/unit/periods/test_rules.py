"""Periods beside each other: what overlaps, and which gaps are known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.dates import VagueDate
from tracker.periods.drawing import draw
from tracker.periods.rules import (
    Between,
    Seam,
    Span,
    ends_before_it_begins,
    in_order,
    latest,
    overlapped_by,
    seam,
    seams,
)


def span(begin: str | None, end: str | None, *, is_open: bool = False) -> Span:
    return Span((begin, end), VagueDate(begin), VagueDate(end), is_open)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (("2024-03-01", "2025-02-28"), ("2025-03-01", "2026-02-28"), Seam(Between.NOTHING)),
        (("2024-03-01", "2025-02-28"), ("2025-03-11", "2026-02-28"), Seam(Between.GAP, 10, 10)),
        (("2024-03-01", "2025-02-28"), ("2025-04", "2026-02-28"), Seam(Between.GAP, 31, 60)),
        (("2024-03-01", "2025-02"), ("2025-02-20", None), Seam(Between.MAYBE, 0, 18)),
        (("2024-03-01", None), ("2025-03-01", "2026-02-28"), Seam(Between.UNKNOWN, 0, None)),
        (("2024-03-01", "2025-02-28"), (None, "2026-02-28"), Seam(Between.UNKNOWN, 0, None)),
        (("2024-03-01", "2025-02-28"), ("2025-02-26", "2026-02-28"), Seam(Between.OVERLAP, 3, None)),
    ],
)
def test_what_lies_between_two_periods(before: tuple[str, str], after: tuple[str, str], found: Seam) -> None:
    assert seam(span(*before), span(*after)) == found


def test_an_open_period_overlaps_all_that_begins_later() -> None:
    open_one = span("2024-03-01", None, is_open=True)
    assert overlapped_by([open_one], span("2030-01-01", "2030-02-01")) == [open_one]
    assert overlapped_by([open_one], span("2023-01-01", "2024-02-29")) == []
    assert seam(open_one, span("2030-01-01", None)).kind is Between.OVERLAP


def test_what_only_may_overlap_is_not_refused() -> None:
    known = span("2024-03-01", "2025-02-28")
    assert overlapped_by([known], span("2025", "2026-02-28")) == []
    assert overlapped_by([known], span(None, "2026-02-28")) == []
    assert overlapped_by([span("2024-03-01", None)], span("2025-01-01", "2025-12-31")) == []
    assert overlapped_by([known], span("2025-01", "2026-02-28")) == [known]


def test_one_within_another_leaves_no_gap_after_the_shorter() -> None:
    long, short, later = span("2020", "2026-02-28"), span("2023-01-01", "2023-06-01"), span("2026-03-01", "2027-02-28")
    ordered = in_order([later, short, long])
    assert ordered == [long, short, later]
    assert [one.kind for one in seams(ordered)] == [Between.OVERLAP, Between.NOTHING]
    assert latest(ordered) == later
    assert latest([]) is None


def test_an_end_before_the_beginning_is_told() -> None:
    assert ends_before_it_begins(span("2025-03-01", "2025-02-28"))
    assert not ends_before_it_begins(span("2025-03", "2025"))
    assert not ends_before_it_begins(span("2025-03-01", None, is_open=True))


def _said(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


_days = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(_days, _days, _days, _days)
def test_exact_periods_have_a_gap_of_just_the_days_between_or_overlap(a: date, b: date, c: date, d: date) -> None:
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    one, other = (span(first.isoformat(), last.isoformat()) for first, last in ((a, b), (c, d)))
    before, after = in_order([one, other])
    shared = {a + timedelta(n) for n in range((b - a).days + 1)} & {c + timedelta(n) for n in range((d - c).days + 1)}
    found = seam(before, after)
    assert (found.kind is Between.OVERLAP) == bool(shared)
    if shared:
        assert found.least == len(shared)
    else:
        days = (max(a, c) - min(b, d)).days - 1
        assert found == (Seam(Between.GAP, days, days) if days else Seam(Between.NOTHING))


@given(st.lists(st.tuples(st.none() | _days, st.none() | _days, st.booleans()), max_size=5), _days)
def test_every_picture_stays_within_its_frame(said: list[tuple[date | None, date | None, bool]], today: date) -> None:
    spans = [
        span(_said(first), None if is_open else _said(last), is_open=is_open)
        for first, last, is_open in said
        if is_open or not first or not last or first <= last
    ]
    picture = draw(spans, today)
    if picture is not None:
        assert all(bar.x >= 0 and bar.width > 0 and bar.x + bar.width <= 1000.2 for bar in picture.bars)
        assert 0 <= picture.today_x <= 1000 and all(0 <= x <= 1000 for x, _year in picture.years)
