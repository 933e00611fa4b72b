"""Whether what a meeting names is there for the actor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.policy import Action, Decision, decide
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.contacts.models import Contact
from tracker.contacts.queries import visible_contacts, works_on_a_case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid


def may_begin(session: Session, actor: Actor) -> Decision:
    """Whether there is any meeting that the actor may record: by role without a look at the database, else by work."""
    by_role = decide(actor, Action.RECORD_ENGAGEMENT)
    return by_role or (Decision(True) if works_on_a_case(session, actor) else by_role)


def visible_cases_of_ids(session: Session, actor: Actor, case_ids: Sequence[UUID]) -> list[Case]:
    """The cases, in the order given. Raises Invalid for one that the actor does not see."""
    found = {case.id: case for case in session.scalars(visible_cases(actor).where(Case.id.in_(case_ids)))}
    if len(found) != len(set(case_ids)):
        raise Invalid(Fault("cases", _("There is no such case.")))
    return [found[case_id] for case_id in dict.fromkeys(case_ids)]


def require_contacts(session: Session, actor: Actor, contact_ids: Iterable[UUID | None], path: str) -> None:
    """Raise Invalid unless the actor sees every one of these contacts."""
    wanted = {contact_id for contact_id in contact_ids if contact_id is not None}
    if wanted and len(session.scalars(visible_contacts(actor).where(Contact.id.in_(wanted))).all()) != len(wanted):
        raise Invalid(Fault(path, _("There is no such contact.")))
