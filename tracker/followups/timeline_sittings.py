"""Timelines that count from a sitting of an institution: when its date is corrected or postponed, they move along.

A job moves them, as the operator, since whoever takes a date in sees few of the cases whose work hangs on it.
`sitting_on` of a timeline is the mark of that work: the day by which it was last reckoned.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR, Actor
from tracker.core.database import Database
from tracker.core.working_days import WorkingDays, working_days_among
from tracker.followups.models import ClockMove, Timeline
from tracker.followups.sitting_days import SITTINGS
from tracker.followups.timelines import Shift, move_reference, planned_shifts

log = logging.getLogger(__name__)

MOST = 500


@dataclass(frozen=True, slots=True)
class Hanging:
    """A timeline that counts from a sitting, on a case that the reader sees, and what the new day would do to it."""

    reference: str
    title: str
    timeline_id: UUID
    shifts: Sequence[Shift]


def hanging_on(session: Session, actor: Actor, moved: Mapping[UUID, date]) -> list[Hanging]:
    """What other days of sittings would do to the work that `actor` sees; `moved`: the new day of each."""
    query = (
        select(Timeline, Case)
        .join(Case, Case.id == Timeline.case_id)
        .where(sees(actor, Case.level, Case.id), Timeline.sitting_id.in_(moved))
        .where(Timeline.reference_on == Timeline.sitting_on)
    )
    rows = session.execute(query.order_by(Case.reference, Timeline.id).limit(MOST)).all() if moved else ()
    found = []
    for timeline, case in rows:
        days = working_days_among(case.countries, None)
        new_on = moved[timeline.sitting_id] if timeline.sitting_id else timeline.reference_on
        shifts = planned_shifts(session, actor, timeline, new_on, days)
        touched = [one for one in shifts if one.state != "stays"]
        if touched:
            found.append(Hanging(case.reference, timeline.title, timeline.id, touched))
    return found


def follow_sittings(database: Database) -> int:
    """Move what counts from sittings whose day is another by now; how many timelines. Each in a transaction of its own.

    One that can't be moved is left as it is, and tried again at the next tick.
    """
    with database.unit_of_work(OPERATOR) as session:
        waiting = session.scalars(_behind().with_only_columns(Timeline.id).order_by(Timeline.id).limit(MOST)).all()
    done = 0
    for timeline_id in waiting:
        try:
            with database.unit_of_work(OPERATOR) as session:
                done += _follow(session, timeline_id)
        except Exception as error:
            log.error("timeline %s can't follow its sitting: %s", timeline_id, type(error).__name__)
    return done


def _behind() -> Select[Timeline, date]:
    return (
        select(Timeline, SITTINGS.c.starts_on)
        .join(SITTINGS, SITTINGS.c.id == Timeline.sitting_id)
        .where(SITTINGS.c.starts_on != Timeline.sitting_on)
    )


def _follow(session: Session, timeline_id: UUID) -> bool:
    held = _behind().where(Timeline.id == timeline_id).with_for_update(of=Timeline, skip_locked=True)
    row = session.execute(held).one_or_none()
    if row is None:
        return False
    timeline, new_on = row
    is_by_hand = timeline.reference_on != timeline.sitting_on
    timeline.sitting_on = new_on
    if is_by_hand:  # somebody gave the timeline another day: its page shows both
        session.flush()
        return True
    days = working_days_among(session.get_one(Case, timeline.case_id).countries, None)
    _write_down(session, timeline, new_on, days)
    touched = planned_shifts(session, OPERATOR, timeline, new_on, days)
    move_reference(session, OPERATOR, timeline, new_on, {one.id for one in touched}, days)
    return True


def _write_down(session: Session, timeline: Timeline, new_on: date, days: WorkingDays) -> None:
    """The ledger: what the offset gave before and gives now, also where a day set by hand stays."""
    gave = {one.id: one.new for one in planned_shifts(session, OPERATOR, timeline, timeline.reference_on, days)}
    for shift in planned_shifts(session, OPERATOR, timeline, new_on, days):
        if shift.state != "stays":
            session.add(
                ClockMove(
                    follow_up_id=shift.id,
                    at=clock.now(),
                    old_on=gave[shift.id],
                    new_on=shift.new,
                    cause="sitting_moved",
                    is_by_hand=shift.state == "by_hand",
                )
            )
