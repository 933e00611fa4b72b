"""Asking a second person, answering, and noting that it was carried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import require
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Answer, Approval, Kind
from tracker.approvals.policy import Standing, may_answer, may_ask
from tracker.approvals.queries import (
    actor_of_person,
    asked_to_destroy,
    get_approval,
    membership_of_person,
    rules_asked_about,
    standing_of,
    still_seconded,
    waiting_on_case,
)
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from tracker.core.events import announce

LASTS = timedelta(days=3)
LONGEST_REASON = 2000


def ask(
    session: Session,
    actor: Actor,
    kind: Kind,
    payload: dict[str, Any],
    reason: str,
    *,
    case_id: UUID | None = None,
    object_id: UUID | None = None,
    level: Level | str | None = None,
    membership: MembershipKind | None = None,
) -> Approval:
    """Ask a second person. `level`, `membership`: of the case that is concerned, on it.

    Raises NotPermitted, NotVisible, Invalid.
    """
    if case_id is not None and actor.person_id is not None:
        membership = membership_of_person(session, actor.person_id, case_id)
    require(may_ask(actor, kind, level, Standing(membership)))
    if not reason.strip():
        raise Invalid(Fault("reason", _("Say why.")))
    if _waits_already(session, actor, kind, case_id, object_id) or _waits_about_rule(session, actor, kind, payload):
        raise Invalid(Fault("reason", _("This was asked for already and waits for an answer.")))
    assert actor.person_id is not None  # noqa: S101 - operators need no second person and never come here
    now = clock.now()
    approval = Approval(
        kind=kind,
        case_id=case_id,
        object_id=object_id,
        payload=payload,
        reason=reason.strip(),
        asked_by_id=actor.person_id,
        asked_at=now,
        expires_at=now + LASTS,
    )
    approval.digest = approval.content_digest()
    session.add(approval)
    session.flush()
    _note(session, actor, approval, "approval.asked")
    return approval


def agree(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """Agree as the second person; what was asked for is then carried out by whoever listens to `ApprovalAgreed`.

    The rights of both are asked again. Raises NotVisible, NotPermitted, Conflict.
    """
    approval = _open(session, actor, approval_id)
    require(may_answer(actor, approval, standing_of(session, actor, approval)))
    asker = actor_of_person(session, approval.asked_by_id)
    if asker is None or approval.digest != approval.content_digest():
        raise NotPermitted(_("Whoever asked for this may not do it any more."))
    _answer(session, actor, approval, Answer.AGREED)
    announce(session, ApprovalAgreed(approval, asker, actor))
    return approval


def refuse(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """Refuse it as the second person. Raises NotVisible, NotPermitted, Conflict."""
    approval = _open(session, actor, approval_id)
    require(may_answer(actor, approval, standing_of(session, actor, approval)))
    _answer(session, actor, approval, Answer.REFUSED)
    return approval


def withdraw(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """Take one's own request back. Raises NotVisible, NotPermitted, Conflict."""
    approval = _open(session, actor, approval_id)
    if approval.asked_by_id != actor.person_id:
        raise NotPermitted(_("Only whoever asked may withdraw this."))
    _answer(session, actor, approval, Answer.WITHDRAWN)
    return approval


def ready(session: Session, actor: Actor, approval_id: UUID, kind: Kind) -> Approval:
    """One's own request of that kind, agreed to and to be carried out now, once. Raises NotVisible, Conflict.

    Whoever agreed must still be one who may.
    """
    approval = get_approval(session, actor, approval_id)
    if approval.kind != kind or approval.asked_by_id != actor.person_id:
        raise NotVisible
    if not approval.is_ready or not still_seconded(session, approval):
        raise Conflict(_("This can't be carried out any more."))
    try:
        return get_approval(session, actor, approval_id, for_update=True)
    except NotVisible:  # of two at once, one waits, and then finds it done
        raise Conflict(_("This can't be carried out any more.")) from None


def use(session: Session, actor: Actor, approval: Approval) -> None:
    """Note that what was agreed to is carried out now, the one time. Raises Conflict, NotPermitted."""
    if not approval.is_ready:
        raise Conflict(_("This can't be carried out any more."))
    if approval.digest != approval.content_digest() or actor.person_id not in (
        approval.asked_by_id,
        approval.decided_by_id,
    ):
        raise NotPermitted(_("This was agreed to for somebody else."))
    approval.done_at = clock.now()
    session.flush()
    _note(session, actor, approval, "approval.carried_out")


def _waits_already(session: Session, actor: Actor, kind: Kind, case_id: UUID | None, object_id: UUID | None) -> bool:
    if case_id is not None:
        return waiting_on_case(session, actor, case_id, object_id) is not None
    return kind is Kind.DESTROY and object_id in asked_to_destroy(session, actor)


def _waits_about_rule(session: Session, actor: Actor, kind: Kind, payload: dict[str, Any]) -> bool:
    return kind is Kind.CLOCK_RULE and payload["rule"] in rules_asked_about(session, actor)


def _open(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    approval = get_approval(session, actor, approval_id, for_update=True)
    if not approval.is_open:
        raise Conflict(_("This has been answered, or its time is over."))
    return approval


def _answer(session: Session, actor: Actor, approval: Approval, answer: Answer) -> None:
    approval.decision, approval.decided_by_id, approval.decided_at = answer, actor.person_id, clock.now()
    session.flush()
    _note(session, actor, approval, f"approval.{answer}")


def _note(session: Session, actor: Actor, approval: Approval, action: str) -> None:
    """About one thing on a case it is noted at that thing: others learn from no trail that there is one."""
    what, about = "approval", approval.id
    if approval.case_id is not None and approval.object_id is not None:
        what, about = str(approval.payload["what"]), approval.object_id
    record(session, actor, action, what, about, case_id=approval.case_id, kind=approval.kind)
