"""The one source of now. Tests and the command line may set it; nobody else asks the system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The current instant in UTC, or the one that was set."""
    return _fixed.get() or datetime.now(UTC)


def set_by_hand() -> datetime | None:
    """The instant that somebody set; None while time runs by itself."""
    return _fixed.get()


def today(time_zone: str = "UTC") -> date:
    """The calendar day of now in `time_zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def fixed(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware) inside the block."""
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
