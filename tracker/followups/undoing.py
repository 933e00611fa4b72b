"""Undo: what a change did is put back, as long as it still stands as the change left it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.corrections import stored
from tracker.core.errors import NotVisible
from tracker.core.ids import new_id
from tracker.followups import checklist, needs, watchers
from tracker.followups.changing import change, kind_of_edit, note, restored
from tracker.followups.checks import require_assignable, require_lowering, require_own_level, tell
from tracker.followups.happened import Change
from tracker.followups.locking import editing, locked, progressing
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.queries import get_follow_up
from tracker.followups.refusals import CannotUndo, Standing
from tracker.followups.timelines import timeline_of

PROGRESS = frozenset(
    {
        "status",
        "completed_on",
        "completed_by_id",
        "waiting_on",
        "waiting_on_contact_id",
        "waiting_since",
        "snoozed_until",
        "checklist",
    }
)
"""What the assignee may change, and so also put back."""
REFERENCE = "reference_on"
"""The day of the timeline, kept beside the first of the follow-ups that moved with it."""


def undo(session: Session, actor: Actor, change_id: UUID) -> list[FollowUp]:
    """Put back what the change (and those made together with it) did. Answers the follow-ups concerned.

    Raises CannotUndo, naming both values, where a field no longer stands as the change left it or all is undone; then
    nothing is changed. Raises NotVisible, NotPermitted.
    """
    first = _visible(session, actor, change_id)
    together = _together(session, first)
    pairs = [(one, get_follow_up(session, actor, one.follow_up_id)) for one in together]
    for _one, follow_up in sorted(pairs, key=lambda pair: pair[1].id):
        locked(session, follow_up, None)
    pairs = [pair for pair in pairs if not _is_touched_successor(session, first, *pair)]
    for one, follow_up in pairs:
        _require_may(session, actor, one, follow_up)
    lines = [line for one, follow_up in pairs for line in _moved_on(session, actor, one, follow_up)]
    if lines or not pairs:
        raise CannotUndo(lines)
    batch_id = new_id() if len(pairs) > 1 else None
    for one, follow_up in reversed(pairs):
        _put_back(session, actor, one, follow_up, batch_id)
        one.undone_at = clock.now()
    session.flush()
    return [follow_up for _one, follow_up in pairs]


def latest_change(session: Session, actor: Actor, follow_up_id: UUID) -> UUID | None:
    """The change that `actor` made last to it, for the offer to undo it."""
    query = select(FollowUpChange.id).where(FollowUpChange.follow_up_id == follow_up_id)
    query = query.where(FollowUpChange.by_id == actor.person_id, FollowUpChange.undone_at.is_(None))
    return session.scalar(query.order_by(FollowUpChange.at.desc(), FollowUpChange.id.desc()).limit(1))


def _visible(session: Session, actor: Actor, change_id: UUID) -> FollowUpChange:
    found = session.get(FollowUpChange, change_id)
    if found is None:
        raise NotVisible
    get_follow_up(session, actor, found.follow_up_id)
    before, after = _seen(session, actor, found)
    if after.keys() == {"needs"} and before == after:
        raise NotVisible  # all that it is about is hidden
    return found


def _seen(session: Session, actor: Actor, one: FollowUpChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood before and after, without the needs that `actor` does not see: these stay as they are."""
    if "needs" not in one.after:
        return one.before, one.after
    seen = needs.seen_among(session, actor, {*one.before["needs"], *one.after["needs"]})
    before, after = ([need for need in said["needs"] if need in seen] for said in (one.before, one.after))
    return {**one.before, "needs": before}, {**one.after, "needs": after}


def _together(session: Session, first: FollowUpChange) -> Sequence[FollowUpChange]:
    if first.batch_id is None:
        return [] if first.undone_at is not None else [first]
    query = select(FollowUpChange).where(FollowUpChange.batch_id == first.batch_id, FollowUpChange.undone_at.is_(None))
    return session.scalars(query.order_by(FollowUpChange.at, FollowUpChange.id)).all()


def _is_touched_successor(session: Session, first: FollowUpChange, one: FollowUpChange, follow_up: FollowUp) -> bool:
    """The next of a series on which somebody has worked stays, when what made it is undone."""
    return one is not first and one.kind == "created" and _is_touched(session, one, follow_up)


def _is_touched(session: Session, one: FollowUpChange, follow_up: FollowUp) -> bool:
    query = select(FollowUpChange.id).where(FollowUpChange.follow_up_id == follow_up.id, FollowUpChange.id != one.id)
    still = query.where(FollowUpChange.undone_at.is_(None), FollowUpChange.undoes_id.is_(None)).limit(1)
    return not follow_up.is_active or session.scalar(still) is not None


