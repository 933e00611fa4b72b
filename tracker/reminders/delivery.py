"""Draining the outbox: claim a batch, look again at each row, write its mail as the recipient, send it, settle it.

Rows are independent: whatever goes wrong with one is settled for that one, and the next is taken.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import randbelow

from sqlalchemy.exc import InterfaceError, OperationalError

from tracker.core import clock
from tracker.core.actor import PLANNER, person_actor
from tracker.core.database import Database, become
from tracker.reminders import outbox
from tracker.reminders.backoff import MOST_ATTEMPTS, MOST_RENDERINGS, next_try
from tracker.reminders.letters import BadAddress, Letterhead, write
from tracker.reminders.outbox import Claimed, Settlement
from tracker.reminders.reasons import Reason
from tracker.reminders.recheck import NoLongerHolds, addressee, letter_facts
from tracker.reminders.relay import Answer, Relay, Verdict

log = logging.getLogger(__name__)

BATCH = 20
"""Small: what a killed worker had claimed waits for its lease."""
SETTLING_WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The database may be starting again just after the relay said yes; within the lease we keep asking."""


DATABASE_GONE = (OperationalError, InterfaceError)
"""Errors that say nothing about the row at hand."""


class NotOurs(Exception):
    """The row's lease ended and somebody else took it: hands off."""


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
    """Who drains: a database, a way to the relay, the letterhead. `lease_s`: seconds of the database's clock."""

    database: Database
    relay: Relay
    head: Letterhead
    lease_s: int = outbox.LEASE_S
    tally: Tally = field(default_factory=Tally)

    def drain(self, go_on: Callable[[], bool] = lambda: True) -> bool:
        """Send what is due while `go_on` says so. False: it said no before everything was done that can be done now."""
        while go_on():
            with self.database.unit_of_work(PLANNER) as session:
                rows = outbox.claim(session, clock.now(), BATCH, self.lease_s)
            if not rows:
                return True
            if not self._deliver_all(rows):
                return True
        return False

    def _deliver_all(self, rows: list[Claimed]) -> bool:
        """Settle these rows; False when the relay can't be used and the rest had to be put back."""
        for position, row in enumerate(rows):
            answer = self._deliver(row)
            if answer is not None and answer.verdict is Verdict.UNREACHABLE:
                # One row a tick asks whether the relay is back; the others lose no try by its absence.
                with self.database.unit_of_work(PLANNER) as session:
                    outbox.release(session, rows[position + 1 :])
                return False
        return True

    def _deliver(self, row: Claimed) -> Answer | None:
        """Settle one row, one way or another; what the relay said, if it was asked."""
        now = clock.now()
        unreachable = self.relay.open()
        if unreachable is not None:
            # Before `begin`, whose lease is meant for the mail alone.
            self._settle(row, _later(row, unreachable.code, MOST_ATTEMPTS, now))
            return unreachable
        try:
            recipient, content = self._prepare(row, now)
        except NotOurs:
            log.info("reminder %s was taken over by another worker", row.id)
        except NoLongerHolds as gone:
            self._settle(row, Settlement("cancelled", gone.reason, was_tried=False))
        except BadAddress:
            self._settle(row, Settlement("dead", Reason.BAD_ADDRESS))
        except DATABASE_GONE:
            raise
        except Exception as error:
            log.error("reminder %s can't be written: %s", row.id, type(error).__name__)
            self._settle(row, _later(row, Reason.RENDERING_FAILED, MOST_RENDERINGS, now))
        else:
            answer = self.relay.send(self.head.sender, recipient, content)
            self._settle(row, _settlement(row, answer, clock.now()))
            return answer
        return None

    def _prepare(self, row: Claimed, now: datetime) -> tuple[str, bytes]:
        """The recipient's address and the mail, made in a transaction that acts as the recipient."""
        with self.database.unit_of_work(person_actor(row.recipient_id, frozenset())) as session:
            if not outbox.begin(session, row, self.lease_s):
                raise NotOurs
            to = addressee(session, row.recipient_id)
            become(session, to.actor)
            facts = letter_facts(session, row, to, now)
        return to.email, write(facts, self.head, to.email, row.message_id, now).as_bytes()

    def _settle(self, row: Claimed, settlement: Settlement) -> None:
        for wait_s in (*SETTLING_WAITS_S, None):
            try:
                with self.database.unit_of_work(PLANNER) as session:
                    held = outbox.settle(session, row, settlement, clock.now())
                break
            except DATABASE_GONE:
                if wait_s is None:
                    raise
                time.sleep(wait_s)
        if not held:
            log.warning("reminder %s was settled as %s after its lease had ended", row.id, settlement.status)
        self.tally.count(settlement)
        log.info("reminder %s: %s %s", row.id, settlement.status, settlement.reason or "")


def _settlement(row: Claimed, answer: Answer, now: datetime) -> Settlement:
    if answer.verdict is Verdict.ACCEPTED:
        return Settlement("sent")
    if answer.verdict is Verdict.NEVER:
        return Settlement("dead", answer.code)
    return _later(row, answer.code, MOST_ATTEMPTS, now)


def _later(row: Claimed, reason: str, most: int, now: datetime) -> Settlement:
    again = next_try(now, row.attempts + 1, most, row.useful_until, randbelow(1000) / 1000)
    if again is None:
        return Settlement("dead", reason)
    return Settlement("planned", reason, again)
