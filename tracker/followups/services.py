"""What people do with follow-ups: one function per intention."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.followups import policy, rules
from tracker.followups.checks import require_assignable, require_own_level, tell
from tracker.followups.happened import Change
from tracker.followups.models import FollowUp
from tracker.followups.recurrence import make_next, withdraw_next
from tracker.followups.standard import add_standard

__all__ = [
    "add_follow_up",
    "add_standard",
    "assign",
    "cancel",
    "change_due",
    "complete",
    "edit_follow_up",
    "reopen",
    "start",
    "wait",
]

UNCHANGED: Any = object()
"""For an edit: leave this field as it is (None clears it)."""


def add_follow_up(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    title: str,
    due_on: date | None = None,
    assignee_id: UUID | None = None,
    kind: str = "follow_up",
    notes: str | None = None,
    level: str | None = None,
    engagement_id: UUID | None = None,
) -> FollowUp:
    """Give somebody (or nobody yet) something to do on `case`. `level` None: the case's own.

    Raises NotVisible, NotPermitted, Invalid; CannotSeeCase when the assignee may not see it.
    """
    membership = membership_of(session, actor, case.id)
    require(policy.may_create(actor, case, membership))
    title, notes = rules.clean_line(title), rules.clean_text(notes)
    rules.require_well_formed(title, due_on, kind, notes)
    level = rules.own_level(level, case.level)
    require_own_level(actor, case, level, membership)
    require_assignable(session, actor, case, level, assignee_id, membership)
    follow_up = FollowUp(
        case_id=case.id,
        title=title,
        due_on=due_on,
        assignee_id=assignee_id,
        kind=kind,
        notes=notes,
        level=level,
        engagement_id=engagement_id,
        created_by_id=actor.person_id,
        next_plan_at=clock.now(),
    )
    session.add(follow_up)
    tell(session, actor, follow_up, "created", "follow_up.created")
    return follow_up


def edit_follow_up(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    *,
    expected_version: int | None = None,
    title: str = UNCHANGED,
    due_on: date | None = UNCHANGED,
    assignee_id: UUID | None = UNCHANGED,
    kind: str = UNCHANGED,
    notes: str | None = UNCHANGED,
    level: str | None = UNCHANGED,
) -> FollowUp:
    """Change what is given. Raises Conflict when `expected_version` is no longer the one that stands."""
    case, follow_up = _locked(session, follow_up, expected_version)
    membership = membership_of(session, actor, case.id)
    require(policy.may_edit(actor, case, follow_up, membership))
    wished = {
        "title": title if title is UNCHANGED else rules.clean_line(title),
        "due_on": due_on,
        "assignee_id": assignee_id,
        "kind": kind,
        "notes": notes if notes is UNCHANGED else rules.clean_text(notes),
        "level": level if level is UNCHANGED else rules.own_level(level, case.level),
    }
    after: dict[str, Any] = {
        name: getattr(follow_up, name) if value is UNCHANGED else value for name, value in wished.items()
    }
    changed = sorted(name for name, value in after.items() if value != getattr(follow_up, name))
    if not changed:
        return follow_up
    rules.require_well_formed(after["title"], after["due_on"], after["kind"], after["notes"])
    require_own_level(actor, case, after["level"], membership)
    if "assignee_id" in changed or "level" in changed:
        require_assignable(session, actor, case, after["level"], after["assignee_id"], membership)
    for name in changed:
        setattr(follow_up, name, after[name])
    _plan_anew(follow_up, changed)
    tell(session, actor, follow_up, _change(changed), "follow_up.edited", fields=changed)
    return follow_up


def assign(
    session: Session, actor: Actor, follow_up: FollowUp, assignee_id: UUID | None, expected_version: int | None = None
) -> FollowUp:
    """Give the work to somebody else, or to nobody."""
    return edit_follow_up(session, actor, follow_up, expected_version=expected_version, assignee_id=assignee_id)


def change_due(
    session: Session, actor: Actor, follow_up: FollowUp, due_on: date | None, expected_version: int | None = None
) -> FollowUp:
    """Move the day on which it is due, or take it away."""
    return edit_follow_up(session, actor, follow_up, expected_version=expected_version, due_on=due_on)


def start(session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None) -> FollowUp:
    """Somebody works on it now."""
    return _progress(session, actor, follow_up, "in_progress", "edited", "follow_up.started", expected_version)


def wait(session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None) -> FollowUp:
    """It can't go on before somebody else has acted."""
    return _progress(session, actor, follow_up, "waiting", "edited", "follow_up.waiting", expected_version)


