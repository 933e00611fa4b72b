"""One change of many follow-ups: each by its own service and right, all in one batch that is undone together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted
from tracker.core.ids import new_id
from tracker.core.working_days import WorkingDays
from tracker.followups.dates import offset_day
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.progress import cancel, complete, snooze
from tracker.followups.queries import visible_follow_ups
from tracker.followups.services import edit_follow_up
from tracker.followups.watchers import unwatch, watch

ACTIONS = ("assign", "due", "shift", "priority", "snooze", "complete", "cancel", "watch", "unwatch")
MOST = 200
WorkingDaysOf = Callable[[Sequence[str]], WorkingDays]


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What to do to all of them. `person_id` None: nobody. `shift` counts in `unit` (`d`, `w`, `wd`)."""

    action: str
    person_id: UUID | None = None
    day: date | None = None
    shift: int = 0
    unit: str = "d"
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one. `refusal`: why it was left alone; neither changes nor a refusal: it stands so already."""

    id: UUID
    title: str
    reference: str
    changes: Sequence[FollowUpChange] = ()
    refusal: str = ""


def bulk_change(
    session: Session,
    actor: Actor,
    ids: Sequence[UUID],
    change: BulkChange,
    *,
    today: date,
    working_days_of: WorkingDaysOf,
    quiet: bool = False,
) -> list[Outcome]:
    """Change those that `actor` may change, and say why the others were left alone; unseen ones are not mentioned.

    `today` is the actor's. `quiet`: nobody gets a mail that work is theirs now. Due reminders go on as ever. For a
    preview call it and roll back. Raises Invalid for an unknown action or too many at once.
    """
    if change.action not in ACTIONS:
        raise Invalid(Fault("action", _("Choose what to change.")))
    if len(ids) > MOST:
        raise Invalid(Fault("id", _("Choose at most %(number)s at once.", number=MOST)))
    query = visible_follow_ups(actor).add_columns(Case).where(FollowUp.id.in_(ids)).order_by(FollowUp.id)
    batch_id = new_id()
    outcomes = []
    for follow_up, case in session.execute(query).all():
        shown = Outcome(follow_up.id, follow_up.title, case.reference)
        try:
            with session.begin_nested():
                _apply(session, actor, follow_up, change, today, working_days_of(case.countries), quiet, batch_id)
        except (Invalid, NotPermitted, Conflict) as problem:
            shown = replace(shown, refusal=_reason(problem))
        outcomes.append(shown)
    made = _changes_of(session, batch_id)
    return [replace(one, changes=made.get(one.id, ())) for one in outcomes]


def _apply(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    change: BulkChange,
    today: date,
    working_days: WorkingDays,
    quiet: bool,
    batch_id: UUID,
) -> None:
    match change.action:
        case "assign":
            edit_follow_up(session, actor, follow_up, assignee_id=change.person_id, batch_id=batch_id, quiet=quiet)
        case "due":
            edit_follow_up(session, actor, follow_up, due_on=change.day, batch_id=batch_id, quiet=quiet)
        case "shift":
            due_on = _shifted(follow_up, change, working_days)
            edit_follow_up(session, actor, follow_up, due_on=due_on, batch_id=batch_id, quiet=quiet)
        case "priority":
            edit_follow_up(session, actor, follow_up, priority=change.priority, batch_id=batch_id, quiet=quiet)
        case "snooze":
            snooze(session, actor, follow_up, change.day, today, batch_id=batch_id)
        case "complete":
            _require_active(follow_up)
            complete(session, actor, follow_up, completed_on=today, batch_id=batch_id)
        case "cancel":
            _require_active(follow_up)
            cancel(session, actor, follow_up, batch_id=batch_id)
        case "watch" | "unwatch":
            if change.person_id is None:
                raise Invalid(Fault("person", _("Choose one of the people offered.")))
            act = watch if change.action == "watch" else unwatch
            act(session, actor, follow_up, change.person_id, batch_id=batch_id)


def _shifted(follow_up: FollowUp, change: BulkChange, working_days: WorkingDays) -> date:
    if follow_up.due_on is None:
        raise Invalid(Fault("due_on", _("It has no day that could be moved.")))
    try:
        return offset_day(change.shift, change.unit, follow_up.due_on, working_days)
    except OverflowError as error:
        raise Invalid(Fault("due_on", _("Give a day between 2000 and 2199."))) from error


def _require_active(follow_up: FollowUp) -> None:
    if not follow_up.is_active:
        raise Invalid(Fault("", _("It is closed already.")))


def _reason(problem: Invalid | NotPermitted | Conflict) -> str:
    if isinstance(problem, Invalid):
        return " ".join(fault.message for fault in problem.faults)
    return str(problem.message)


def _changes_of(session: Session, batch_id: UUID) -> dict[UUID, list[FollowUpChange]]:
    session.flush()
    query = select(FollowUpChange).where(FollowUpChange.batch_id == batch_id)
    found: dict[UUID, list[FollowUpChange]] = {}
    for row in session.scalars(query.order_by(FollowUpChange.at, FollowUpChange.id)):
        found.setdefault(row.follow_up_id, []).append(row)
    return found
