"""Links between cases: seen where both ends are."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.models import LINK_KINDS, CaseLink
from tracker.cases.queries import get_case
from tracker.cases.services.guard import take_case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible


def link_cases(session: Session, actor: Actor, case_id: UUID, other_reference: str, kind: str) -> CaseLink:
    """Say how this case relates to another. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    if kind not in LINK_KINDS:
        raise Invalid(Fault("kind", _("Choose one of the kinds offered.")))
    try:
        other = get_case(session, actor, other_reference.strip())
    except NotVisible:
        raise Invalid(Fault("to", _("There is no case with this reference."))) from None
    if other.id == case.id:
        raise Invalid(Fault("to", _("A case can't be linked with itself.")))
    known = select(CaseLink.id).where(
        CaseLink.from_case_id == case.id, CaseLink.to_case_id == other.id, CaseLink.kind == kind
    )
    if session.scalar(known) is not None:
        raise Invalid(Fault("to", _("The two are linked in this way already.")))
    link = CaseLink(from_case_id=case.id, to_case_id=other.id, kind=kind)
    session.add(link)
    session.flush()
    record(session, actor, "case.linked", "case_link", link.id, case_id=case.id, kind=kind)
    return link


def unlink_cases(session: Session, actor: Actor, case_id: UUID, link_id: UUID) -> None:
    """Take a link away, from either end. Raises NotVisible, NotPermitted."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    link = session.get(CaseLink, link_id)
    if link is None or case.id not in (link.from_case_id, link.to_case_id):
        raise NotVisible(_("There is no such link."))
    session.delete(link)
    session.flush()
    record(session, actor, "case.unlinked", "case_link", link_id, case_id=case.id, kind=link.kind)