def complete(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    expected_version: int | None = None,
    completed_on: date | None = None,
) -> FollowUp:
    """It is done, on `completed_on` (today when not said). Doing it twice changes nothing.

    A recurring one makes its next.
    """
    case, follow_up = _progressing(session, actor, follow_up, expected_version)
    if follow_up.status == "done":
        return follow_up
    follow_up.status = "done"
    follow_up.completed_on = completed_on or clock.today()
    follow_up.completed_by_id = actor.person_id
    follow_up.next_plan_at = clock.now()
    tell(session, actor, follow_up, "completed", "follow_up.completed")
    following = make_next(session, actor, case, follow_up)
    if following is not None:
        tell(session, actor, following, "created", "follow_up.recurred", after=str(follow_up.id))
    return follow_up


def reopen(session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None) -> FollowUp:
    """It is not done after all: the undo of completing and of cancelling. An untouched recurrence is taken back."""
    case, follow_up = _progressing(session, actor, follow_up, expected_version)
    if follow_up.is_active:
        return follow_up
    follow_up.status = "open"
    follow_up.completed_on = follow_up.completed_by_id = None
    follow_up.next_plan_at = clock.now()
    tell(session, actor, follow_up, "reopened", "follow_up.reopened")
    withdrawn = withdraw_next(session, case, follow_up)
    if withdrawn is not None:
        tell(session, actor, withdrawn, "cancelled", "follow_up.recurrence_withdrawn", after=str(follow_up.id))
    return follow_up


def cancel(session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None) -> FollowUp:
    """It will not be done; it stays in the history."""
    case, follow_up = _locked(session, follow_up, expected_version)
    require(policy.may_edit(actor, case, follow_up, membership_of(session, actor, case.id)))
    return _set_status(session, actor, follow_up, "cancelled", "cancelled", "follow_up.cancelled")


def _progress(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    status: str,
    change: Change,
    action: str,
    expected_version: int | None,
) -> FollowUp:
    _case, follow_up = _progressing(session, actor, follow_up, expected_version)
    if not follow_up.is_active:
        raise Invalid(Fault("", _("This is closed already. Reopen it first.")))
    return _set_status(session, actor, follow_up, status, change, action)


def _set_status(
    session: Session, actor: Actor, follow_up: FollowUp, status: str, change: Change, action: str
) -> FollowUp:
    if follow_up.status != status:
        follow_up.status = status
        follow_up.next_plan_at = clock.now()
        tell(session, actor, follow_up, change, action)
    return follow_up


def _progressing(
    session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None
) -> tuple[Case, FollowUp]:
    case, follow_up = _locked(session, follow_up, expected_version)
    require(policy.may_progress(actor, case, follow_up, membership_of(session, actor, case.id)))
    return case, follow_up


def _locked(session: Session, follow_up: FollowUp, expected_version: int | None) -> tuple[Case, FollowUp]:
    """The row as it stands, held until the end of the transaction, and its case."""
    standing = session.scalar(
        select(FollowUp.version).where(FollowUp.id == follow_up.id).with_for_update(key_share=True)
    )
    current, case = session.get(FollowUp, follow_up.id), session.get(Case, follow_up.case_id)
    if standing is None or current is None or case is None:
        raise NotVisible
    if expected_version is not None and standing != expected_version:
        raise Conflict(_("Somebody else changed this follow-up in the meantime."), standing)
    if standing != current.version:
        session.refresh(current)  # somebody was faster, and the caller goes on from where they left it
    return case, current


def _plan_anew(follow_up: FollowUp, changed: list[str]) -> None:
    """Reminders are keyed by `due_version`: a new day or a new assignee is a new promise."""
    if "due_on" in changed or "assignee_id" in changed:
        follow_up.due_version += 1
    if "assignee_id" in changed:
        follow_up.assignee_named = None
    follow_up.next_plan_at = clock.now()


def _change(changed: list[str]) -> Change:
    if "assignee_id" in changed:
        return "assigned"
    return "due_changed" if "due_on" in changed else "edited"
