"""Letting through as many mails of a batch as the relay's and the recipients' domains' paces allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.core.actor import PLANNER
from tracker.core.database import Database
from tracker.reminders.delivery.pace import Grant, Rates, domain_bucket, give_back, relay_bucket, take
from tracker.reminders.outbox import Claimed


@dataclass(frozen=True, slots=True)
class PutBack:
    """A row that can't go now, and when it can be tried (None: any time, in its turn)."""

    row: Claimed
    send_at: datetime | None


class Throttle:
    """For one batch over one relay. Use it as a context: what was granted and not used is given back.

    `pause_s`: so long the relay's bucket needs for its next mail. `used`: how many mails were offered.
    """

    def __init__(self, database: Database, rates: Rates, place: str) -> None:
        self._database = database
        self._rates = rates
        self._bucket = relay_bucket(place)
        self._granted = 0
        self.pause_s = 0.0
        self.used = 0

    def __enter__(self) -> Throttle:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is None and self._granted > self.used:
            with self._database.unit_of_work(PLANNER) as session:
                give_back(session, self._bucket, self._granted - self.used)

    def admit(self, rows: Sequence[Claimed], now: datetime) -> list[PutBack]:
        """Those of `rows` that can't go now."""
        if not self._rates.are_limited:
            return []
        with self._database.unit_of_work(PLANNER) as session:
            buckets = {} if self._rates.per_domain is None else _buckets(session, rows)
            over_domains = self._over_domains(session, rows, buckets, now)
            held_back = {one.row.id for one in over_domains}
            over_relay = self._over_relay(session, [row for row in rows if row.id not in held_back])
            # Their domain can take them: another relay may have room at once.
            for name, count in sorted(Counter(buckets[one.row.recipient_id] for one in over_relay if buckets).items()):
                give_back(session, name, count)
            return over_domains + over_relay

    def _over_domains(
        self, session: Session, rows: Sequence[Claimed], buckets: Mapping[UUID, str], now: datetime
    ) -> list[PutBack]:
        rate = self._rates.per_domain
        if rate is None:
            return []
        wanted = Counter(buckets[row.recipient_id] for row in rows)
        grants = take(session, {name: (rate, count) for name, count in sorted(wanted.items())})
        seen: Counter[str] = Counter()
        over: list[PutBack] = []
        for row in rows:
            name = buckets[row.recipient_id]
            seen[name] += 1
            if (late := seen[name] - grants[name].mails) > 0:
                over.append(PutBack(row, now + _wait(grants[name], late, rate)))
        return over

    def _over_relay(self, session: Session, rows: Sequence[Claimed]) -> list[PutBack]:
        rate = self._rates.per_relay
        if rate is None or not rows:
            return []
        grant = take(session, {self._bucket: (rate, len(rows))})[self._bucket]
        self._granted = grant.mails
        self.pause_s = grant.wait_s if grant.mails < len(rows) else 0.0
        return [PutBack(row, None) for row in rows[grant.mails :]]


def _wait(grant: Grant, late: int, rate: int) -> timedelta:
    """For the `late`-th mail over the limit: one after another, as the bucket fills."""
    return timedelta(seconds=grant.wait_s + (late - 1) * 60 / rate)


def _buckets(session: Session, rows: Sequence[Claimed]) -> dict[UUID, str]:
    people = select(Person.id, Person.email).where(Person.id.in_({row.recipient_id for row in rows}))
    return {row.id: domain_bucket(row.email) for row in session.execute(people)}
