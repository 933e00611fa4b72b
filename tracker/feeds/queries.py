"""What stands in somebody's calendar elsewhere: work due, meetings, periods that end; as they see it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, bindparam, exists, func, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.visibility import is_open, member_case_ids, sees
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.engagements.models import Engagement, EngagementCase
from tracker.engagements.queries import visible_engagements
from tracker.feeds.models import TEAM
from tracker.feeds.reader import Reader
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.sittings.queries import sittings_between
from tracker.sittings.words import INSTITUTION_WORDS

MEETING, EXPIRY, SITTING = "meeting", "expiry", "sitting"
DAYS_BACK, DAYS_AHEAD = 92, 400
MOST = 1000
"""Entries of one calendar: of each kind the first of the span."""
_WHOLE_DAY = len("2026-12-01")
_EPOCH_OF_SITTINGS = 1_700_000_000
"""A sitting counts its changes by the second in which it was taken in, from here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry. `is_bare`: nothing is said of it but its day.

    `kind`: a follow-up's kind, MEETING, EXPIRY or SITTING; `path`: where it stands in the app. `sequence` rises with
    the day. `last`: of a sitting, its last day.
    """

    kind: str
    id: UUID
    on: date
    sequence: int
    is_bare: bool
    title: str = ""
    reference: str = ""
    case_title: str = ""
    path: str = ""
    changed_at: datetime | None = None
    last: date | None = None


def entries_of(session: Session, reader: Reader) -> list[Entry]:
    """By day; at most MOST. `session` acts as the reader, so PostgreSQL's own rules hold as well."""
    today = clock.today(reader.time_zone)
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    span = {"first": first, "last": last, "most": MOST}
    team, actor = reader.whose == TEAM, reader.actor
    found = [
        *(_of_work(row, reader) for row in session.execute(_work(actor, team=team), span)),
        *(_of_meeting(row, reader) for row in session.execute(_meetings(actor, team=team), span)),
        *(_of_period(row, reader) for row in session.execute(_periods(actor, team=team), span)),
        *(_of_sittings(session, first, last) if reader.with_sittings else ()),
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.kind, entry.id))[:MOST]


def _of_work(row: Any, reader: Reader) -> Entry:
    if reader.is_bare or highest(row.case_level, row.level).members_only:
        return Entry(row.kind, row.id, row.due_on, row.due_version, is_bare=True)
    said = {"title": row.title, "reference": row.reference, "case_title": row.case_title}
    path = f"/follow-ups/{row.id}"
    changed_at = row.changed_at or row.created_at
    return Entry(row.kind, row.id, row.due_on, row.due_version, is_bare=False, path=path, changed_at=changed_at, **said)


def _of_meeting(row: Any, reader: Reader) -> Entry:
    if reader.is_bare or highest(row.level).members_only or row.has_secret_case:
        return Entry(MEETING, row.id, row.sort_on, row.version, is_bare=True)
    path = f"/engagements/{row.id}"
    return Entry(MEETING, row.id, row.sort_on, row.version, is_bare=False, title=row.summary, path=path)


def _of_period(row: Any, reader: Reader) -> Entry:
    if reader.is_bare or highest(row.level).members_only:
        return Entry(EXPIRY, row.id, row.expires_on, row.version, is_bare=True)
    said = {"reference": row.reference, "case_title": row.title, "path": f"/cases/{row.reference}"}
    return Entry(EXPIRY, row.id, row.expires_on, row.version, is_bare=False, **said)


def _of_sittings(session: Session, first: date, last: date) -> list[Entry]:
    """Public dates, whoever reads them. One that grows longer or shorter has changed when it was taken in."""
    return [
        Entry(
            SITTING,
            row.id,
            row.starts_on,
            int(row.taken_at.timestamp()) - _EPOCH_OF_SITTINGS,
            is_bare=False,
            title=f"{row.name}: {INSTITUTION_WORDS[row.institution]}",
            path=f"/sittings#{row.key}",
            changed_at=row.taken_at,
            last=row.ends_on,
        )
        for row in sittings_between(session, first, last)
    ]


@kept_statement
def _work(actor: Actor, *, team: bool) -> Any:
    query = visible_follow_ups(actor).where(IS_ACTIVE, _in_span(FollowUp.due_on))
    if not team:
        query = query.where(FollowUp.assignee_id == actor.person_id)
    changed = select(func.max(FollowUpChange.at)).where(FollowUpChange.follow_up_id == FollowUp.id)
    columns = (
        *(FollowUp.id, FollowUp.kind, FollowUp.title, FollowUp.due_on, FollowUp.due_version, FollowUp.level),
        *(FollowUp.created_at, changed.scalar_subquery().label("changed_at")),
        *(Case.reference, Case.title.label("case_title"), Case.level.label("case_level")),
    )
    return _first(query.with_only_columns(*columns, maintain_column_froms=True), FollowUp.due_on, FollowUp.id)


@kept_statement
def _meetings(actor: Actor, *, team: bool) -> Any:
    query = visible_engagements(actor).where(
        _in_span(Engagement.sort_on), func.length(Engagement.occurred_on) == _WHOLE_DAY
    )
    if not team:
        on_mine = select(EngagementCase.engagement_id).where(EngagementCase.case_id.in_(member_case_ids(actor)))
        query = query.where((Engagement.created_by_id == actor.person_id) | Engagement.id.in_(on_mine))
    secret = exists().where(
        EngagementCase.engagement_id == Engagement.id,
        EngagementCase.case_id == Case.id,
        ~is_open(Case.level),
        sees(actor, Case.level, Case.id),
    )
    columns = (
        *(Engagement.id, Engagement.summary, Engagement.sort_on, Engagement.level, Engagement.version),
        secret.label("has_secret_case"),
    )
    return _first(query.with_only_columns(*columns, maintain_column_froms=True), Engagement.sort_on, Engagement.id)


@kept_statement
def _periods(actor: Actor, *, team: bool) -> Any:
    query = visible_cases(actor).where(_in_span(Case.expires_on), Case.phase != "closed")
    if not team:
        query = query.where(Case.lead_id == actor.person_id)
    columns = (Case.id, Case.reference, Case.title, Case.expires_on, Case.level, Case.version)
    return _first(query.with_only_columns(*columns, maintain_column_froms=True), Case.expires_on, Case.id)


def _in_span(day: Any) -> Any:
    return day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))


def _first(query: Any, day: Any, key: Any) -> Any:
    return query.order_by(day, key).limit(bindparam("most"))
