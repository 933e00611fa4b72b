"""A tick that can be held at an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.acting import act_as
from tests.support.settings import make_settings
from tests.support.smtp import SmtpSink
from tracker.core import clock
from tracker.core.database import Database
from tracker.reminders.delivery.tick import TickReport
from tracker.reminders.delivery.tick import tick as run_tick

__all__ = ["act_as", "tick"]

Tick = Callable[..., TickReport]


@pytest.fixture
def tick(database: Database, database_url: str, smtp_sink: SmtpSink, tmp_path: Path) -> Tick:
    """`tick(at=…, **settings)`: one tick into the sink, at an instant."""

    def at_instant(at: datetime | None = None, **changes: Any) -> TickReport:
        said = {"database_url": database_url, "smtp_url": smtp_sink.url, "base_url": "https://tracker.example.org"}
        settings = make_settings(tmp_path, **(said | changes))
        if at is None:
            return run_tick(database, settings)
        with clock.fixed(at):
            return run_tick(database, settings)

    return at_instant
