"""What is made for a sealed case is sealed with it: contacts, organisations, posts (ADR 17).

It becomes open when something that is not sealed shows it: triggers of the database see to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, column, false, or_, select, table, true
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.visibility import member_case_ids, sees
from tracker.contacts.models import Contact, Organisation, Post
from tracker.core.actor import Actor

# Cases lie above contacts, so their table is only named here.
_cases = table("cases", column("id"), column("reference"), column("level"), column("removed_at"))


def is_open(model: type[Contact | Organisation | Post]) -> ColumnElement[bool]:
    """Whether a row was made for no sealed case."""
    return model.compartment_id.is_(None)


def in_own_compartment(actor: Actor, model: type[Contact | Organisation | Post]) -> ColumnElement[bool]:
    """Whether a row was made for a sealed case of which `actor` is a member."""
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    return and_(model.compartment_id.is_not(None), model.compartment_id.in_(member_case_ids(actor)))


def seen_by_role_or_compartment(actor: Actor, model: type[Contact | Organisation | Post]) -> ColumnElement[bool]:
    """What staff sees of `model`: all that is open, and what belongs to sealed cases of their own."""
    return or_(is_open(model), in_own_compartment(actor, model))


def compartment_of(session: Session, level: str | None, case_ids: Iterable[UUID]) -> UUID | None:
    """The sealed case that something new belongs to; None where a case that is not sealed shows it too.

    `level`: of what names it, an engagement for example, when it has one of its own.
    """
    wanted = list(case_ids)
    if not wanted:
        return None
    levels = dict(session.execute(select(_cases.c.id, _cases.c.level).where(_cases.c.id.in_(wanted))).all())
    if level == Level.SEALED or (levels and set(levels.values()) == {Level.SEALED}):
        return wanted[0]
    return None


def sealed_case_called(session: Session, actor: Actor, reference: str) -> UUID | None:
    """The id of the case with this reference when `actor` sees it and it is sealed."""
    if not reference:
        return None
    query = select(_cases.c.id).where(
        _cases.c.reference == reference,
        _cases.c.level == Level.SEALED,
        _cases.c.removed_at.is_(None),
        sees(actor, _cases.c.level, _cases.c.id),
    )
    found: Any = session.scalar(query)
    return UUID(str(found)) if found else None
