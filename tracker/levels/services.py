"""Lowering the level of one thing on a case: by a lead, or by two persons when it is sealed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.policy import Action, decide, may_lower, require
from tracker.approvals import services as approvals
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Approval, Kind
from tracker.approvals.queries import membership_of_person
from tracker.audit.services import record
from tracker.cases.happened import CaseLevelChanged
from tracker.cases.models import CaseEvent
from tracker.cases.queries import history_of, lock_case
from tracker.cases.services.settling import is_told_to_all, settle_history, standing_of
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.events import announce
from tracker.followups.changing import change
from tracker.followups.models import FollowUp
from tracker.followups.rules import own_level
from tracker.levels.parts import Part, find_part


def lower(session: Session, actor: Actor, what: str, part_id: UUID, level: str) -> None:
    """Widen the circle of one thing, by a lead. What is sealed is refused. Raises NotVisible, NotPermitted, Invalid."""
    part = _held(session, actor, what, part_id)
    require(may_lower(actor, part.level, Level.PUBLIC, part.membership))
    _require_lower(part, level)
    _write(session, actor, part, Level(level))


def ask_to_unseal(session: Session, actor: Actor, what: str, part_id: UUID, level: str, reason: str) -> Approval:
    """Ask the other members of its case to agree. Raises NotVisible, NotPermitted, Invalid."""
    part = find_part(session, actor, what, part_id)
    require(decide(actor, Action.UNSEAL, part.level, part.membership))
    _require_lower(part, level)
    said = {"level": level, "what": what}
    return approvals.ask(
        session, actor, Kind.UNSEAL, said, reason, case_id=part.case.id, object_id=part_id, level=part.level
    )


def unseal_when_agreed(session: Session, event: ApprovalAgreed) -> None:
    """Carry it out; the rights of whoever asked are asked again. Raises NotVisible, NotPermitted, Conflict."""
    approval = event.approval
    if approval.kind != Kind.UNSEAL or approval.case_id is None or approval.object_id is None:
        return
    part = _held(session, event.agreed_by, str(approval.payload["what"]), approval.object_id)
    asker_is = membership_of_person(session, approval.asked_by_id, approval.case_id)
    require(decide(event.asked_by, Action.UNSEAL, Level.SEALED, asker_is))
    level = Level(approval.payload["level"])
    if part.level is not Level.SEALED or level not in part.lower_levels:
        raise Conflict(_("Its level, or that of its case, changed meanwhile. Ask again."))
    _write(session, event.agreed_by, part, level)
    approvals.use(session, event.agreed_by, approval)


def _held(session: Session, actor: Actor, what: str, part_id: UUID) -> Part:
    """The thing as it stands, held until the end of the transaction, with the case of an entry or a follow-up."""
    part = find_part(session, actor, what, part_id)
    if isinstance(part.row, CaseEvent | FollowUp):
        lock_case(session, actor, part.case.id)
    session.refresh(part.row, with_for_update={"key_share": True})
    return find_part(session, actor, what, part_id)


def _require_lower(part: Part, level: str) -> None:
    if level not in part.lower_levels:
        raise Invalid(Fault("level", _("Choose a lower level than the present one.")))


def _write(session: Session, actor: Actor, part: Part, level: Level) -> None:
    said: dict[str, Any] = {"from_level": part.level, "to_level": level}
    row = part.row
    if isinstance(row, FollowUp):
        stored = {"level": own_level(level, part.case.level)}
        change(session, actor, row, stored, "edited", "follow_up.level_lowered", **said)
        return
    row.level = own_level(level, part.case.level) if isinstance(row, CaseEvent) else level
    session.flush()
    if isinstance(row, CaseEvent):
        events = standing_of(history_of(session, actor, part.case))
        settle_history(session, part.case, events, tells_all=is_told_to_all(part.case, row))
    record(session, actor, f"{part.what}.level_lowered", part.what, row.id, case_id=part.case.id, **said)
    announce(session, CaseLevelChanged(part.case.id, actor))
