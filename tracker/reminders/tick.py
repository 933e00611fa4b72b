"""One tick: make the next of what recurs by date, take back what dead workers held, plan and send what is due."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from config import Settings
from tracker.core import clock
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.followups.recurrence import make_due
from tracker.reminders import outbox, planning
from tracker.reminders.delivery import Postman
from tracker.reminders.letters import Letterhead
from tracker.reminders.relay import Relay, RelayAddress


@dataclass(frozen=True, slots=True)
class TickReport:
    """What a tick did, in rows. `is_done`: the time was enough for all that could be done."""

    planned: int
    sent: int
    deferred: int
    dead: int
    cancelled: int
    is_done: bool


def tick(database: Database, settings: Settings, budget_s: float | None = None) -> TickReport:
    """Plan and drain until nothing is due, or for about `budget_s` seconds. Without a relay nothing is sent.

    Any number of ticks may run side by side: rows are claimed, follow-ups are locked, both skipping what others hold.
    """
    end = None if budget_s is None else time.monotonic() + budget_s

    def go_on() -> bool:
        return end is None or time.monotonic() < end

    planned, all_planned = _plan(database, go_on)
    if settings.smtp_url is None:
        return TickReport(planned, 0, 0, 0, 0, all_planned)
    head = Letterhead.of(settings.mail_from, settings.base_url)
    with Relay(RelayAddress.parse(settings.smtp_url), head.domain) as relay:
        postman = Postman(database, relay, head)
        is_drained = postman.drain(go_on)
    done = postman.tally
    return TickReport(planned, done.sent, done.deferred, done.dead, done.cancelled, all_planned and is_drained)


def _plan(database: Database, go_on: Callable[[], bool]) -> tuple[int, bool]:
    """Make what recurs, take back what dead workers held, and plan: (rows added, whether all is planned)."""
    planned = 0
    while go_on():
        with database.unit_of_work(PLANNER) as session:
            made = make_due(session, clock.now())
        if not made:
            break
    while go_on():
        with database.unit_of_work(PLANNER) as session:
            reclaimed = outbox.reclaim(session)
            added, looked_at = planning.sweep(session, clock.now())
        planned += added
        if not looked_at and not reclaimed:
            return planned, True
    return planned, False
