"""Unsealing by two persons: a lead asks, another member or lead agrees, and then it is carried out."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.policy import Action, decide, require
from tracker.approvals import services as approvals
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Approval, Kind
from tracker.approvals.queries import membership_of_person
from tracker.cases.queries import lock_case
from tracker.cases.services.guard import take_case
from tracker.cases.services.levels import refuse_too_open, write_lowered
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.pathways.store import definitions


def ask_to_unseal(
    session: Session, actor: Actor, case_id: UUID, level: str, reason: str, expected_version: int
) -> Approval:
    """Ask the other members to agree. Raises NotVisible, NotPermitted, Conflict, Invalid."""
    case = take_case(session, actor, case_id, Action.UNSEAL, expected_version)
    if level not in list(Level) or Level(level) is Level.SEALED or case.level != Level.SEALED:
        raise Invalid(Fault("level", _("Choose a lower level than the present one.")))
    refuse_too_open(definitions().get(case.pathway), case.status, level)
    return approvals.ask(session, actor, Kind.UNSEAL, {"level": level}, reason, case_id=case.id, level=case.level)


def unseal_when_agreed(session: Session, event: ApprovalAgreed) -> None:
    """Carry it out in the name of both; the rights of whoever asked are asked again. Raises as lowering does."""
    approval = event.approval
    if approval.kind != Kind.UNSEAL or approval.case_id is None or approval.object_id is not None:
        return
    case, _membership = lock_case(session, event.agreed_by, approval.case_id)
    asker_is = membership_of_person(session, approval.asked_by_id, case.id)
    require(decide(event.asked_by, Action.UNSEAL, case.level, asker_is))
    level = str(approval.payload["level"])
    refuse_too_open(definitions().get(case.pathway), case.status, level)
    write_lowered(session, event.agreed_by, case, level)
    approvals.use(session, event.agreed_by, approval)
