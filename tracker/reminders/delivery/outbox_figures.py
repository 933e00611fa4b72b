"""The outbox in figures, for the metrics. Act as WATCHER, who sees of every mail how it stands and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.reminders.models import Sighting
from tracker.reminders.queries import outbox_numbers
from tracker.reminders.watchdog import FORGOTTEN_AFTER

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric: `kind` is gauge or counter; each value with its labels."""

    name: str
    kind: str
    meaning: str
    values: Sequence[tuple[Labels, float]]


def figures(session: Session) -> list[Figure]:
    """Every figure. What was never seen has no value; an empty outbox is 0 seconds old."""
    state = outbox_numbers(session)
    ages = _ages(session)
    faults = session.scalar(select(func.count()).select_from(Person.__table__).where(Person.mail_fault.is_not(None)))
    return [
        _one("tracker_reminders_planned", "gauge", "Reminders that wait for their time or a relay.", state.planned),
        _one("tracker_reminders_sending", "gauge", "Reminders that a worker has in hand.", state.sending),
        _one("tracker_reminders_committing", "gauge", "Of these, past the final dot, perhaps.", state.committing),
        _one("tracker_reminders_sent_total", "counter", "Reminders that a relay took.", state.sent),
        _one("tracker_reminders_dead", "gauge", "Reminders that failed for good and were not sent again.", state.dead),
        _one(
            "tracker_reminders_oldest_unsent_seconds",
            "gauge",
            "For how long the oldest reminder that should have gone waits; 0: none waits.",
            state.oldest_unsent_s or 0,
        ),
        _perhaps("tracker_reminders_tick_age_seconds", "Since the last tick ended well.", state.tick_age_s),
        _perhaps("tracker_reminders_tick_begun_age_seconds", "Since the last tick began.", ages.get("tick")),
        _perhaps("tracker_reminders_beat_age_seconds", "Since the beat was seen.", ages.get("beat")),
        Figure(
            "tracker_reminders_worker_age_seconds",
            "gauge",
            "Since a worker was seen: any, and one of each host of the last days.",
            [((("worker", name),), age) for name, age in sorted(ages.items()) if _is_worker(name, age)],
        ),
        _perhaps(
            "tracker_reminders_last_sent_timestamp_seconds",
            "When a relay took the last reminder, as Unix time.",
            None if state.last_sent_at is None else state.last_sent_at.timestamp(),
        ),
        _one("tracker_reminders_faulty_addresses", "gauge", "People whose mail comes back.", faults or 0),
    ]


def _is_worker(name: str, age: float) -> bool:
    """A host that has been silent for a week is not one any more; `worker` is any of them."""
    return name == "worker" or (name.startswith("worker:") and age < FORGOTTEN_AFTER.total_seconds())


def _ages(session: Session) -> dict[str, float]:
    """Name of a part -> seconds since it was seen, by the database's clock."""
    age = func.extract("epoch", func.now() - Sighting.seen_at)
    return {name: max(0.0, float(seconds)) for name, seconds in session.execute(select(Sighting.name, age))}


def _one(name: str, kind: str, meaning: str, value: float) -> Figure:
    return Figure(name, kind, meaning, [((), value)])


def _perhaps(name: str, meaning: str, value: float | None) -> Figure:
    return Figure(name, "gauge", meaning, [] if value is None else [((), value)])
