"""Every page about reminders, on one blueprint."""

from __future__ import annotations

from tracker.reminders.pages import (
    act_views,
    bell_views,
    ledger_views,
    metrics_views,
    rules_views,
    watchdog_views,
    wishes_views,
)
from tracker.reminders.pages.blueprint import blueprint

__all__ = [
    "act_views",
    "bell_views",
    "blueprint",
    "ledger_views",
    "metrics_views",
    "rules_views",
    "watchdog_views",
    "wishes_views",
]
