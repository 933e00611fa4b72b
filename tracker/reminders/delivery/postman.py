"""Draining the outbox: claim a batch, look again at each row, write its mail as the recipient, send it, settle it.

Rows are independent: whatever goes wrong with one is settled for that one, and the next is taken. Between the last line
of a mail and its final dot stands the fence (desk.Desk.fence): no dot goes without it, and a row that passed it is not
sent again before its relay was asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import UUID

from tracker.core import clock
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.reminders import outbox
from tracker.reminders.delivery.backoff import MOST_ATTEMPTS, MOST_RENDERINGS, next_try
from tracker.reminders.delivery.desk import DATABASE_GONE, Desk, Settlement
from tracker.reminders.delivery.envelope import envelope_sender
from tracker.reminders.delivery.fleet import Fleet
from tracker.reminders.delivery.openpgp_mail import encrypted
from tracker.reminders.delivery.pace import Rates
from tracker.reminders.delivery.preparing import Ready
from tracker.reminders.delivery.reading import Reader
from tracker.reminders.delivery.relay import Answer, Relay, Verdict
from tracker.reminders.delivery.throttle import PutBack, Throttle
from tracker.reminders.letters import BadAddress, Letterhead, write
from tracker.reminders.outbox import Batch, Claimed
from tracker.reminders.reasons import Reason
from tracker.reminders.terms import Terms

log = logging.getLogger(__name__)

BATCH = 100
TOGETHER = 20
"""So many mails to one person are looked at again in one transaction, just before they go."""
FRESH_S = 5.0
"""A mail that was looked at longer ago, behind slow ones, is looked at again."""
LONGEST_NAP_S = 1.0


@dataclass(slots=True)
class Tally:
    """What one draining did, in mails."""

    sent: int = 0
    deferred: int = 0
    dead: int = 0
    cancelled: int = 0

    def count(self, settlement: Settlement) -> None:
        """Add one settled row."""
        name = "deferred" if settlement.status == "planned" else settlement.status
        setattr(self, name, getattr(self, name) + 1)


@dataclass(slots=True)
class Postman:
    """Who drains: a database, ways to relays, the letterhead.

    `bare_without_key`: what is not encrypted says nothing of its matter.
    """

    database: Database
    fleet: Fleet
    head: Letterhead
    terms: Terms = field(default_factory=Terms)
    rates: Rates = field(default_factory=Rates)
    bounce_address: str | None = None
    bare_without_key: bool = False
    tally: Tally = field(default_factory=Tally)

    def drain(self, go_on: Callable[[], bool] = lambda: True) -> bool:
        """Send what is due while `go_on` says so. False: it said no before everything was done that can be done now."""
        held_back_until = 0.0
        reads = Reader(self.database, bare_without_key=self.bare_without_key)
        with Desk(self.database, self.terms) as desk, reads as reader:
            while go_on():
                with self.database.unit_of_work(PLANNER) as session:
                    batch = outbox.claim(session, BATCH, self.terms)
                if batch.rows:
                    round_ = Round(self, desk, reader, batch, go_on)
                    if not round_.run():
                        return True
                    pause_s = self.fleet.pause_s
                    if round_.again_in_s is not None:
                        held_back_until = time.monotonic() + round_.again_in_s
                elif held_back_until:
                    pause_s, held_back_until = max(0.0, held_back_until - time.monotonic()), 0.0
                else:
                    return True
                if not _rest(pause_s, go_on):
                    return False
        return False


class Round:
    """One batch on its way, over one relay."""

    def __init__(self, postman: Postman, desk: Desk, reader: Reader, batch: Batch, go_on: Callable[[], bool]) -> None:
        self._postman = postman
        self._desk = desk
        self._reader = reader
        self._go_on = go_on
        self._token = batch.token
        self._claimed_at = self._held_at = time.monotonic()
        self._now = batch.now
        self._waiting = {row.id: row for row in batch.rows}
        self.again_in_s: float | None = None

    @property
    def now(self) -> datetime:
        """By the clock that the batch was claimed by, which a skewed clock of this host doesn't touch."""
        fixed = clock.set_by_hand()
        return fixed or self._now + timedelta(seconds=time.monotonic() - self._claimed_at)

    def run(self) -> bool:
        """Settle these rows or put them back; False when no relay can be used."""
        postman = self._postman
        try:
            relay = postman.fleet.open()
            if relay is None:
                self._put_back_unreachable()
                return False
            with Throttle(postman.database, postman.rates, relay.address.place) as throttle:
                self._hold_back(throttle.admit(list(self._waiting.values()), self.now))
                self._deliver_all(relay, throttle)
                self._desk.finish()
            postman.fleet.fill(relay, throttle.pause_s)
        except DATABASE_GONE:
            self._put_back_somehow()
            raise
        finally:
            self._reader.forget()
        return True

    def _deliver_all(self, relay: Relay, throttle: Throttle) -> None:
        while self._waiting:
            if not self._go_on():
                self._put_back(list(self._waiting.values()))
                return
            for ready in self._prepare_some():
                answer = self._deliver(relay, ready)
                throttle.used += answer is not None
                if answer is not None and answer.verdict is Verdict.UNREACHABLE:
                    # Another relay may take it; this mail has done nothing wrong.
                    self._postman.fleet.leave(relay, answer)
                    self._put_back(list(self._waiting.values()), answer.code)
                    return
                if not self._go_on() or self._prepared_s() > FRESH_S:
                    break

    def _prepare_some(self) -> list[Ready]:
        """The next mails, all to one person; what needs no mail any more is settled."""
        self._keep()
        if not self._waiting:
            return []
        looked_at = self._reader.take(FRESH_S) or self._reader.look(self._together(), self.now)
        self._prepared_at = looked_at.at
        self._reader.look_ahead(self._together({row.id for row, _ in looked_at.outcomes}), self.now)
        ready: list[Ready] = []
        for row, outcome in looked_at.outcomes:
            if row.id not in self._waiting:
                continue
            if isinstance(outcome, Ready):
                ready.append(outcome)
            elif outcome is None:
                self._settle(row, self._unwritten(row))
            else:
                self._settle(row, Settlement("cancelled", outcome))
        return ready

    def _together(self, without: Collection[UUID] = ()) -> list[Claimed]:
        """The next rows that are all for one person."""
        rows = [row for row in self._waiting.values() if row.id not in without]
        return [row for row in rows if row.recipient_id == rows[0].recipient_id][:TOGETHER]

    def _prepared_s(self) -> float:
        return time.monotonic() - self._prepared_at

    def _keep(self) -> None:
        """Start the leases anew when a quarter has gone; whatever is no longer ours is let go."""
        terms = self._postman.terms
        if time.monotonic() - self._held_at < terms.lease_s / 4:
            return
        with self._postman.database.unit_of_work(PLANNER) as session:
            held = outbox.hold(session, list(self._waiting.values()), terms)
        self._held_at = time.monotonic()
        self._waiting = {row.id: row for row in self._waiting.values() if row.id in held}

    def _deliver(self, relay: Relay, ready: Ready) -> Answer | None:
        """Write, offer, fence, dot, settle: what the relay said, if it was asked. Unreachable: the row still waits."""
        postman, row = self._postman, ready.row
        self._keep()
        if row.id not in self._waiting:
            return None
        try:
            mail = write(ready.facts, postman.head, ready.address, row.message_id, self.now)
            content = (mail if ready.cert is None else encrypted(mail, ready.cert)).as_bytes()
        except BadAddress:
            self._settle(row, Settlement("dead", Reason.BAD_ADDRESS, failures=1))
            return None
        except Exception as error:
            log.error("reminder %s can't be written: %s", row.id, type(error).__name__)
            self._settle(row, self._unwritten(row))
            return None
        sender = envelope_sender(postman.bounce_address, row.number, postman.head.sender)
        answer = relay.offer(sender, ready.address, content) or self._past_the_fence(relay, row)
        if answer is None or answer.verdict is Verdict.UNREACHABLE:
            return answer
        if answer.verdict is Verdict.UNCERTAIN:
            self._waiting.pop(row.id)
            self._desk.note_uncertain(row, answer.code)
            log.warning("reminder %s: %s, to be looked up", row.id, answer.code)
        else:
            self._settle(row, self._settlement(row, answer))
        return answer

    def _past_the_fence(self, relay: Relay, row: Claimed) -> Answer | None:
        """Fence and dot; None: the row is not ours any more, and the relay got no dot."""
        asked_at = time.monotonic()
        try:
            is_fenced = self._desk.fence(row, relay.address.place)
        except BaseException:
            relay.abandon()
            raise
        # This process may have been stopped in between: by now somebody may have been told that no dot has gone.
        if is_fenced and time.monotonic() - asked_at < self._postman.terms.lease_s / 2:
            return relay.commit()
        relay.abandon()
        self._waiting.pop(row.id)
        log.warning("reminder %s is no longer ours: no dot", row.id)
        return None

    def _settle(self, row: Claimed, settlement: Settlement) -> None:
        self._waiting.pop(row.id, None)
        self._desk.settle_soon(row, settlement, self.now)
        self._postman.tally.count(settlement)

    def _settlement(self, row: Claimed, answer: Answer) -> Settlement:
        if answer.verdict is Verdict.ACCEPTED:
            return Settlement("sent", offers=1)
        if answer.verdict is Verdict.NEVER:
            return Settlement("dead", answer.code, offers=1)
        again = next_try(self.now, row.attempts + 1, MOST_ATTEMPTS, row.useful_until, _chance())
        return Settlement("planned" if again else "dead", answer.code, again, offers=1)

    def _unwritten(self, row: Claimed) -> Settlement:
        again = next_try(self.now, row.failures + 1, MOST_RENDERINGS, row.useful_until, _chance())
        return Settlement("planned" if again else "dead", Reason.RENDERING_FAILED, again, failures=1)

    def _put_back_unreachable(self) -> None:
        """None of them loses a try: a relay that is away for days must not kill the mail that waits in front."""
        trouble = self._postman.fleet.trouble
        self._postman.tally.deferred += len(self._waiting)
        self._put_back(list(self._waiting.values()), trouble.code if trouble else None)

    def _hold_back(self, too_many: list[PutBack]) -> None:
        """What the pace does not allow now goes back, untried."""
        by_time: dict[datetime | None, list[Claimed]] = {}
        for one in too_many:
            by_time.setdefault(one.send_at, []).append(one.row)
        for send_at, rows in by_time.items():
            self._put_back(rows, send_at=send_at)
        if times := [send_at for send_at in by_time if send_at is not None]:
            self.again_in_s = max(0.0, (min(times) - self.now).total_seconds())

    def _put_back(self, rows: list[Claimed], reason: str | None = None, send_at: datetime | None = None) -> None:
        with self._postman.database.unit_of_work(PLANNER) as session:
            outbox.release(session, rows, reason, send_at)
        for row in rows:
            self._waiting.pop(row.id, None)

    def _put_back_somehow(self) -> None:
        """The database hiccuped: the rows need not wait for their leases, if it is there again."""
        for wait_s in (0.0, 0.2, 0.5, 1.0, 2.0):
            time.sleep(wait_s)
            try:
                self._put_back(list(self._waiting.values()))
                return
            except DATABASE_GONE:
                continue


def _rest(seconds: float, go_on: Callable[[], bool]) -> bool:
    """Wait for the relay's pace; False when we were asked to stop meanwhile."""
    end = time.monotonic() + seconds
    while (left_s := end - time.monotonic()) > 0:
        if not go_on():
            return False
        time.sleep(min(left_s, LONGEST_NAP_S))
    return True


def _chance() -> float:
    return randbelow(1000) / 1000
