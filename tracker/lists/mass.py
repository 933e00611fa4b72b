"""Exports that need a second person: more cases within a day than anybody takes out of the house alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Integer, func, select, text
from sqlalchemy.orm import Session

from tracker.approvals import services as approvals
from tracker.approvals.models import Approval, Kind
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.lists.columns import ListKind

DAY = timedelta(hours=24)
_ONE_AFTER_ANOTHER = text("SELECT pg_advisory_xact_lock(hashtext(:person))")


def left_today(session: Session, actor: Actor, most: int) -> int:
    """How many of `most` cases `actor` may still take out alone; exports of one person run one after another.

    What a second person agreed to is not counted.
    """
    session.execute(_ONE_AFTER_ANOTHER, {"person": f"export:{actor.person_id}"})
    taken = func.sum(AuditEntry.detail["cases"].astext.cast(Integer))
    own = select(func.coalesce(taken, 0)).where(
        AuditEntry.actor_id == actor.person_id,
        AuditEntry.action == "list.exported",
        AuditEntry.at > clock.now() - DAY,
        AuditEntry.detail["approval"].astext.is_(None),
    )
    return max(0, most - int(session.scalar(own) or 0))


def ask_for_list(session: Session, actor: Actor, kind: ListKind, target: str, ending: str, reason: str) -> Approval:
    """Ask a second person for exactly this list, at the address `target`. Raises NotPermitted, Invalid."""
    payload = {"area": kind.area, "target": target, "format": ending}
    return approvals.ask(session, actor, Kind.EXPORT_ALL, payload, reason)


def agreed_list(session: Session, actor: Actor, approval_id: UUID, target: str) -> Approval:
    """One's own request for this very list, agreed to and not used yet. Raises NotVisible, Conflict, NotPermitted."""
    approval = approvals.ready(session, actor, approval_id, Kind.EXPORT_ALL)
    if approval.payload.get("target") != target:
        raise NotVisible
    return approval
