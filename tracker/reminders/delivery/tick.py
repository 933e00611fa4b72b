"""One tick: make what recurs by date, look up what is uncertain, plan, gather digests, and send what is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text

from config import Settings
from tracker.core import clock
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.followups.recurrence import make_due
from tracker.reminders import outbox
from tracker.reminders.delivery import standstill, uncertain
from tracker.reminders.delivery.desk import DATABASE_GONE
from tracker.reminders.delivery.fleet import Fleet
from tracker.reminders.delivery.gathering import gather
from tracker.reminders.delivery.lookup import look_ups
from tracker.reminders.delivery.pace import Rates
from tracker.reminders.delivery.postman import BATCH, Postman, Tally
from tracker.reminders.delivery.sightings import mark_seen
from tracker.reminders.delivery.uncertain import Inquiry
from tracker.reminders.letters import Letterhead
from tracker.reminders.planning import sweeping as planning
from tracker.reminders.planning.alarm import plan_watchdog
from tracker.reminders.terms import Terms

log = logging.getLogger(__name__)

MOST_HELPERS = 3
GoOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class TickReport:
    """What a tick did, in rows. `is_done`: the time was enough for all that could be done."""

    planned: int
    sent: int
    deferred: int
    dead: int
    cancelled: int
    is_done: bool


class Tick:
    """One run over everything that is due. Each part goes on without the others: a fault in one stops no mail."""

    def __init__(
        self, database: Database, settings: Settings, go_on: GoOn, call_helpers: Callable[[int], None] | None
    ) -> None:
        self._database = database
        self._settings = settings
        self._go_on = go_on
        self._call_helpers = call_helpers
        self._terms = Terms.of(settings)
        self._head = Letterhead.of(settings.mail_from, settings.base_url, settings.secret_key)
        self._has_faults = False
        self._planned = 0

    def run(self, names: Sequence[str]) -> TickReport:
        """Everything once. `names`: what else shows itself alive by it. Raises OperationalError without a database."""
        is_awake = self._begin(names)
        all_planned = self._plan()
        may_send = is_awake or standstill.make_up_for(self._database, self._terms, self._now, self._plan)
        tally, is_drained = self._send() if may_send else (Tally(), True)
        is_done = all_planned and is_drained
        with self._part("the end"):
            self._end(is_whole=is_done and may_send)
        return TickReport(self._planned, tally.sent, tally.deferred, tally.dead, tally.cancelled, is_done)

    def _begin(self, names: Sequence[str]) -> bool:
        """Show that we live; False after a standstill that nobody has made up for yet."""
        with self._database.unit_of_work(PLANNER) as session:
            # A sighting that a crash loses is made again by the next tick: no waiting for the disk.
            now, _ = session.execute(select(func.now(), func.set_config("synchronous_commit", "off", True))).one()
            self._began: datetime = clock.set_by_hand() or now
            self._began_at = time.monotonic()
            mark_seen(session, "tick", *names)
            return standstill.note_going(session, self._began, self._terms)

    def _end(self, *, is_whole: bool) -> None:
        """What could not be sent by now is late: the alarm. A whole tick without a fault is seen as done."""
        with self._database.unit_of_work(PLANNER) as session:
            plan_watchdog(session, self._now)
            if is_whole and not self._has_faults:
                session.execute(select(func.set_config("synchronous_commit", "off", True)))
                mark_seen(session, "done")

    @property
    def _now(self) -> datetime:
        """By the database's clock, unless it was set by hand: a host whose clock is wrong sends nothing early."""
        return clock.set_by_hand() or self._began + timedelta(seconds=time.monotonic() - self._began_at)

    def _plan(self) -> bool:
        """Make what recurs, take back what dead workers held, and plan; whether all is planned."""
        with self._part("recurrence"):
            self._recur()
        with self._part("look-up"):
            self._clear_up()
        is_planned = False
        with self._part("planning"):
            is_planned = self._sweep()
        with self._part("gathering"), self._database.unit_of_work(PLANNER) as session:
            gather(session, self._now)
        return is_planned or self._has_faults

    def _recur(self) -> None:
        set_aside: set[UUID] = set()
        while self._go_on():
            with self._database.unit_of_work(PLANNER) as session:
                if not make_due(session, self._now, set_aside=set_aside):
                    return

    def _clear_up(self) -> None:
        settings = self._settings
        places = look_ups(settings)
        inquiry = Inquiry(self._database, places, self._head.domain, self._terms, settings.resends_uncertain)
        while self._go_on():
            if inquiry.clear_up(self._now) < uncertain.BATCH:
                return

    def _sweep(self) -> bool:
        while self._go_on():
            with self._database.unit_of_work(PLANNER) as session:
                taken_back = outbox.take_back(session)
                added, looked_at = planning.sweep(session, self._now)
            self._planned += added
            if looked_at == planning.BATCH:
                self._planned += planning.sweep_side_by_side(self._database, lambda: self._now, self._go_on)
            if not looked_at and not taken_back:
                return True
        return False

    def _send(self) -> tuple[Tally, bool]:
        """Drain; without a relay nothing is sent."""
        settings = self._settings
        if not settings.smtp_urls:
            return Tally(), True
        with self._part("asking for help"):
            self._ask_for_help()
        with Fleet.of(settings.smtp_urls, self._head.domain, self._terms) as fleet:
            postman = Postman(
                self._database,
                fleet,
                self._head,
                self._terms,
                Rates.of(settings),
                settings.bounce_address,
                bare_without_key=settings.mail_without_key == "minimal",
            )
            is_drained = postman.drain(self._go_on)
        return postman.tally, is_drained

    def _ask_for_help(self) -> None:
        """A backlog is drained by several workers: one of them tells some others."""
        if self._call_helpers is None:
            return
        share = 2 * BATCH
        with self._database.unit_of_work(PLANNER) as session:
            waiting = session.scalars(_WAITING, {"now": self._now, "most": share * (MOST_HELPERS + 1)}).one()
        if helpers := min(MOST_HELPERS, waiting // share):
            self._call_helpers(helpers)

    @contextmanager
    def _part(self, name: str) -> Iterator[None]:
        try:
            yield
        except DATABASE_GONE:
            raise
        except Exception as error:
            self._has_faults = True
            log.error("%s failed, the tick goes on: %s", name, type(error).__name__)


_WAITING = text(
    "SELECT count(*) FROM (SELECT FROM reminders WHERE status = 'planned' AND via = 'mail' AND send_at <= :now"
    " LIMIT :most) AS waiting"
)


def tick(
    database: Database,
    settings: Settings,
    budget_s: float | None = None,
    *,
    names: Sequence[str] = (),
    may_go_on: GoOn = lambda: True,
    call_helpers: Callable[[int], None] | None = None,
) -> TickReport:
    """Plan and send until nothing is due, for about `budget_s` seconds, while `may_go_on` says so.

    Any number of ticks may run side by side: rows are claimed, follow-ups are locked, both skipping what others hold.
    `call_helpers` is told how many other workers could help with a backlog. Raises OperationalError when the database
    is gone.
    """
    end = None if budget_s is None else time.monotonic() + budget_s

    def go_on() -> bool:
        return may_go_on() and (end is None or time.monotonic() < end)

    return Tick(database, settings, go_on, call_helpers).run(names)
