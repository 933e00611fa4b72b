"""How much one person may ask for in a while, counted in the broker, which all web processes share.

While the broker is away it is counted in the database, from zero: that costs a transaction a request, and nobody gets
round a limit by keeping the broker busy. Counted in windows of fixed length, under names that tell nobody who or what.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.database import Base, Database
from tracker.core.ids import random_id

ANSWER_S = 0.25
REST_S = 15.0
"""So long nobody asks a broker that did not answer."""
MOST_KEPT = 20_000
"""Of one window in the database."""


class VolumeCount(Base):
    """One thing in one window, counted while the broker was away."""

    __tablename__ = "volume_counts"
    __table_args__ = (Index("ix_volume_counts_until", "until"),)

    name: Mapped[bytes] = mapped_column(primary_key=True, comment="keyed digest of who, what and in which window")
    mark: Mapped[bytes] = mapped_column(primary_key=True, comment="keyed digest of one of the things that were counted")
    until: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` in `seconds`, of one kind of request."""

    kind: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Opened:
    """How many different things somebody opened, in each window; `is_new`: this one was not yet among them."""

    counts: tuple[int, ...]
    is_new: bool


class Counter:
    """Counts in the broker at `url`, and in `database` while that is away; without an address nobody counts."""

    def __init__(self, url: str | None, secret: str, database: Database | None = None) -> None:
        self._secret = secret.encode()
        self._database = database
        self._rests_until = 0.0
        self._client: redis.Redis | None = None
        if url is not None:
            self._client = redis.Redis.from_url(
                url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=Retry(NoBackoff(), 0)
            )

    def allows(self, limit: Limit, who: str, now: float | None = None) -> bool:
        """Count one more for `who`; False when that is more than the limit."""
        name = self._name(limit.kind, who, limit.seconds, now)

        def ask(together: Any) -> None:
            together.incr(f"volume:{name.hex()}")
            together.expire(f"volume:{name.hex()}", limit.seconds)

        if self._client is None:
            return True
        answers = self._ask(ask)
        if answers is not None:
            return int(answers[0]) <= limit.most
        return self._ask_database([name], random_id().bytes, [limit.seconds])[0] <= limit.most

    def different(self, kind: str, who: str, thing: str, spans: Sequence[int], now: float | None = None) -> Opened:
        """Count `thing` among the different ones of `who`, in windows of `spans` seconds."""
        if self._client is None:
            return Opened((0,) * len(spans), is_new=False)
        names = [self._name(kind, who, seconds, now) for seconds in spans]
        mark = self._digest(f"{kind}:{thing}")[:12]

        def ask(together: Any) -> None:
            for name, seconds in zip(names, spans, strict=True):
                together.sadd(f"volume:{name.hex()}", mark)
                together.expire(f"volume:{name.hex()}", seconds)
                together.scard(f"volume:{name.hex()}")

        answers = self._ask(ask)
        if answers is not None:
            return Opened(tuple(int(count) for count in answers[2::3]), is_new=any(answers[::3]))
        *counts, news = self._ask_database(names, mark, list(spans))
        return Opened(tuple(counts), is_new=news > 0)

    def _name(self, kind: str, who: str, seconds: int, now: float | None) -> bytes:
        window = int((time.time() if now is None else now) // seconds)
        return self._digest(f"{kind}:{who}:{seconds}:{window}")[:16]

    def _digest(self, value: str) -> bytes:
        return hmac.digest(self._secret, value.encode(), hashlib.sha256)

    def _ask(self, ask: Callable[[Any], None]) -> list[Any] | None:
        """What the broker answers; None when it does not."""
        if self._client is None or time.monotonic() < self._rests_until:
            return None
        try:
            together = self._client.pipeline()
            ask(together)
            answers: list[Any] = together.execute()
        except (redis.RedisError, OSError):
            self._rests_until = time.monotonic() + REST_S
            return None
        return answers

    def _ask_database(self, names: list[bytes], mark: bytes, spans: list[int]) -> list[int]:
        """The counts of the windows, and how many of them did not know the mark. A unit of work of its own."""
        if self._database is None:
            return [0] * (len(names) + 1)
        said = {"names": names, "marks": [mark] * len(names), "spans": spans, "most": MOST_KEPT, "now": clock.now()}
        with self._database.unit_of_work(NOBODY) as session:
            return list(session.scalars(_COUNT, said).one())

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()


_COUNT = text(
    "SELECT app_count_volume(CAST(:names AS bytea[]), CAST(:marks AS bytea[]), CAST(:spans AS integer[]), :most, :now)"
)


def forget_counts(session: Session) -> None:
    """Throw away what windows that are over counted; as the operator."""
    session.execute(text("DELETE FROM volume_counts WHERE until < :now"), {"now": clock.now()})
