"""The checklist of a follow-up: lines that are added, ticked, moved and removed by whoever may work on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.corrections import stored
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.ids import new_id
from tracker.followups import rules
from tracker.followups.changing import note
from tracker.followups.locking import progressing
from tracker.followups.models import ChecklistItem, FollowUp

MOST_LINES = 100


def lines_of(session: Session, follow_up_id: UUID) -> Sequence[ChecklistItem]:
    """In their order. One statement."""
    query = select(ChecklistItem).where(ChecklistItem.follow_up_id == follow_up_id)
    return session.scalars(query.order_by(ChecklistItem.position, ChecklistItem.id)).all()


def add_line(session: Session, actor: Actor, follow_up: FollowUp, text: str) -> None:
    """Add a line at the end."""
    follow_up, lines = _lines(session, actor, follow_up)
    text = rules.clean_line(text)
    if not text:
        raise Invalid(Fault("text", _("Say in a few words what is to be done.")))
    if len(text) > rules.LONGEST_TITLE:
        raise Invalid(Fault("text", _("Use at most %(number)s characters.", number=rules.LONGEST_TITLE)))
    if len(lines) >= MOST_LINES:
        raise Invalid(Fault("text", _("A checklist holds at most %(number)s lines.", number=MOST_LINES)))
    before = kept(lines)
    line = ChecklistItem(id=new_id(), follow_up_id=follow_up.id, position=len(lines), text=text)
    session.add(line)
    _note(session, actor, follow_up, before, kept([*lines, line]))


def tick_line(session: Session, actor: Actor, follow_up: FollowUp, line_id: UUID, is_done: bool) -> None:
    """Done, or not after all. Twice changes nothing."""
    follow_up, lines = _lines(session, actor, follow_up)
    line, before = _line(lines, line_id), kept(lines)
    if (line.done_at is not None) != is_done:
        line.done_at, line.done_by_id = (clock.now(), actor.person_id) if is_done else (None, None)
        _note(session, actor, follow_up, before, kept(lines))


def move_line(session: Session, actor: Actor, follow_up: FollowUp, line_id: UUID, by: int) -> None:
    """One place up (-1) or down (1); the ends stay ends."""
    follow_up, lines = _lines(session, actor, follow_up)
    order, before = list(lines), kept(lines)
    place = order.index(_line(lines, line_id))
    target = min(max(place + by, 0), len(order) - 1)
    if target != place:
        order.insert(target, order.pop(place))
        for position, line in enumerate(order):
            line.position = position
        _note(session, actor, follow_up, before, kept(order))


def remove_line(session: Session, actor: Actor, follow_up: FollowUp, line_id: UUID) -> None:
    """Take a line away."""
    follow_up, lines = _lines(session, actor, follow_up)
    line, before = _line(lines, line_id), kept(lines)
    session.delete(line)
    _note(session, actor, follow_up, before, kept([one for one in lines if one is not line]))


def kept(lines: Sequence[ChecklistItem]) -> list[dict[str, Any]]:
    """The lines as the history keeps them."""
    return [
        {"id": str(line.id), "text": line.text, "done_at": stored(line.done_at), "done_by_id": stored(line.done_by_id)}
        for line in lines
    ]


def put_lines(session: Session, follow_up_id: UUID, wanted: Sequence[dict[str, Any]]) -> None:
    """Let the checklist be `wanted`, as the history keeps it."""
    session.execute(delete(ChecklistItem).where(ChecklistItem.follow_up_id == follow_up_id))
    for position, line in enumerate(wanted):
        session.add(
            ChecklistItem(
                id=UUID(line["id"]),
                follow_up_id=follow_up_id,
                position=position,
                text=line["text"],
                done_at=datetime.fromisoformat(line["done_at"]) if line["done_at"] else None,
                done_by_id=UUID(line["done_by_id"]) if line["done_by_id"] else None,
            )
        )


def _lines(session: Session, actor: Actor, follow_up: FollowUp) -> tuple[FollowUp, Sequence[ChecklistItem]]:
    _case, follow_up, _membership = progressing(session, actor, follow_up)
    return follow_up, lines_of(session, follow_up.id)


def _line(lines: Sequence[ChecklistItem], line_id: UUID) -> ChecklistItem:
    for line in lines:
        if line.id == line_id:
            return line
    raise NotVisible


def _note(
    session: Session, actor: Actor, follow_up: FollowUp, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    note(session, actor, follow_up, "edited", {"checklist": before}, {"checklist": after})
    record(session, actor, "follow_up.checklist_changed", "follow_up", follow_up.id, case_id=follow_up.case_id)