def _require_may(session: Session, actor: Actor, one: FollowUpChange, follow_up: FollowUp) -> None:
    changed = {"title"} if one.kind == "created" else one.before.keys()
    watched = set(one.before.get("watchers", ())), set(one.after.get("watchers", ()))
    if changed <= {"watchers"} and watched[0] ^ watched[1] <= {str(actor.person_id)}:
        return
    if changed <= PROGRESS:
        progressing(session, actor, follow_up)
        return
    case, follow_up, membership = editing(session, actor, follow_up)
    before = {name: restored(name, value) for name, value in one.before.items() if name in ("assignee_id", "level")}
    level = before.get("level", follow_up.level)
    require_own_level(actor, case, level, membership)
    require_lowering(actor, case, follow_up, level, membership)
    for person_id in watched[0] - watched[1]:
        require_assignable(session, actor, case, level, UUID(person_id), membership, "watcher")
    if before:
        wanted = before.get("assignee_id", follow_up.assignee_id)
        require_assignable(session, actor, case, level, wanted, membership)


def _moved_on(session: Session, actor: Actor, one: FollowUpChange, follow_up: FollowUp) -> list[Standing]:
    if one.kind == "created":
        return [] if follow_up.is_active else [Standing("status", follow_up.status, "cancelled")]
    before, after = _seen(session, actor, one)
    now = {name: _current(session, name, follow_up) for name in after}
    return [Standing(name, now[name], before.get(name)) for name, left in after.items() if now[name] != left]


def _current(session: Session, name: str, follow_up: FollowUp) -> Any:
    if name == "checklist":
        return checklist.kept(checklist.lines_of(session, follow_up.id))
    if name == "watchers":
        return watchers.watching(session, follow_up.id)
    if name == "needs":
        return needs.needs_of(session, follow_up.id)
    if name == REFERENCE:
        timeline = timeline_of(session, follow_up)
        return stored(timeline.reference_on) if timeline is not None else None
    return stored(getattr(follow_up, name))


def _put_back_reference(session: Session, actor: Actor, follow_up: FollowUp, reference_on: Any) -> None:
    """The day around which the timeline stands, which moved together with its follow-ups."""
    timeline = timeline_of(session, follow_up)
    if timeline is not None:
        timeline.reference_on = reference_on
        record(session, actor, "timeline.moved", "timeline", timeline.id, case_id=timeline.case_id)


def _put_back(session: Session, actor: Actor, one: FollowUpChange, follow_up: FollowUp, batch_id: UUID | None) -> None:
    if one.kind == "created":
        gone = {"status": "cancelled"}
        change(session, actor, follow_up, gone, "cancelled", "follow_up.undone", batch_id=batch_id, undoes_id=one.id)
        return
    before, after = _seen(session, actor, one)
    if _put_back_lists(session, before, follow_up):
        note(session, actor, follow_up, "edited", after, before, batch_id=batch_id, undoes_id=one.id)
        tell(session, actor, follow_up, "edited", "follow_up.undone")
        return
    values = {name: restored(name, value) for name, value in one.before.items()}
    beside = {}
    if REFERENCE in values:
        beside[REFERENCE] = (restored(REFERENCE, one.after[REFERENCE]), values.pop(REFERENCE))
        _put_back_reference(session, actor, follow_up, beside[REFERENCE][1])
    kind = _kind(follow_up, values)
    change(
        session, actor, follow_up, values, kind, "follow_up.undone",
        batch_id=batch_id, undoes_id=one.id, beside=beside,
    )  # fmt: skip


def _put_back_lists(session: Session, stood: dict[str, Any], follow_up: FollowUp) -> bool:
    for name, before in stood.items():
        if name == "checklist":
            checklist.put_lines(session, follow_up.id, before)
        elif name == "watchers":
            watchers.put_watchers(session, follow_up.id, [UUID(found) for found in before])
        elif name == "needs":
            needs.put_needs(session, follow_up.id, [UUID(found) for found in before])
        else:
            return False
    return True


def _kind(follow_up: FollowUp, values: dict[str, Any]) -> Change:
    status = values.get("status", follow_up.status)
    if status != follow_up.status and status in ("done", "cancelled"):
        return "completed" if status == "done" else "cancelled"
    if status != follow_up.status and not follow_up.is_active:
        return "reopened"
    return kind_of_edit(values)
