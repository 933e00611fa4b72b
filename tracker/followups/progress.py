"""How work goes on: started, waiting on others, done, opened again, given up, put off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.core.ids import new_id
from tracker.followups import rules
from tracker.followups.changing import change, note_made
from tracker.followups.checks import tell
from tracker.followups.locking import editing, progressing
from tracker.followups.models import FollowUp
from tracker.followups.needs import open_needs
from tracker.followups.recurrence import make_next, withdraw_next
from tracker.followups.refusals import NeedsOpen
from tracker.followups.seeing import require_contact

_NO_WAITING: dict[str, Any] = {"waiting_on": None, "waiting_on_contact_id": None, "waiting_since": None}


def start(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    *,
    batch_id: UUID | None = None,
) -> FollowUp:
    """Somebody works on it now."""
    _case, follow_up, _membership = progressing(session, actor, follow_up, expected_version)
    _require_active(follow_up)
    values = {"status": "in_progress", **_NO_WAITING}
    change(session, actor, follow_up, values, "edited", "follow_up.started", batch_id=batch_id)
    return follow_up


def wait(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    *,
    waiting_on: str | None = None,
    contact_id: UUID | None = None,
    since: date | None = None,
) -> FollowUp:
    """It can't go on before somebody else has acted: said in words, or a contact that the actor sees.

    Counted from `since`, from today when not said; the day stays where only the words change.
    """
    _case, follow_up, _membership = progressing(session, actor, follow_up, expected_version)
    _require_active(follow_up)
    words = rules.clean_line(waiting_on) or None
    if words is not None and len(words) > rules.LONGEST_TITLE:
        raise Invalid(Fault("waiting_on", _("Use at most %(number)s characters.", number=rules.LONGEST_TITLE)))
    if contact_id is not None and contact_id != follow_up.waiting_on_contact_id:
        require_contact(session, actor, contact_id, "contact")
    values = {
        "status": "waiting",
        "waiting_on": words,
        "waiting_on_contact_id": contact_id,
        "waiting_since": since or follow_up.waiting_since or clock.today(),
    }
    change(session, actor, follow_up, values, "edited", "follow_up.waiting")
    return follow_up


def complete(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    completed_on: date | None = None,
    *,
    although_needed: bool = False,
    batch_id: UUID | None = None,
) -> FollowUp:
    """It is done, on `completed_on` (today when not said). Doing it twice changes nothing.

    A recurring one makes its next. Raises NeedsOpen when things that it needs are not done, unless `although_needed`.
    """
    case, follow_up, _membership = progressing(session, actor, follow_up, expected_version)
    if follow_up.status == "done":
        return follow_up
    if not although_needed and (open_ones := open_needs(session, actor, follow_up)):
        raise NeedsOpen(open_ones)
    values = {
        "status": "done",
        "completed_on": completed_on or clock.today(),
        "completed_by_id": actor.person_id,
        **_NO_WAITING,
    }
    recurs = follow_up.every_days is not None or follow_up.recurs == "on_completion"
    batch_id = batch_id or (new_id() if recurs else None)
    change(session, actor, follow_up, values, "completed", "follow_up.completed", batch_id=batch_id)
    following = make_next(session, actor, case, follow_up) if recurs else None
    if following is not None:
        session.flush()
        note_made(session, actor, [following], batch_id)
        tell(session, actor, following, "created", "follow_up.recurred", after=str(follow_up.id))
    return follow_up


def reopen(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    *,
    batch_id: UUID | None = None,
    undoes_id: UUID | None = None,
) -> FollowUp:
    """It is not done after all. A next one that nobody has touched is taken back."""
    case, follow_up, _membership = progressing(session, actor, follow_up, expected_version)
    if follow_up.is_active:
        return follow_up
    values = {"status": "open", "completed_on": None, "completed_by_id": None}
    withdrawn = withdraw_next(session, case, follow_up)
    if withdrawn is not None:
        batch_id = batch_id or new_id()
    names: dict[str, Any] = {"batch_id": batch_id, "undoes_id": undoes_id}
    change(session, actor, follow_up, values, "reopened", "follow_up.reopened", **names)
    if withdrawn is not None:
        action = "follow_up.recurrence_withdrawn"
        gone = {"status": "cancelled"}
        change(session, actor, withdrawn, gone, "cancelled", action, batch_id=batch_id, after=str(follow_up.id))
    return follow_up


def cancel(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    *,
    batch_id: UUID | None = None,
) -> FollowUp:
    """It will not be done; it stays in the history. A series by date ends with it."""
    _case, follow_up, _membership = editing(session, actor, follow_up, expected_version)
    values = {"status": "cancelled", **_NO_WAITING}
    change(session, actor, follow_up, values, "cancelled", "follow_up.cancelled", batch_id=batch_id)
    return follow_up


def snooze(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    until: date | None,
    today: date,
    expected_version: int | None = None,
    *,
    batch_id: UUID | None = None,
) -> FollowUp:
    """Hide it from its assignee until that day (None: no longer). The due day stays, and so do the mails of that day.

    `today` is the actor's. Raises Invalid for a day that is not to come, or work that is closed.
    """
    _case, follow_up, _membership = progressing(session, actor, follow_up, expected_version)
    if until is not None:
        _require_active(follow_up)
        if not today < until <= rules.LATEST_DUE:
            raise Invalid(Fault("until", _("Choose a day after today.")))
    action = "follow_up.snoozed" if until else "follow_up.woken"
    change(session, actor, follow_up, {"snoozed_until": until}, "edited", action, batch_id=batch_id)
    return follow_up


def _require_active(follow_up: FollowUp) -> None:
    if not follow_up.is_active:
        raise Invalid(Fault("", _("This is closed already. Reopen it first.")))
