"""The same first steps of every change of a case: lock it, ask the policy, compare the version."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.cases.models import Case
from tracker.cases.queries import lock_case
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid


def take_case(
    session: Session, actor: Actor, case_id: UUID, action: Action, expected_version: int | None = None
) -> Case:
    """The locked case, when `actor` may do `action` to it and it is still as it was when they looked.

    Raises NotVisible, NotPermitted, Conflict.
    """
    case, membership = lock_case(session, actor, case_id)
    require(decide(actor, action, case.level, membership))
    refuse_stale(case, expected_version)
    return case


def refuse_stale(case: Case, expected_version: int | None) -> None:
    """Raises Conflict when somebody changed the case since `expected_version`."""
    if expected_version is not None and expected_version != case.version:
        message = _(
            "Somebody changed this case while you were working on it. Nothing of yours is lost: look and save again."
        )
        raise Conflict(message, case.version)


def said_why(reason: str) -> str:
    """Why something should not stand, without which it is not struck out. Raises Invalid."""
    if not reason.strip():
        raise Invalid(Fault("void_reason", _("Say why.")))
    return reason.strip()
