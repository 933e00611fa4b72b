"""What is told of who sees a case, and of a key that ends: by mail at once or on the day, whatever digests. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from tracker.reminders.kinds import ANSWERED, DECIDED, GLASS, KEY_ENDS, MEMBERSHIP_ENDED, MEMBERSHIP_TAKEN
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.rules import Plan, Wanted
from tracker.reminders.planning.telling import at_once, on_day
from tracker.reminders.planning.wall_time import local_day, zone_named

NEWS_FOR = timedelta(days=30)
KEY_DAYS_BEFORE = (30, 7, 1)


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody (`person_id`) began to see a case through broken glass, or their time on it ran out.

    `is_told`: it happened, and the case is there. `is_taken`: somebody else ended it.
    """

    person_id: UUID
    at: datetime
    is_glass: bool
    is_told: bool
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A second person agreed to a request or refused it. `weighs`: those who watch over it are told."""

    asked_by_id: UUID
    decided_by_id: UUID | None
    at: datetime
    weighs: bool


def of_access(fact: Access, members: Sequence[Recipient], now: datetime) -> Plan:
    """To every member who sees the case, but whom it is about; to them alone when somebody took them off it.

    Quiet hours and digests hold broken glass back no more than a legal deadline.
    """
    if not fact.is_told:
        return Plan()
    if fact.is_taken:
        return _told_at_once(
            MEMBERSHIP_TAKEN, [one for one in members if one.person_id == fact.person_id], fact.at, now
        )
    rows = tuple(_of_member(fact, one) for one in members if one.is_active and one.person_id != fact.person_id)
    return Plan(tuple(row for row in rows if row.useful_until and row.useful_until > now), rows)


def of_answer(fact: Answered, asker: Recipient | None, watching: Sequence[Recipient], now: datetime) -> Plan:
    """To whoever asked, as they wish; to the others who watch over what weighs, at once."""
    mine = _told_at_once(ANSWERED, [asker] if asker else [], fact.at, now)
    two = (fact.asked_by_id, fact.decided_by_id)
    others = [one for one in watching if fact.weighs and one.person_id not in two]
    theirs = _told_at_once(DECIDED, others, fact.at, now, is_legal=True)
    return Plan((*mine.wanted, *theirs.wanted), (*mine.holding, *theirs.holding))


def of_key(expires_at: datetime, person: Recipient, now: datetime) -> Plan:
    """That a person's key ends: so many days before, the newest of what is past only."""
    if not person.is_active:
        return Plan()
    ends_on = day_of_key(expires_at)
    told = [
        (days, on_day(person, KEY_ENDS, ends_on - timedelta(days=days), is_pressing=True)) for days in KEY_DAYS_BEFORE
    ]
    untils = [following.at for (_days, _told), (_next, following) in pairwise(told)]
    rows = tuple(
        Wanted(KEY_ENDS, f"{ends_on.isoformat()}:-{days}", person.person_id, one.at, until, one.via)
        for (days, one), until in zip(told, [*untils, expires_at], strict=True)
    )
    return Plan(tuple(row for row in rows if row.useful_until and row.useful_until > max(now, row.send_at)), rows)


def day_of_key(expires_at: datetime) -> date:
    """The day on which a key ends, for everybody the same: whoever moves to another zone is warned all the same."""
    return expires_at.astimezone(UTC).date()


def _told_at_once(
    kind: str, people: Sequence[Recipient], at: datetime, now: datetime, *, is_legal: bool = False
) -> Plan:
    rows = []
    for one in people:
        if one.is_active:
            due = local_day(at, zone_named(one.zone)) if is_legal else None
            told = at_once(one, kind, at, is_legal=is_legal, due=due)
            rows.append(Wanted(kind, "told", one.person_id, told.at, told.at + NEWS_FOR, told.via))
    return Plan(tuple(row for row in rows if row.useful_until and row.useful_until > now), tuple(rows))


def _of_member(fact: Access, member: Recipient) -> Wanted:
    if fact.is_glass:
        today = local_day(fact.at, zone_named(member.zone))
        told = at_once(member, GLASS, fact.at, is_legal=True, due=today)
        return Wanted(GLASS, "broken", member.person_id, told.at, told.at + NEWS_FOR, told.via)
    told = at_once(member, MEMBERSHIP_ENDED, fact.at)
    return Wanted(MEMBERSHIP_ENDED, "ended", member.person_id, told.at, told.at + NEWS_FOR, told.via)
