"""What stands on the days of the calendar: work due, hearings, meetings, periods that end, sittings of institutions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Uuid, bindparam, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from tracker.access.visibility import member_case_ids
from tracker.audit.reads import note_shown
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.engagements.models import Engagement, EngagementCase
from tracker.engagements.queries import visible_engagements
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.sittings.models import Sitting
from tracker.sittings.words import INSTITUTION_WORDS

MEETING, EXPIRY, HEARING, SITTING = "meeting", "expiry", "hearing", "sitting"
OTHERS = 400
"""Meetings, ends of periods and sittings that one page reads at most, of each."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a day. `kind`: a follow-up's, or MEETING, EXPIRY, SITTING; `key` is what its address ends with."""

    kind: str
    key: str
    text: str
    note: str


@dataclass(slots=True)
class Day:
    """A day with what is shown of it; `more` further ones are known, and `is_capped` says that there may be others."""

    on: date
    items: list[Item] = field(default_factory=list)
    more: int = 0
    is_capped: bool = False


def items_of(
    session: Session, actor: Actor, days: list[date], *, team: bool, shown: int, counted: int
) -> dict[date, Day]:
    """By day: `shown` lines of each, further ones counted to `counted`. Two statements, whatever the size."""
    found = {day: Day(day) for day in days}
    for row in session.execute(_others(actor, team=team), {"first": days[0], "last": days[-1]}):
        if _put(found[row.day], Item(row.kind, row.key, _text_of(row), _note_of(row)), shown):
            _note_other(session, row)
    said = {"days": days, "size": shown + counted}
    rows = session.execute(_work(actor, team=team), said).all()
    per_day: dict[date, int] = {}
    for row in rows:
        per_day[row.due_on] = per_day.get(row.due_on, 0) + 1
        if _put(found[row.due_on], Item(row.kind, str(row.id), row.title, row.reference), shown):
            note_shown(session, row.case_id, row.case_level, ("follow_up", row.id, row.level))
    for day, number in per_day.items():
        found[day].is_capped = number >= shown + counted
    return found


def _put(day: Day, item: Item, shown: int) -> bool:
    """Whether it is shown, and not only counted."""
    if len(day.items) < shown:
        day.items.append(item)
        return True
    day.more += 1
    return False


def _text_of(row: Any) -> str:
    is_known_by_letters = row.kind == SITTING and row.note not in ("council", "other")
    return f"{row.note.upper()}: {row.text}" if is_known_by_letters else str(row.text)


def _note_of(row: Any) -> str:
    return str(INSTITUTION_WORDS[row.note]) if row.kind == SITTING else row.note or ""


def _note_other(session: Session, row: Any) -> None:
    if row.kind == SITTING:
        return  # public
    if row.kind == MEETING:
        note_shown(session, None, None, ("engagement", UUID(row.key), row.level))
    else:
        note_shown(session, row.case_id, row.level)


@kept_statement
def _work(actor: Actor, *, team: bool) -> Any:
    """Hearings first, then by id; one look-up in the index of due days for each day."""
    wanted = func.unnest(bindparam("days", type_=ARRAY(Date))).table_valued("day").alias("wanted").render_derived()
    query = visible_follow_ups(actor).where(IS_ACTIVE, FollowUp.due_on == wanted.c.day)
    if not team:
        query = query.where(FollowUp.assignee_id == actor.person_id)
    columns = (
        *(FollowUp.id, FollowUp.title, FollowUp.kind, FollowUp.due_on, Case.reference),
        *(FollowUp.case_id, FollowUp.level, Case.level.label("case_level")),
    )
    on_day = query.with_only_columns(*columns, maintain_column_froms=True).order_by(FollowUp.due_on, FollowUp.id)
    own = on_day.limit(bindparam("size")).lateral("on_day")
    is_hearing = own.c.kind == HEARING
    rows = select(own).select_from(wanted).join(own, own.c.id.is_not(None))
    return rows.order_by(own.c.due_on, is_hearing.desc(), own.c.id)


@kept_statement
def _others(actor: Actor, *, team: bool) -> Any:
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    meetings = visible_engagements(actor).where(
        Engagement.sort_on.between(first, last), func.length(Engagement.occurred_on) == len("2026-12-01")
    )
    ends = visible_cases(actor).where(Case.expires_on.between(first, last))
    if not team:
        on_mine = select(EngagementCase.engagement_id).where(EngagementCase.case_id.in_(member_case_ids(actor)))
        meetings = meetings.where((Engagement.created_by_id == actor.person_id) | Engagement.id.in_(on_mine))
        ends = ends.where(Case.lead_id == actor.person_id)
    met = meetings.with_only_columns(
        literal(MEETING).label("kind"), Engagement.sort_on.label("day"), cast(Engagement.id, String).label("key"),
        Engagement.summary.label("text"), Engagement.place.label("note"),
        cast(None, Uuid).label("case_id"), Engagement.level,
    )  # fmt: skip
    ended = ends.with_only_columns(
        literal(EXPIRY).label("kind"), Case.expires_on.label("day"), Case.reference.label("key"),
        Case.title.label("text"), Case.reference.label("note"),
        Case.id.label("case_id"), Case.level,
    )  # fmt: skip
    sat = select(
        literal(SITTING).label("kind"), Sitting.starts_on.label("day"), Sitting.key.label("key"),
        Sitting.name.label("text"), Sitting.institution.label("note"),
        cast(None, Uuid).label("case_id"), cast(None, String).label("level"),
    ).where(Sitting.starts_on.between(first, last))  # fmt: skip
    every = union_all(*(select(one.limit(OTHERS).subquery()) for one in (met, ended, sat))).subquery()
    return select(every).order_by(every.c.day, every.c.kind.desc(), every.c.key)
