"""What is carried out right here once two persons agree: the administrator's role, and breaking the glass."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.accounts.happened import AdministratorWanted, PersonChanged
from tracker.accounts.models import Person, PersonRole
from tracker.approvals import services
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Kind
from tracker.approvals.policy import may_ask
from tracker.audit.services import record
from tracker.core.errors import Conflict
from tracker.core.events import announce

_BREAK_GLASS = text("SELECT app_break_glass(:approval_id)")


def ask_for_administrator(session: Session, event: AdministratorWanted) -> None:
    """What the page of accounts asks for. Raises NotPermitted."""
    reason = str(_("Asked for on the page of the account."))
    services.ask(session, event.actor, Kind.ADMINISTRATOR, {}, reason, object_id=event.person_id)


def make_administrator(session: Session, event: ApprovalAgreed) -> None:
    """Give the role. Raises NotPermitted when whoever asked is no administrator any more, Conflict."""
    approval = event.approval
    if approval.kind != Kind.ADMINISTRATOR or approval.object_id is None:
        return
    require(may_ask(event.asked_by, Kind.ADMINISTRATOR))
    is_active = session.scalar(select(Person.id).where(Person.id == approval.object_id, Person.active))
    if is_active is None:
        raise Conflict(_("This account is closed."))
    session.add(PersonRole(person_id=approval.object_id, role="administrator"))
    session.flush()
    services.use(session, event.agreed_by, approval)
    given = ["administrator"]
    record(session, event.agreed_by, "person.roles_changed", "person", approval.object_id, given=given, taken=[])
    announce(session, PersonChanged(approval.object_id, event.agreed_by))


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
