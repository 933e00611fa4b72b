"""Looking at the next mails while those before them are on their way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from tracker.core.database import Database
from tracker.reminders.delivery.helper import Helper
from tracker.reminders.delivery.preparing import Outcome, prepare
from tracker.reminders.outbox import Claimed


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What rows of one person would say. `at`: by the monotonic clock."""

    outcomes: Sequence[tuple[Claimed, Outcome]]
    at: float


class Reader:
    """Prepares rows, now or ahead. Use it as a context.

    `bare_without_key`: what is not encrypted says nothing of its matter.
    """

    def __init__(self, database: Database, *, bare_without_key: bool = False) -> None:
        self._database = database
        self._bare_without_key = bare_without_key
        self._helper = Helper("reader")
        self._ahead: Future[LookedAt] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._helper.end()

    def look(self, rows: Sequence[Claimed], now: datetime) -> LookedAt:
        """Look at these rows. Raises OperationalError when the database is gone."""
        begun = time.monotonic()
        if not rows:
            return LookedAt((), begun)
        return LookedAt(prepare(self._database, rows, now, bare_without_key=self._bare_without_key), begun)

    def look_ahead(self, rows: Sequence[Claimed], now: datetime) -> None:
        """Begin to look at these rows; `take` gives what came out."""
        self._ahead = self._helper.begin(self.look, rows, now) if rows else None

    def take(self, fresh_s: float) -> LookedAt | None:
        """What was looked at ahead, unless it is older than `fresh_s` by now. Raises what `look` does."""
        ahead, self._ahead = self._ahead, None
        looked_at = ahead.result() if ahead is not None else None
        if looked_at is None or time.monotonic() - looked_at.at > fresh_s:
            return None
        return looked_at

    def forget(self) -> None:
        """Those rows are not ours any more."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.exception()
