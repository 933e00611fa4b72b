"""What reminders are about, by the type of their row: how the recipient sees it now, and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.reminders.letters import Matter
from tracker.reminders.letters.holding import Addressee, Promise
from tracker.reminders.letters.seen_access import (
    access_matter,
    access_seen,
    answer_matter,
    answers_seen,
    key_matter,
    keys_seen,
)
from tracker.reminders.letters.seen_cases import entries_seen, entry_matter, period_matter, periods_seen
from tracker.reminders.letters.seen_commitments import commitment_matter, commitments_seen
from tracker.reminders.letters.seen_work import work_matter, work_seen


@dataclass(frozen=True, slots=True)
class Look:
    """`seen`: those of many rows that the actor sees, by id, in one statement. `matter`: raises NoLongerHolds."""

    seen: Callable[[Session, Actor, Iterable[Promise]], dict[UUID, Any]]
    matter: Callable[[Promise, Any | None, Addressee], Matter]


LOOKS = {
    "follow_up": Look(work_seen, work_matter),
    "case_event": Look(entries_seen, entry_matter),
    "case": Look(periods_seen, period_matter),
    "commitment": Look(commitments_seen, commitment_matter),
    "membership": Look(access_seen, access_matter),
    "approval": Look(answers_seen, answer_matter),
    "openpgp_key": Look(keys_seen, key_matter),
}
