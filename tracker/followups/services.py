"""What people do with follow-ups: one function per intention."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import kept_level
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.followups import policy, rules
from tracker.followups.changing import change, kind_of_edit, note_made
from tracker.followups.checks import require_assignable, require_lowering, require_own_level, tell
from tracker.followups.locking import editing
from tracker.followups.models import FollowUp
from tracker.followups.progress import cancel, complete, reopen, snooze, start, wait
from tracker.followups.rrules import NotARule, parse
from tracker.followups.seeing import require_post
from tracker.followups.standard import add_standard, add_standard_as
from tracker.followups.undoing import undo

__all__ = [
    "add_follow_up",
    "add_standard",
    "add_standard_as",
    "assign",
    "cancel",
    "change_due",
    "complete",
    "edit_follow_up",
    "reopen",
    "repeat",
    "snooze",
    "start",
    "undo",
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
    commitment_id: UUID | None = None,
    priority: str = "normal",
    post_id: UUID | None = None,
    batch_id: UUID | None = None,
) -> FollowUp:
    """Give somebody (or nobody yet) something to do on `case`. `level` None: the case's own.

    `post_id`: the office that it is about; `commitment_id`: the promise of which it asks whether it was kept. Raises
    NotVisible, NotPermitted, Invalid; CannotSeeCase when the assignee may not see it.
    """
    membership = membership_of(session, actor, case.id)
    require(policy.may_create(actor, case, membership))
    title, notes = rules.clean_line(title), rules.clean_text(notes)
    rules.require_well_formed(title, due_on, kind, notes, priority=priority)
    if post_id is not None:
        require_post(session, actor, post_id, "post_id")
    level = rules.handed_level(level, case.level)
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
        commitment_id=commitment_id,
        priority=priority,
        post_id=post_id,
        created_by_id=actor.person_id,
        next_plan_at=clock.now(),
    )
    session.add(follow_up)
    session.flush()
    note_made(session, actor, [follow_up], batch_id)
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
    priority: str = UNCHANGED,
    post_id: UUID | None = UNCHANGED,
    batch_id: UUID | None = None,
    quiet: bool = False,
) -> FollowUp:
    """Change what is given. Raises Conflict when `expected_version` is no longer the one that stands.

    A day set here counts as set by hand: no reference date, and no commitment, moves it silently. `quiet`: no mail
    that it is theirs now.
    """
    case, follow_up, membership = editing(session, actor, follow_up, expected_version)
    wished = {
        "title": title if title is UNCHANGED else rules.clean_line(title),
        "due_on": due_on,
        "assignee_id": assignee_id,
        "kind": kind,
        "notes": notes if notes is UNCHANGED else rules.clean_text(notes),
        "level": level
        if level is UNCHANGED
        else rules.own_level(level, case.level) or kept_level(follow_up.level, case.level),
        "priority": priority,
        "post_id": post_id,
    }
    after: dict[str, Any] = {
        name: getattr(follow_up, name) if value is UNCHANGED else value for name, value in wished.items()
    }
    changed = sorted(name for name, value in after.items() if value != getattr(follow_up, name))
    if not changed:
        return follow_up
    rules.require_well_formed(
        after["title"], after["due_on"], after["kind"], after["notes"], priority=after["priority"]
    )
    require_own_level(actor, case, after["level"], membership)
    require_lowering(actor, case, follow_up, after["level"], membership)
    if "assignee_id" in changed or "level" in changed:
        require_assignable(session, actor, case, after["level"], after["assignee_id"], membership)
    if "post_id" in changed and after["post_id"] is not None:
        require_post(session, actor, after["post_id"], "post_id")
    values = {name: after[name] for name in changed}
    counts_from = (follow_up.timeline_id, follow_up.commitment_id, follow_up.due_to_check)
    if "due_on" in changed and any(one is not None for one in counts_from):
        values |= {"due_by_hand": True, "due_to_check": None}
    announced = kind_of_edit(changed)
    together: dict[str, Any] = {"batch_id": batch_id, "quiet": quiet}
    change(session, actor, follow_up, values, announced, "follow_up.edited", fields=changed, **together)
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


def repeat(session: Session, actor: Actor, follow_up: FollowUp, rule: str | None, recurs: str | None) -> FollowUp:
    """Let it come again by `rule` (RFC 5545), `on_completion` or `by_date`; None: no longer.

    The next one is counted from its day: `on_completion` when it is done, `by_date` when that day comes.
    Raises Invalid.
    """
    _case, follow_up, _membership = editing(session, actor, follow_up)
    values: dict[str, Any] = {"rrule": None, "recurs": None}
    if rule:
        try:
            values = {"rrule": str(parse(rule)), "recurs": recurs}
        except NotARule as problem:
            words = _("This part of the rule can't be followed: %(part)s.", part=problem.part)
            raise Invalid(Fault("rrule", words)) from problem
        if recurs not in ("on_completion", "by_date"):
            raise Invalid(Fault("recurs", _("Choose when the next one is made.")))
        if recurs == "by_date" and follow_up.due_on is None:
            raise Invalid(Fault("recurs", _("Give it a day first: the next one is made when that day comes.")))
    change(session, actor, follow_up, values, "edited", "follow_up.recurrence_set")
    return follow_up
