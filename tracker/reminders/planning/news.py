"""Reminders that are no follow-up's: a status that changed, a period that ends, a head's week. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from tracker.reminders.kinds import RENEWAL, STATUS_CHANGED, SUMMARY
from tracker.reminders.planning.people import InPlace, Recipient
from tracker.reminders.planning.rules import RENEWAL_DAYS_BEFORE, DueFact, Plan, Wanted, plan, themselves
from tracker.reminders.planning.telling import at_once, next_at, on_day

NEWS_FOR = timedelta(days=30)
SUMMARY_DAY, SUMMARY_TIME = 1, time(8)
"""Monday, at the head's own clock."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a case's history that changed its status. `is_told`: it stands, and on a case that is there."""

    id: UUID
    entered_at: datetime
    entered_by_id: UUID | None
    is_told: bool


def of_entry(
    entry: Entry, watchers: Iterable[Recipient], in_place: InPlace, now: datetime, told: Collection[UUID] = ()
) -> Plan:
    """To everybody who watches the case and may see the entry, but whoever made it. `watchers` are those who may.

    Who is away is stood in for, unless they are among those `told` already.
    """
    if not entry.is_told:
        return Plan()
    concerned = [one for one in watchers if one.person_id != entry.entered_by_id and one.is_active]
    made = [_news(entry, one, themselves if one.person_id in told else in_place) for one in concerned]
    rows = list({row.recipient_id: row for row in made}.values())  # two may share a substitute
    return Plan(tuple(row for row in rows if row.useful_until and row.useful_until > now), tuple(rows))


def of_period(
    expires_on: date | None,
    leads: Sequence[Recipient],
    in_place: InPlace,
    now: datetime,
    days_before: tuple[int, ...] = RENEWAL_DAYS_BEFORE,
) -> Plan:
    """That a case's period ends, to those who lead it: so many days before, the newest of what is past only."""
    if expires_on is None:
        return Plan()
    rows = [row for lead in leads if lead.is_active for row in _of_lead(expires_on, lead, in_place, days_before)]
    wanted = tuple(row for row in rows if row.useful_until and row.useful_until > max(now, row.send_at))
    return Plan(wanted, tuple(rows))


def of_commitment(fact: DueFact, told: Sequence[Recipient], in_place: InPlace, now: datetime) -> Plan:
    """That a word falls due of which no follow-up asks, to each of `told`, the day before, on it, and while it is late.

    The version of `fact` is its day: moved there and back, nothing is told twice.
    """
    plans = [plan(fact, one, now, in_place=in_place) for one in told]
    looks = [at for one in plans if (at := one.next_plan_at) is not None]
    returns = [at for one in told if (at := one.back_at) is not None and at > now]
    return Plan(
        _once(row for one in plans for row in one.wanted),
        _once(row for one in plans for row in one.holding),
        min([*looks, *returns]) if looks else None,
    )


def of_week(head: Recipient, now: datetime, *, is_head: bool) -> Plan:
    """The week of everybody's work, on the Monday that comes; useful until the one after it."""
    if not is_head or not head.is_active:
        return Plan()
    monday, nominal = next_at(head, SUMMARY_DAY, SUMMARY_TIME, now)
    year, week, _day = monday.isocalendar()
    told = on_day(head.at(SUMMARY_TIME), SUMMARY, monday)
    via = "app" if told.via == "app" else "mail"
    row = Wanted(SUMMARY, f"{year}-W{week:02}", head.person_id, told.at, nominal + 7 * DAY, via)
    return Plan((row,), (row,), nominal)


def _once(rows: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Two may share a substitute, who is told once."""
    return tuple({(row.due_key, row.recipient_id): row for row in rows}.values())


def _news(entry: Entry, watcher: Recipient, in_place: InPlace) -> Wanted:
    told = at_once(watcher, STATUS_CHANGED, entry.entered_at)
    other = in_place(watcher, told.at)
    if other is watcher or other.person_id == entry.entered_by_id:
        other = watcher
    else:
        told = at_once(other, STATUS_CHANGED, entry.entered_at)
    return Wanted(STATUS_CHANGED, str(entry.id), other.person_id, told.at, told.at + NEWS_FOR, told.via)


def _of_lead(expires_on: date, lead: Recipient, in_place: InPlace, days_before: tuple[int, ...]) -> list[Wanted]:
    rows = [_step(expires_on, lead, in_place, days) for days in sorted(set(days_before), reverse=True)]
    rows.sort(key=lambda row: row.send_at)
    ends = [following.send_at for _row, following in pairwise(rows)]
    last = on_day(lead, RENEWAL, expires_on + DAY).at
    return [
        Wanted(row.kind, row.due_key, row.recipient_id, row.send_at, end, row.via)
        for row, end in zip(rows, [*ends, last], strict=False)
    ]


def _step(expires_on: date, lead: Recipient, in_place: InPlace, days: int) -> Wanted:
    told = on_day(lead, RENEWAL, expires_on - days * DAY)
    other = in_place(lead, told.at)
    if other is not lead:
        told = on_day(other, RENEWAL, expires_on - days * DAY)
    return Wanted(RENEWAL, f"{expires_on.isoformat()}:-{days}", other.person_id, told.at, None, told.via)
