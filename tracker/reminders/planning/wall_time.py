"""From a wall clock to an instant: the one place where a local time of day becomes UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone with the IANA name `name`; UTC when there is none, so that a mail goes at an odd hour, not never."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=16384)
def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` on `day`.

    A time that a change of clocks skips gives the first instant after the gap; one that comes twice gives the first.
    """
    local = datetime.combine(day, wall)
    instant = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # In a gap the two readings lie on both sides of the change: fold=1 before it, fold=0 after it.
    return _change_between(local.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def instants_of(day: date, wall: time, zone: ZoneInfo) -> list[datetime]:
    """Every UTC instant at which clocks in `zone` show `wall` on `day`, in order: one, or two where they go back."""
    first = instant_of(day, wall, zone)
    second = datetime.combine(day, wall).replace(tzinfo=zone, fold=1).astimezone(UTC)
    return [first, second] if second > first else [first]


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant in (before, after] with the offset of `after`, to the second."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that `instant` falls on in `zone`."""
    return instant.astimezone(zone).date()
