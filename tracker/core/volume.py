"""How much one person may ask for in a while, counted in the broker, which all web processes share.

A broker that is away stops nobody: these limits keep one account from carrying everything off or from slowing all
others down, and nothing else hangs on them. Counted in windows of fixed length, under names that tell nobody who.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_S = 0.25
REST_S = 15.0
"""So long nobody asks a broker that did not answer."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` in `seconds`, of one kind of request."""

    kind: str
    most: int
    seconds: int


class Counter:
    """Counts in the broker at `url`; None: nobody counts."""

    def __init__(self, url: str | None, secret: str) -> None:
        self._secret = secret.encode()
        self._rests_until = 0.0
        self._client: redis.Redis | None = None
        if url is not None:
            self._client = redis.Redis.from_url(
                url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=Retry(NoBackoff(), 0)
            )

    def allows(self, limit: Limit, who: str, now: float | None = None) -> bool:
        """Count one more for `who`; False when that is more than the limit."""
        if self._client is None or time.monotonic() < self._rests_until:
            return True
        window = int((time.time() if now is None else now) // limit.seconds)
        name = hmac.new(self._secret, f"{limit.kind}:{who}:{window}".encode(), hashlib.sha256).hexdigest()[:32]
        try:
            together = self._client.pipeline()
            together.incr(f"volume:{name}")
            together.expire(f"volume:{name}", limit.seconds)
            count: Any = together.execute()
        except (redis.RedisError, OSError):
            self._rests_until = time.monotonic() + REST_S
            return True
        return int(count[0]) <= limit.most

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()
