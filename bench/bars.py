"""What each figure must reach (docs: architecture, "Performance habits"), and whether it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.measure import Figures

LISTS = ("home", "cases", "follow-ups", "board")
"""Beginnings of the names of the pages that are used all day."""
CASE_PAGE, MOVE = "case page", "change of status, confirmed"
LIST_P50_MS, LIST_P95_MS, TIMES_FLOOR = 20.0, 40.0, 4.0
CASE_PAGE_MS, MOVE_MS = 15.0, 25.0
PAGE_KB, ASSETS_KB, PROCESS_MB = 60.0, 250.0, 150.0
GROWTH = 1.3
LISTS_PER_SECOND = 100.0


@dataclass(frozen=True)
class Bar:
    """One figure and its bar: at most `bar`, or at least where `at_least`."""

    what: str
    figure: float
    bar: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "is_met": self.is_met}


def bars_of_pages(rows: Sequence[Figures]) -> Iterator[Bar]:
    """Time and weight of each page at the largest size, and how it grew from the smallest."""
    largest, smallest = max(row.size for row in rows), min(row.size for row in rows)
    for row in rows:
        if row.size != largest or row.name == "floor":
            continue
        yield from _bars_of_time(row)
        if row.name != MOVE:
            yield Bar(f"{row.name}: HTML", row.kilobytes, PAGE_KB, "KB")
    if smallest < largest:
        yield from _bars_of_growth(rows, smallest, largest)


def _bars_of_time(row: Figures) -> Iterator[Bar]:
    if row.name.startswith(LISTS):
        yield Bar(f"{row.name}: p50", row.p50_ms, LIST_P50_MS, "ms")
        yield Bar(f"{row.name}: p95", row.p95_ms, LIST_P95_MS, "ms")
        yield Bar(f"{row.name}: p50 beside the floor", row.times_floor, TIMES_FLOOR, "times")
    elif row.name == CASE_PAGE:
        yield Bar(f"{row.name}: p50", row.p50_ms, CASE_PAGE_MS, "ms")
    elif row.name == MOVE:
        yield Bar(f"{row.name}: p50", row.p50_ms, MOVE_MS, "ms")


def _bars_of_growth(rows: Sequence[Figures], smallest: int, largest: int) -> Iterator[Bar]:
    """Each beside the floor page of its own minute: the sizes are measured minutes apart, and hosts change speed."""
    before = {row.name: row.times_floor for row in rows if row.size == smallest}
    for row in rows:
        if row.size == largest and row.name in before and row.name != "floor":
            what = f"{row.name}: from {smallest:,} to {largest:,} cases"
            yield Bar(what, row.times_floor / before[row.name], GROWTH, "times")


def table(bars: Sequence[Bar]) -> str:
    """Aligned text: what missed its bar stands first."""
    lines = [f"{'bar':<62}{'figure':>9}{'bar':>10}  unit"]
    for bar in sorted(bars, key=lambda bar: bar.is_met):
        sign = "≥" if bar.at_least else "≤"
        verdict = "met" if bar.is_met else "MISSED"
        lines.append(f"{bar.what:<62}{bar.figure:>9.1f}{sign:>4}{bar.bar:>6.4g}  {bar.unit:<9}{verdict}")
    return "\n".join(lines)
