"""A stretch of time and where its days lie on a line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DECADES, YEARS, MONTHS, DAYS = "decades", "years", "months", "days"
ZOOMS = (DECADES, YEARS, MONTHS, DAYS)
LENGTH = {DECADES: 40 * 366, YEARS: 10 * 366, MONTHS: 548, DAYS: 45}
"""Days that a window of this zoom shows at least."""
WIDTH = 1000
EARLIEST, LATEST = date(1500, 1, 1), date(2400, 1, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the picture; `pattern` is how CLDR writes its label, empty for a line without one."""

    x: float
    day: date
    pattern: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, drawn WIDTH units wide."""

    zoom: str
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where `day` begins; outside the window it lies on its edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(min(max(share, 0.0), 1.0) * WIDTH, 1)

    def holds(self, first: date | None, last: date | None) -> bool:
        """Whether any day from `first` to `last` (None: open) lies inside."""
        return (first is None or first <= self.last) and (last is None or last >= self.first)

    @property
    def centre(self) -> date:
        return self.first + (self.last - self.first) / 2

    @property
    def step(self) -> timedelta:
        return (self.last - self.first) / 2

    def ticks(self) -> list[Tick]:
        return [tick for tick in _TICKS[self.zoom](self) if tick.x < WIDTH]


def fitting_zoom(first: date, last: date) -> str:
    """The closest look that shows all of it; decades where nothing else does."""
    length = (last - first).days
    return next((zoom for zoom in reversed(ZOOMS) if LENGTH[zoom] >= length), DECADES)


def window_of(zoom: str, first: date, last: date, around: date | None = None) -> Window:
    """All from `first` to `last` where the zoom shows as much, else the stretch around a day, or the last one."""
    length = timedelta(days=LENGTH[zoom])
    if around is None and (last - first <= length or zoom == DECADES):
        return Window(zoom, _floor(zoom, first), max(last, first + timedelta(days=min(LENGTH[zoom] // 3, 400))))
    centre = around if around is not None else last - length * 0.45
    centre = min(max(centre, EARLIEST + length), LATEST - length)
    return Window(zoom, _floor(zoom, centre - length / 2), centre + length / 2)


def _floor(zoom: str, day: date) -> date:
    day = max(day, EARLIEST)
    if zoom == DECADES:
        return date(day.year - day.year % 10, 1, 1)
    if zoom == YEARS:
        return date(day.year, 1, 1)
    return day.replace(day=1) if zoom == MONTHS else day - timedelta(days=day.weekday())


def _years(window: Window, every: int, pattern: str) -> list[Tick]:
    first = -(-window.first.year // every) * every
    return [
        Tick(window.x(date(year, 1, 1)), date(year, 1, 1), pattern)
        for year in range(first, window.last.year + 1, every)
    ]


def _decades(window: Window) -> list[Tick]:
    span = window.last.year - window.first.year
    return _years(window, 10 if span <= 150 else 50, "y")


def _months(window: Window) -> list[Tick]:
    found: list[Tick] = []
    day = window.first.replace(day=1)
    while day <= window.last:
        found.append(Tick(window.x(day), day, "LLL y" if day.month == 1 or not found else "LLL"))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _weeks(window: Window) -> list[Tick]:
    count = (window.last - window.first).days // 7 + 1
    days = [window.first + timedelta(days=7 * number) for number in range(count)]
    return [Tick(window.x(day), day, "d MMM") for day in days]


_TICKS = {
    DECADES: _decades,
    YEARS: lambda window: _years(window, 1, "y"),
    MONTHS: _months,
    DAYS: _weeks,
}
