"""Where days lie on a timeline, how vague dates are drawn, and that labels keep clear of each other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.dates import VagueDate
from tracker.pages.timeline_drawing import Entry, bands, extent, marks
from tracker.pages.timeline_scale import DAYS, DECADES, MONTHS, WIDTH, YEARS, ZOOMS, fitting_zoom, window_of
from tracker.pathways.registry import load_default
from tracker.pathways.schema import Definition

TODAY = date(2026, 11, 22)
NOBODY_KNOWS = VagueDate()


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load_default(None).get("country_accession")


def entry(when: VagueDate, status: str | None = None, summary: str = "Something happened") -> Entry:
    return Entry(f"{when}-{status}", summary, status, when.earliest, when.latest, when, when.exact is not None)


@pytest.mark.parametrize(
    ("first", "zoom"),
    [
        (date(2026, 10, 20), DAYS),
        (date(2025, 8, 1), MONTHS),
        (date(2019, 1, 1), YEARS),
        (date(1994, 1, 1), DECADES),
        (date(1891, 1, 1), DECADES),
    ],
)
def test_the_closest_look_that_shows_everything_is_chosen(first: date, zoom: str) -> None:
    assert fitting_zoom(first, TODAY) == zoom
    window = window_of(zoom, first, TODAY)
    assert window.first <= first and window.last >= TODAY


@given(st.sampled_from(ZOOMS), st.dates(date(1, 1, 1), date(9999, 12, 31)), st.dates(date(1900, 1, 1), TODAY))
def test_any_stretch_can_be_looked_at(zoom: str, around: date, first: date) -> None:
    window = window_of(zoom, first, TODAY, around)
    places = [tick.x for tick in window.ticks()]
    assert window.first < window.last and places and places == sorted(places) and places[-1] < WIDTH


def test_a_vague_date_is_a_range_and_an_exact_one_a_point(definition: Definition) -> None:
    entries = [
        entry(VagueDate("2024-06-15")),
        entry(VagueDate("2024-06")),
        entry(VagueDate("2024")),
        entry(VagueDate(None, "2023-01", "2023-03")),
    ]
    window = window_of(YEARS, date(2022, 1, 1), TODAY)
    found, _lanes = marks(definition, entries, window)
    by_key = {mark.entry.when: mark for mark in found}
    exact, month, year, between = (by_key[one.when] for one in entries)
    assert exact.width == 0 and not exact.soft_start
    assert 0 < month.width < year.width and month.soft_start and month.soft_end
    assert between.x == window.x(date(2023, 1, 1)) and between.x + between.width == pytest.approx(
        window.x(date(2023, 4, 1)), 0.2
    )


def test_an_unknown_date_is_on_no_line(definition: Definition) -> None:
    entries = [entry(NOBODY_KNOWS), entry(VagueDate("2024-06-15"))]
    assert entries[0].is_unknown and not entries[1].is_unknown
    found, _lanes = marks(definition, entries, window_of(YEARS, date(2022, 1, 1), TODAY))
    assert [mark.entry.when.text for mark in found] == ["2024-06-15"]
    assert extent(entries, TODAY) == (date(2024, 6, 15), TODAY)


@given(st.lists(st.dates(date(2018, 1, 1), TODAY), min_size=1, max_size=40))
def test_no_label_lies_on_another(days: list[date]) -> None:
    definition = load_default(None).get("country_accession")
    entries = [entry(VagueDate(day.isoformat())) for day in days]
    found, lanes = marks(definition, entries, window_of(YEARS, min(days), TODAY))
    assert {mark.lane for mark in found} == set(range(lanes))
    words = len("Something happened") * 6.4
    for lane in range(lanes):
        ends = 0.0
        for mark in (one for one in found if one.lane == lane):
            start = mark.text_x - words if mark.anchor == "end" else mark.x
            assert start >= ends
            ends = max(mark.x, mark.text_x + (0 if mark.anchor == "end" else words))


def test_statuses_are_bands_until_the_next_one_and_today(definition: Definition) -> None:
    entries = [
        entry(VagueDate("2024-01-01"), "considering"),
        entry(VagueDate("2025"), "political_support"),
        entry(VagueDate("2025-09-01")),
    ]
    window = window_of(YEARS, date(2024, 1, 1), TODAY)
    first, second = bands(definition, entries, window, TODAY)
    assert (first.phase, second.phase) == tuple(definition.status(one.status or "").phase for one in entries[:2])
    assert first.x + first.width == pytest.approx(second.x, 0.2) and second.x == window.x(date(2025, 1, 1))
    assert second.x + second.width == pytest.approx(window.x(TODAY), 0.2)
    assert second.soft_start and not first.soft_start


@given(
    st.lists(st.tuples(st.dates(date(2018, 1, 1), TODAY), st.integers(0, 3000)), min_size=1, max_size=20),
    st.integers(1, 60),
)
def test_no_label_runs_over_its_own_bar_or_out_of_the_picture(stretches: list[tuple[date, int]], letters: int) -> None:
    definition = load_default(None).get("country_accession")
    entries = [
        entry(
            VagueDate(None, day.isoformat(), date.fromordinal(day.toordinal() + days).isoformat()),
            summary="m" * letters,
        )
        for day, days in stretches
    ]
    found, _lanes = marks(definition, entries, window_of(YEARS, min(day for day, _days in stretches), TODAY))
    for mark in found:
        words = len(mark.label) * 6.4
        if not mark.label:
            continue
        if mark.anchor == "end":
            assert mark.text_x - words >= 0
            assert mark.text_x < mark.x
        else:
            assert mark.x + mark.width < mark.text_x
            assert mark.text_x + words <= WIDTH
