"""The one place where services change a follow-up: the fields, their history, the audit, and telling the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.corrections import stored
from tracker.followups.checks import tell
from tracker.followups.happened import Change
from tracker.followups.models import FollowUp, FollowUpChange

DAYS: Final = frozenset({"due_on", "completed_on", "waiting_since", "snoozed_until", "due_to_check", "reference_on"})
IDS: Final = frozenset({"assignee_id", "completed_by_id", "waiting_on_contact_id", "post_id", "timeline_id"})
MADE_OF: Final = ("title", "due_on", "assignee_id", "kind", "priority", "notes", "level", "rrule", "recurs")
"""What the history says of a new one, where it is said at all."""
NEW_PROMISE: Final = frozenset({"due_on", "assignee_id"})
"""Reminders are keyed by `due_version`: a new day or a new assignee is a new promise."""


def restored(name: str, value: Any) -> Any:
    """A field's value from JSON."""
    if value is None:
        return None
    if name in DAYS:
        return date.fromisoformat(value)
    return UUID(value) if name in IDS else value


def change(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    values: Mapping[str, Any],
    kind: Change,
    action: str,
    *,
    batch_id: UUID | None = None,
    undoes_id: UUID | None = None,
    quiet: bool = False,
    beside: Mapping[str, tuple[Any, Any]] | None = None,
    **detail: Any,
) -> FollowUpChange | None:
    """Set `values`, and write down what stood before; None when they stand so already.

    `quiet`: the assignee gets no mail that the work is theirs now. Changes with one `batch_id` are undone together.
    `beside`: what changed with it though it is no field of the follow-up, as (before, after), for the undo to put back.
    """
    values = {name: value for name, value in values.items() if getattr(follow_up, name) != value}
    if not values:
        return None
    if "assignee_id" in values and follow_up.assignee_named is not None:
        values.setdefault("assignee_named", None)
    before = {name: stored(getattr(follow_up, name)) for name in values}
    for name, value in values.items():
        setattr(follow_up, name, value)
    if NEW_PROMISE & values.keys():
        follow_up.due_version += 1
    follow_up.next_plan_at = clock.now()
    after = {name: stored(value) for name, value in values.items()}
    for name, (stood, stands) in (beside or {}).items():
        before[name], after[name] = stored(stood), stored(stands)
    row = note(session, actor, follow_up, kind, before, after, batch_id=batch_id, undoes_id=undoes_id)
    tell(session, actor, follow_up, "edited" if quiet and kind == "assigned" else kind, action, **detail)
    return row


def note(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    kind: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    batch_id: UUID | None = None,
    undoes_id: UUID | None = None,
) -> FollowUpChange:
    """Write one row of history; for what hangs on the follow-up (checklist, watchers) the lists before and after."""
    row = FollowUpChange(
        follow_up_id=follow_up.id,
        batch_id=batch_id,
        kind=kind,
        before=dict(before),
        after=dict(after),
        by_id=actor.person_id,
        undoes_id=undoes_id,
    )
    session.add(row)
    return row


def note_made(session: Session, actor: Actor, made: Iterable[FollowUp], batch_id: UUID | None = None) -> None:
    """Write down that these are new. Their rows are in the database already."""
    for follow_up in made:
        said = {name: stored(getattr(follow_up, name)) for name in MADE_OF}
        after = {name: value for name, value in said.items() if value is not None}
        note(session, actor, follow_up, "created", {}, after, batch_id=batch_id)


def kind_of_edit(changed: Iterable[str]) -> Change:
    """What an edit of these fields is announced as."""
    changed = set(changed)
    if "assignee_id" in changed:
        return "assigned"
    return "due_changed" if "due_on" in changed else "edited"
