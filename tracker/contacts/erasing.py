"""Erasing somebody outside: who they were goes from rows, histories, search and the pages of the database's files."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.audit.services import record
from tracker.contacts.models import Contact
from tracker.core.actor import Actor
from tracker.core.database import Database
from tracker.core.errors import NotPermitted, NotVisible
from tracker.core.rewriting import PATIENCE_S, write_anew


def contact_named(session: Session, name: str) -> Contact:
    """The contact with this id or ref. Raises NotVisible."""
    try:
        named = Contact.id == UUID(name)
    except ValueError:
        named = Contact.ref == name
    found = session.scalars(select(Contact).where(named).limit(2)).all()
    if len(found) != 1:
        raise NotVisible("There is no such contact, or several: name it by its id.")
    return found[0]


def erase_contact(
    session: Session, actor: Actor, contact_id: UUID, also: Sequence[str] = (), *, is_approved: bool = False
) -> int:
    """Erase a contact; in how many places of typed text their names stood. `session` acts as the operator.

    `also`: other spellings of their name and whatever else says who they are. `is_approved`: a second person agreed,
    which everybody but the operator's shell needs. Raises NotPermitted, NotVisible.
    """
    decision = decide(actor, Action.ERASE_PERSON)
    require(decision)
    if decision.needs_second_person and not is_approved:
        raise NotPermitted(_("A second person must agree to this."))
    session.flush()
    places: int = session.scalar(select(func.app_erase_contact(contact_id, list(also)))) or 0
    if places < 0:
        raise NotVisible("There is no such contact.")
    record(session, actor, "contact.erased", "contact", contact_id, places=places)
    session.expire_all()
    return places


_REWRITTEN = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND pg_get_userbyid(relowner) = current_user AND relname NOT LIKE 'audit%' AND relname NOT LIKE 'alembic%'"
    " ORDER BY pg_relation_size(oid)"
)


def rewrite_files(database: Database, patience_s: float = PATIENCE_S) -> None:
    """Write all tables but the audit anew, as their owner. Raises StillOpen."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        write_anew(connection, connection.scalars(_REWRITTEN).all(), patience_s)
