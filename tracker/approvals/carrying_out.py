"""What is carried out right here once two persons agree: a role, the glass, a link for who lost all, erasing."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.accounts.happened import (
    AdministratorWanted,
    LeadsToHandOver,
    LostFactorsReported,
    OwnRolesWanted,
    PersonChanged,
)
from tracker.accounts.invitations import MadeLink, make_link
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.queries import possible_successors
from tracker.approvals import services
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Kind
from tracker.approvals.policy import may_ask
from tracker.approvals.queries import names_to_erase
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, NotVisible
from tracker.core.events import announce

ERASED_TYPES = {"contact": "contact", "subject": "subject", "account": "person"}
_ERASE = text("SELECT app_carry_out_erasure(:approval_id)")
_HAND_OVER_REST = text("SELECT app_hand_over_rest(:approval_id)")
_BREAK_GLASS = text("SELECT app_break_glass(:approval_id)")


def ask_for_administrator(session: Session, event: AdministratorWanted) -> None:
    """What the page of accounts asks for. Raises NotPermitted."""
    reason = str(_("Asked for on the page of the account."))
    services.ask(session, event.actor, Kind.ADMINISTRATOR, {}, reason, object_id=event.person_id)


def ask_for_own_roles(session: Session, event: OwnRolesWanted) -> None:
    """What an administrator wants for themselves on the page of their account. Raises NotPermitted."""
    reason = str(_("Asked for on the page of the account."))
    services.ask(
        session, event.actor, Kind.ADMINISTRATOR, {"roles": list(event.roles)}, reason, object_id=event.person_id
    )


def ask_for_factors(session: Session, event: LostFactorsReported) -> None:
    """What the page of accounts asks for. Raises NotPermitted, Invalid."""
    services.ask(session, event.actor, Kind.FACTORS, {}, event.reason, object_id=event.person_id)


def ask_for_hand_over(session: Session, event: LeadsToHandOver) -> None:
    """Asked for whoever leaves, whether they led anything or not: so it tells nobody. Raises NotPermitted."""
    reason = str(_("They left. Cases that they alone led, and nobody else sees, need a lead, if there are any."))
    payload = {"successor": str(event.successor_id)}
    services.ask(session, event.actor, Kind.HAND_OVER, payload, reason, object_id=event.person_id)


def make_factors_link(session: Session, actor: Actor, approval_id: UUID) -> MadeLink:
    """The link, the one time, for whoever asked. Raises NotVisible, NotPermitted, Conflict."""
    approval = services.ready(session, actor, approval_id, Kind.FACTORS)
    if approval.object_id is None:
        raise NotVisible
    made = make_link(session, actor, approval.object_id, "factors", is_approved=True)
    services.use(session, actor, approval)
    return made


def make_administrator(session: Session, event: ApprovalAgreed) -> None:
    """Give the role, or those that an administrator wants for themselves.

    Raises NotPermitted when whoever asked is no administrator any more, Conflict.
    """
    approval = event.approval
    if approval.kind != Kind.ADMINISTRATOR or approval.object_id is None:
        return
    require(may_ask(event.asked_by, Kind.ADMINISTRATOR))
    is_active = session.scalar(select(Person.id).where(Person.id == approval.object_id, Person.active))
    if is_active is None:
        raise Conflict(_("This account is closed."))
    has = set(session.scalars(select(PersonRole.role).where(PersonRole.person_id == approval.object_id)))
    given = [role for role in approval.payload.get("roles", ["administrator"]) if role not in has]
    session.add_all(PersonRole(person_id=approval.object_id, role=role) for role in given)
    session.flush()
    services.use(session, event.agreed_by, approval)
    record(session, event.agreed_by, "person.roles_changed", "person", approval.object_id, given=given, taken=[])
    announce(session, PersonChanged(approval.object_id, event.agreed_by))


def erase(session: Session, event: ApprovalAgreed) -> None:
    """Erase whom it is about, now. Raises NotPermitted, Conflict when the second person sees nobody like that."""
    approval = event.approval
    if approval.kind != Kind.ERASE:
        return
    require(may_ask(event.asked_by, Kind.ERASE))
    if not names_to_erase(session, [approval]):
        raise Conflict(_("You see nobody like that, so you can't agree to it."))
    what = ERASED_TYPES[str(approval.payload["what"])]
    object_id, also = approval.object_id, len(approval.payload["also"])
    session.flush()
    places: int = session.scalar(_ERASE, {"approval_id": approval.id}) or 0
    if places < 0:
        raise Conflict(_("There is nobody like that any more, or the account is open."))
    session.expire_all()
    record(session, event.agreed_by, f"{what}.erased", what, object_id, places=places, also=also)


def break_glass(session: Session, event: ApprovalAgreed) -> None:
    """Let whoever asked read the case for a day, if there is one. Nobody here learns whether there is."""
    approval = event.approval
    if approval.kind != Kind.BREAK_GLASS:
        return
    require(may_ask(event.asked_by, Kind.BREAK_GLASS))
    session.flush()
    session.execute(_BREAK_GLASS, {"approval_id": approval.id})
    session.expire(approval)
    record(session, event.agreed_by, "approval.carried_out", "approval", approval.id, kind=approval.kind)


def hand_over_rest(session: Session, event: ApprovalAgreed) -> None:
    """Give the successor what nobody leads since somebody left. Nobody here learns whether there is anything.

    Raises NotPermitted, Conflict when the successor can lead nothing any more, or the leaver is back.
    """
    approval = event.approval
    if approval.kind != Kind.HAND_OVER or approval.object_id is None:
        return
    require(may_ask(event.asked_by, Kind.HAND_OVER))
    possible = {str(one.id) for one in possible_successors(session, approval.object_id, approval.asked_by_id)}
    left = session.scalar(select(Person.id).where(Person.id == approval.object_id, Person.active.is_(False)))
    if left is None or approval.payload.get("successor") not in possible:
        raise Conflict(_("The account is open again, or the successor can take nothing over any more."))
    session.flush()
    session.execute(_HAND_OVER_REST, {"approval_id": approval.id})
    session.expire(approval)
    record(session, event.agreed_by, "approval.carried_out", "approval", approval.id, kind=approval.kind)
