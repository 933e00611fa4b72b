"""That a changed rule of law moved a day: told once to whoever is responsible, in one digest for each of them. Pure.

Nothing is told before the rule's whole work is done: the instant at which it ended is the same for all of its days, so
that they stand in one mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tracker.reminders.kinds import RULE_CHANGED
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.rules import DueFact, Wanted
from tracker.reminders.planning.telling import Told, at_once

NEWS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MovedByRule:
    """The last line of a follow-up's ledger that a rule caused. `done_at`: when all of the rule's days were reckoned.

    `gives`: what the rule comes to now, None where it gives no date any more. `by_hand`: somebody had set the day,
    which stays; `to_check` is then the rule's.
    """

    number: int
    done_at: datetime | None
    gives: date | None
    by_hand: bool
    to_check: date | None = None


def key_of(number: int) -> str:
    """Of the version of the rule: what one version moved is told once."""
    return f"rule:{number}"


def still_says(gives: date | None, by_hand: bool, due_on: date | None, to_check: date | None) -> bool:
    """Whether what the rule did is how the follow-up stands: nobody has set another day since."""
    if gives is None:
        return True
    return to_check == gives if by_hand and due_on != gives else due_on == gives


def of_rule(
    fact: DueFact,
    moved: MovedByRule | None,
    assignee: Recipient | None,
    circle: Circle,
    now: datetime,
    told: Collection[UUID] = (),
) -> list[Wanted]:
    """A line for each of those responsible; nobody else than those `told` already, once some are."""
    if moved is None or moved.done_at is None or not fact.is_active:
        return []
    if not still_says(moved.gives, moved.by_hand, fact.due_on, moved.to_check):
        return []
    rows = {}
    for person in _responsible(assignee, circle):
        one = _line(fact, moved, moved.done_at, person, circle, now)
        if one.send_at + NEWS_FOR > now and (not told or one.recipient_id in told):
            rows[one.recipient_id] = one  # two may share a substitute
    return list(rows.values())


def _responsible(assignee: Recipient | None, circle: Circle) -> Iterator[Recipient]:
    """Whoever has the work, else those who lead its case; and those who watch it."""
    has_doer = assignee is not None and circle.reaches(assignee)
    if assignee is not None and has_doer:
        yield assignee
    for one in (*(() if has_doer else circle.leads), *circle.watchers):
        person = circle.people.get(one)
        if person is not None and circle.reaches(person):
            yield person


def _line(
    fact: DueFact, moved: MovedByRule, done_at: datetime, person: Recipient, circle: Circle, now: datetime
) -> Wanted:
    def telling(one: Recipient) -> Told:
        return at_once(one, RULE_CHANGED, done_at, is_legal=fact.is_legal, due=fact.due_on)

    told = telling(person)
    other = circle.in_place_by(now)(person, told.at)
    told = told if other is person else telling(other)
    via = "digest" if told.via == "mail" else told.via
    return Wanted(RULE_CHANGED, key_of(moved.number), other.person_id, told.at, told.at + NEWS_FOR, via)
