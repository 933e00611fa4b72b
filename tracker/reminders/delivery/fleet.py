"""Several relays in the order in which the operator wants them used, and which of them can be used now."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from types import TracebackType

from tracker.reminders.delivery.relay import Answer, Relay
from tracker.reminders.delivery.relay_address import RelayAddress
from tracker.reminders.terms import Terms

log = logging.getLogger(__name__)

REST_S = 120.0
"""So long a relay that failed is tried after the others. With one relay only it changes nothing."""

_rests_until: dict[str, float] = {}
"""By the monotonic clock; of this process, so that not every tick begins by knocking at a dead door."""


class Fleet:
    """The relays of one draining. Use it as a context: at its end all connections are closed."""

    def __init__(self, relays: Sequence[Relay]) -> None:
        self._relays = list(relays)
        self._failed: set[str] = set()
        self._full_until: dict[str, float] = {}
        self.trouble: Answer | None = None

    @classmethod
    def of(cls, urls: Sequence[str], helo: str, terms: Terms) -> Fleet:
        """From SMTP_URL, which may name several. Raises ValueError."""
        return cls([Relay(RelayAddress.parse(url), helo, terms) for url in urls])

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for relay in self._relays:
            relay.__exit__()

    @property
    def pause_s(self) -> float:
        """For so long no relay that can be used takes more mail, by its pace."""
        first = next(iter(self._in_order()), None)
        return 0.0 if first is None else max(0.0, self._full_at(first) - time.monotonic())

    def open(self) -> Relay | None:
        """The first relay that can be used, connected; None: none of them, and `trouble` says why.

        One whose pace allows no more now comes after those that have room.
        """
        for relay in self._in_order():
            answer = relay.open()
            if answer is None:
                _rests_until.pop(relay.address.place, None)
                return relay
            self.leave(relay, answer)
        return None

    def leave(self, relay: Relay, answer: Answer) -> None:
        """This relay can't be used now: not again in this draining, and later than the others for a while."""
        place = relay.address.place
        relay.abandon()
        self._failed.add(place)
        self.trouble = answer
        _rests_until[place] = time.monotonic() + REST_S
        log.warning("relay %s can't be used: %s", place, answer.code)

    def fill(self, relay: Relay, seconds: float) -> None:
        """By its pace this relay takes the next mail after so long."""
        self._full_until[relay.address.place] = time.monotonic() + seconds

    def _in_order(self) -> list[Relay]:
        now = time.monotonic()
        usable = [relay for relay in self._relays if relay.address.place not in self._failed]
        return sorted(
            usable, key=lambda relay: (_rests_until.get(relay.address.place, 0.0) > now, self._full_at(relay))
        )

    def _full_at(self, relay: Relay) -> float:
        """Until when it is full; 0 where it has room."""
        until = self._full_until.get(relay.address.place, 0.0)
        return until if until > time.monotonic() else 0.0
