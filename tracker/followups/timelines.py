"""Standard timelines on a case: applied as previewed and ticked; moved together with their reference date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.access.visibility import sees
from tracker.audit.services import record
from tracker.cases.happened import CaseEventRecorded
from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.core.reads import Read, Rows
from tracker.core.working_days import WorkingDays
from tracker.followups import policy, rules
from tracker.followups.changing import change, note_made
from tracker.followups.checks import require_assignable, require_own_level
from tracker.followups.happened import Change, FollowUpsMade
from tracker.followups.locking import editing
from tracker.followups.models import FollowUp, Timeline
from tracker.followups.offsets import day_of
from tracker.followups.queries import get_follow_up, visible_follow_ups
from tracker.followups.sitting_days import SITTINGS, require_sitting

State = Literal["moves", "by_hand", "stays"]


@dataclass(frozen=True, slots=True)
class NewRow:
    """One follow-up to make. `offset` None, or another day than it gives: the day was set by hand."""

    title: str
    due_on: date | None
    offset: str | None = None
    assignee_id: UUID | None = None
    kind: str = "follow_up"


@dataclass(frozen=True, slots=True)
class Shift:
    """What a new reference date would do to one follow-up: it moves, was set by hand (flagged), or stays (closed)."""

    id: UUID
    title: str
    old: date | None
    new: date | None
    state: State


def timeline_of(session: Session, follow_up: FollowUp) -> Timeline | None:
    """The timeline that the follow-up belongs to; None where it belongs to none. A statement where it does."""
    return session.get(Timeline, follow_up.timeline_id) if follow_up.timeline_id is not None else None


def get_timeline(session: Session, actor: Actor, timeline_id: UUID) -> tuple[Timeline, Case]:
    """With its case. Raises NotVisible."""
    of_case = select(Timeline, Case).join(Case).where(sees(actor, Case.level, Case.id))
    row = session.execute(of_case.where(Timeline.id == timeline_id)).one_or_none()
    if row is None:
        raise NotVisible
    return row[0], row[1]


_ON_CASE = (
    select(Timeline.id, Timeline.title, Timeline.reference_on, CaseEvent.occurred_on, SITTINGS.c.starts_on)
    .outerjoin(CaseEvent, CaseEvent.id == Timeline.event_id)
    .outerjoin(SITTINGS, SITTINGS.c.id == Timeline.sitting_id)
    .where(Timeline.case_id == bindparam("case_id"))
    .order_by(Timeline.reference_on, Timeline.id)
)


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """A timeline on a case's page. `other_day`: what its entry or sitting now gives, where that is another day."""

    id: UUID
    title: str
    reference_on: date
    other_day: date | None


def timelines_read(case_id: UUID) -> Read[Sequence[TimelineLine]]:
    """The timelines on a case."""
    return Read(_ON_CASE, {"case_id": case_id}, _timeline_lines)


def _timeline_lines(rows: Rows) -> Sequence[TimelineLine]:
    return [
        TimelineLine(key, title, day, _other_day(day, occurred_on) or (starts_on if starts_on != day else None))
        for key, title, day, occurred_on, starts_on in rows
    ]


def day_of_entry(session: Session, timeline: Timeline) -> date | None:
    """The day that its entry of the history now gives, where that is another. One statement at most."""
    if timeline.event_id is None:
        return None
    event = session.get(CaseEvent, timeline.event_id)
    return _other_day(timeline.reference_on, event.occurred_on if event is not None else None)


def apply_timeline(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    title: str,
    reference_on: date,
    rows: Sequence[NewRow],
    working_days: WorkingDays,
    set_id: UUID | None = None,
    event: CaseEvent | None = None,
    sitting_id: UUID | None = None,
) -> tuple[Timeline, list[FollowUp]]:
    """Make `rows` around `reference_on`, at the level of `event` where that gave the date.

    `sitting_id`: the sitting that begins then. Undone together. Faults are named `rows.<n>.<field>`.
    Raises NotPermitted, Invalid, Conflict where the sitting begins on another day.
    """
    membership = membership_of(session, actor, case.id)
    require(policy.may_create(actor, case, membership))
    level = rules.handed_level(event.level if event else None, case.level)
    require_own_level(actor, case, level, membership)
    if not rows:
        raise Invalid(Fault("rows", _("Tick at least one.")))
    if sitting_id is not None:
        require_sitting(session, sitting_id, reference_on)
    for number, row in enumerate(rows):
        rules.require_well_formed(rules.clean_line(row.title), row.due_on, row.kind, None, f"rows.{number}.")
        require_assignable(session, actor, case, level, row.assignee_id, membership, f"rows.{number}.assignee_id")
    timeline = Timeline(
        id=new_id(),
        case_id=case.id,
        set_id=set_id,
        title=rules.clean_line(title)[: rules.LONGEST_TITLE],
        reference_on=reference_on,
        event_id=event.id if event else None,
        sitting_id=sitting_id,
        sitting_on=reference_on if sitting_id is not None else None,
        level=level,
        applied_by_id=actor.person_id,
    )
    session.add(timeline)
    session.flush()
    made = [_made(actor, timeline, row, working_days) for row in rows]
    session.add_all(made)
    session.flush()
    note_made(session, actor, made, new_id())
    record(session, actor, "timeline.applied", "timeline", timeline.id, case_id=case.id, set=str(set_id or ""))
    for one in made:
        record(session, actor, "follow_up.created", "follow_up", one.id, case_id=case.id, timeline=str(timeline.id))
    announce(session, FollowUpsMade(tuple(one.id for one in made), case.id, actor))
    return timeline, made


