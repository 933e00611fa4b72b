"""Writing the trail, in the transaction of the change that it describes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.audit.models import AuditEntry
from tracker.core.actor import Actor


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: UUID | None,
    *,
    case_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Add one entry. `detail` holds ids, keys and field names, never what a field contains."""
    session.add(
        AuditEntry(
            actor_kind=actor.kind,
            actor_id=actor.person_id,
            action=action,
            object_type=object_type,
            object_id=object_id,
            case_id=case_id,
            detail=detail,
            request_id=session.info.get("request_id"),
        )
    )
