"""Two contacts who are one person become one, and two again by the undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.accounts.models import Person
from tracker.contacts import policy
from tracker.contacts.facts import ContactFacts, PrivateFacts
from tracker.contacts.models import Contact, ContactMerge
from tracker.contacts.services import edit_contact, offices_of
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the contact that stays is to say; `private` None leaves that part alone."""

    name: str | None
    organisation_id: UUID | None
    country: str | None
    languages: tuple[str, ...]
    private: PrivateFacts | None = None


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge that can be undone, with what is shown of it."""

    id: UUID
    gone_name: str
    merged_by: str | None
    merged_at: Any


def merge_contacts(
    session: Session,
    actor: Actor,
    kept: Contact,
    gone: Contact,
    chosen: Chosen,
    versions: tuple[int, int] | None = None,
) -> UUID:
    """`gone` becomes part of `kept`: its roles, meetings, commitments, offices and waiting work are theirs.

    Offices of `kept` must be loaded. `versions`: those of the two as they were compared. The answer is the id of the
    merge, for the undo. Raises NotPermitted, Conflict, Invalid.
    """
    require(policy.may_merge(actor))
    if versions is not None and versions != (kept.version, gone.version):
        raise Conflict(_("Somebody else changed one of the two in the meantime."))
    before = session.scalar(select(func.app_contact_facts(kept.id)))
    facts = ContactFacts(chosen.name, chosen.organisation_id, chosen.country, chosen.languages, offices_of(kept))
    edit_contact(session, actor, kept, facts, chosen.private)
    session.flush()
    merge_id = new_id()
    refusal = session.scalar(select(func.app_merge_contacts(merge_id, kept.id, gone.id, literal(before, JSONB))))
    if refusal is not None:
        raise Invalid(Fault("", _("One of the two was merged already, or they are the same.")))
    session.expire(gone)
    session.expire(kept)
    return merge_id


def undo_merge(session: Session, actor: Actor, merge_id: UUID) -> UUID:
    """The two are two again; the id of the one that comes back. Raises NotPermitted, NotVisible, Invalid."""
    require(policy.may_merge(actor))
    gone_id = session.scalar(select(ContactMerge.gone_id).where(ContactMerge.id == merge_id))
    if gone_id is None:
        raise NotVisible("There is no such merge.")
    session.flush()
    refusal = session.scalar(select(func.app_unmerge_contacts(merge_id)))
    if refusal == "merged_on":
        raise Invalid(Fault("", _("The contact that was kept has become part of another one: undo that first.")))
    if refusal is not None:
        raise Invalid(Fault("", _("This was undone already.")))
    session.expire_all()
    return gone_id


def merges_into(session: Session, actor: Actor, contact_id: UUID) -> Sequence[MergeLine]:
    """What was merged into a contact and not undone, the latest first; nothing for those who may not merge."""
    if not policy.may_merge(actor):
        return ()
    gone = select(Contact.name).where(Contact.id == ContactMerge.gone_id).scalar_subquery()
    ref = select(Contact.ref).where(Contact.id == ContactMerge.gone_id).scalar_subquery()
    rows = session.execute(
        select(ContactMerge.id, func.coalesce(gone, ref), Person.name, ContactMerge.merged_at)
        .outerjoin(Person, Person.id == ContactMerge.merged_by_id)
        .where(ContactMerge.kept_id == contact_id, ContactMerge.undone_at.is_(None))
        .order_by(ContactMerge.merged_at.desc())
        .limit(50)
    )
    return [MergeLine(*row) for row in rows]