def planned_shifts(
    session: Session, actor: Actor, timeline: Timeline, new_on: date, working_days: WorkingDays
) -> Sequence[Shift]:
    """What another reference date would do, by day. One statement."""
    query = visible_follow_ups(actor).where(FollowUp.timeline_id == timeline.id)
    rows = session.scalars(query.order_by(FollowUp.due_on, FollowUp.id))
    return [_shift(row, new_on, working_days) for row in rows]


def move_reference(
    session: Session,
    actor: Actor,
    timeline: Timeline,
    new_on: date,
    ticked: Collection[UUID],
    working_days: WorkingDays,
    expected_version: int | None = None,
) -> list[FollowUp]:
    """Let `new_on` be the reference date. Of the untouched ones those ticked move; the others count as set by hand.

    Those set by hand keep their day and are flagged with what would follow. Raises Conflict, NotPermitted, Invalid.
    """
    case = session.get(Case, timeline.case_id)
    if case is None:
        raise NotVisible
    require(policy.may_create(actor, case, membership_of(session, actor, case.id)))
    if expected_version is not None and timeline.version != expected_version:
        raise Conflict(_("Somebody else changed this timeline in the meantime."), timeline.version)
    if not rules.EARLIEST_DUE <= new_on <= rules.LATEST_DUE:
        raise Invalid(Fault("reference_on", _("Give a day between 2000 and 2199.")))
    batch_id = new_id()
    touched: list[FollowUp] = []
    for shift in planned_shifts(session, actor, timeline, new_on, working_days):
        if shift.state == "stays":
            continue
        _case, follow_up, _membership = editing(session, actor, get_follow_up(session, actor, shift.id))
        values: dict[str, Any]
        if shift.state == "by_hand":
            values = {"due_to_check": shift.new}
        elif shift.id in ticked:
            values = {"due_on": shift.new}
        else:
            values = {"due_by_hand": True}
        kind: Change = "due_changed" if "due_on" in values else "edited"
        beside = {} if touched else {"reference_on": (timeline.reference_on, new_on)}  # once: the undo puts it back
        if change(
            session, actor, follow_up, values, kind, "follow_up.reference_moved", batch_id=batch_id, beside=beside
        ):
            touched.append(follow_up)
    timeline.reference_on = new_on
    record(session, actor, "timeline.moved", "timeline", timeline.id, case_id=case.id)
    session.flush()
    return touched


def settle_day(session: Session, actor: Actor, follow_up: FollowUp, *, take: bool) -> FollowUp:
    """Decide about a day that was set by hand while the reference date moved: take the new one, or keep it."""
    _case, follow_up, _membership = editing(session, actor, follow_up)
    if follow_up.due_to_check is None:
        return follow_up
    values = {"due_on": follow_up.due_to_check, "due_by_hand": False} if take else {}
    values = {**values, "due_to_check": None}
    change(session, actor, follow_up, values, "due_changed" if take else "edited", "follow_up.day_settled")
    return follow_up


def follow_corrected_entry(session: Session, event: CaseEventRecorded) -> None:
    """An entry was entered anew: timelines that counted from the old one count from it, and offer to move."""
    new = session.get(CaseEvent, event.event_id)
    if new is None or new.replaces_id is None:
        return
    for timeline in session.scalars(select(Timeline).where(Timeline.event_id == new.replaces_id)):
        timeline.event_id = new.id


def _made(actor: Actor, timeline: Timeline, row: NewRow, working_days: WorkingDays) -> FollowUp:
    given = day_of(timeline.reference_on, row.offset, working_days) if row.offset else None
    return FollowUp(
        id=new_id(),
        case_id=timeline.case_id,
        title=rules.clean_line(row.title),
        due_on=row.due_on,
        assignee_id=row.assignee_id,
        kind=row.kind,
        level=timeline.level,
        timeline_id=timeline.id,
        due_offset=row.offset,
        due_by_hand=given != row.due_on,
        created_by_id=actor.person_id,
        next_plan_at=clock.now(),
    )


def _shift(row: FollowUp, new_on: date, working_days: WorkingDays) -> Shift:
    new = day_of(new_on, row.due_offset, working_days) if row.due_offset else None
    if new is None or not row.is_active or new == row.due_on:
        return Shift(row.id, row.title, row.due_on, new, "stays")
    return Shift(row.id, row.title, row.due_on, new, "by_hand" if row.due_by_hand else "moves")


def _other_day(reference_on: date, occurred_on: str | None) -> date | None:
    if occurred_on is None or len(occurred_on) != len("2026-12-01"):
        return None
    day = date.fromisoformat(occurred_on)
    return day if day != reference_on else None
