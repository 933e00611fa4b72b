"""Figures held against each other: what adds up, what is left open, what contradicts itself; never corrected."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.recommendations.rules import NAMES, PARTS, Figures, Sum, added_up, counted, differing, place_of

NAM = Figures(total=266, implemented=2, not_implemented=226)
COALITION = Figures(266, 252, 2, 24, 226, 14)
COUNTS = st.integers(0, 400)
MAYBE = st.none() | COUNTS
ANY = st.builds(Figures, *(MAYBE for _name in NAMES))


@st.composite
def that_add_up(draw: st.DrawFn) -> Figures:
    parts = [draw(COUNTS) for _part in PARTS]
    return Figures(sum(parts), sum(parts[:3]), *parts)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (NAM, [(Sum.PARTS, 228, 266, 38, True)]),
        (
            COALITION,
            [(Sum.PARTS, 266, 266, 0, False), (Sum.ASSESSED, 252, 252, 0, False), (Sum.HALVES, 266, 266, 0, False)],
        ),
        (replace(COALITION, partially=25), [(Sum.PARTS, 267, 266, -1, False), (Sum.ASSESSED, 253, 252, -1, False),
                                            (Sum.HALVES, 266, 266, 0, False)]),
        (replace(COALITION, total=280), [(Sum.PARTS, 266, 280, 14, False), (Sum.ASSESSED, 252, 252, 0, False),
                                         (Sum.HALVES, 266, 280, 14, False)]),
        (Figures(total=10, implemented=11), [(Sum.PARTS, 11, 10, -1, False)]),
        (Figures(total=266), []),
        (Figures(implemented=2, not_implemented=226), []),
        (Figures(assessed=252, total=266), []),
        (Figures(total=0, implemented=0), [(Sum.PARTS, 0, 0, 0, False)]),
    ],
)  # fmt: skip
def test_what_the_stated_figures_come_to(stated: Figures, expected: list[tuple[Sum, int, int, int, bool]]) -> None:
    assert [(one.kind, one.come_to, one.whole, one.off, one.is_open) for one in added_up(stated)] == expected


def test_what_the_source_leaves_open_is_named() -> None:
    assert added_up(NAM)[0].missing == ("partially", "not_assessed")


@given(that_add_up())
def test_what_adds_up_is_never_doubted(figures: Figures) -> None:
    sums = added_up(figures)
    assert [one.kind for one in sums] == list(Sum) and all(one.adds_up for one in sums)


@given(that_add_up(), st.sampled_from(NAMES), st.integers(1, 50))
def test_one_figure_more_is_noticed_wherever_it_stands(figures: Figures, name: str, more: int) -> None:
    wrong = replace(figures, **{name: getattr(figures, name) + more})
    assert any(not one.adds_up and not one.is_open for one in added_up(wrong))
    assert [one.name for one in differing(wrong, figures)] == [name]


@given(ANY)
def test_any_figures_can_be_looked_at_and_none_is_changed_or_made_up(figures: Figures) -> None:
    before = replace(figures)
    for one in added_up(figures):
        stated = {getattr(figures, name) for name in NAMES} - {None}
        assert one.whole in stated and {value for _name, value in one.parts} <= stated
        assert one.adds_up + one.is_open <= 1
    assert figures == before


@given(ANY, ANY)
def test_what_nobody_states_differs_from_nothing(stated: Figures, here: Figures) -> None:
    told = differing(stated, here)
    assert all(None not in (one.stated, one.counted) and one.stated != one.counted for one in told)
    assert differing(stated, stated) == []
    assert [(one.name, one.counted, one.stated) for one in differing(here, stated)] == [
        (one.name, one.stated, one.counted) for one in told
    ]


@given(st.lists(st.sampled_from(["implemented", "partially", "not", "not_assessed"])), st.integers(0, 9))
def test_rows_are_counted_whatever_they_say(latest: list[str], unseen: int) -> None:
    here = counted(len(latest) + unseen, latest)
    assert (here.assessed or 0) + (here.not_assessed or 0) == len(latest)
    assert here.total == len(latest) + unseen


def test_numbers_are_sorted_figure_by_figure() -> None:
    numbers = ["138.9", "138.45", "139.1", "138.45a", None, "138.100", "A.2"]
    assert sorted(numbers, key=place_of) == ["138.9", "138.45", "138.45a", "138.100", "139.1", "A.2", None]
    assert place_of(" 138.45 ") == place_of("138.45") and place_of("") == place_of(None)
