"""Posts: an office as such, whoever holds it. Commitments and follow-ups about it stay when the holder changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from tracker.access.policy import require
from tracker.audit.services import record
from tracker.contacts import policy
from tracker.contacts.compartments import in_own_compartment, is_open, seen_by_role_or_compartment
from tracker.contacts.facts import ContactFacts
from tracker.contacts.models import Contact, Office, Post
from tracker.contacts.queries import standing_contacts, visible_contacts, with_offices
from tracker.contacts.services import record_contact
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate, is_vague_date
from tracker.core.errors import Fault, Invalid, NotVisible


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody's time in a post."""

    contact: Contact
    office: Office

    @property
    def holds_now(self) -> bool:
        return self.office.held_to_latest is None or self.office.held_to_latest >= clock.today()


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Who follows, and when: `ended_on`, `began_on` are YYYY[-MM[-DD]]. A contact, or the name of a new one."""

    ended_on: str | None
    began_on: str | None = None
    contact_id: UUID | None = None
    new_name: str | None = None


def current_posts(session: Session, contact_ids: Iterable[UUID | None]) -> dict[UUID, UUID]:
    """The post that each contact holds now: the first office of theirs that has not ended. One statement."""
    wanted = {contact_id for contact_id in contact_ids if contact_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Office.contact_id, Office.post_id)
        .where(
            Office.contact_id.in_(wanted),
            Office.post_id.is_not(None),
            or_(Office.held_to_latest.is_(None), Office.held_to_latest >= clock.today()),
        )
        .order_by(Office.position.desc())
    )
    return {contact_id: post_id for contact_id, post_id in rows if post_id is not None}


def visible_posts(actor: Actor) -> Select[Post]:
    """Posts by role; outside counsel see those that somebody on their cases holds or held."""
    if actor.is_operator:
        return select(Post)
    if not actor.is_person:
        return select(Post).where(false())
    contacts = visible_contacts(actor).with_only_columns(Contact.id)
    held = Post.id.in_(select(Office.post_id).where(Office.contact_id.in_(contacts)))
    by_role = seen_by_role_or_compartment(actor, Post) if actor.is_staff else in_own_compartment(actor, Post)
    own = and_(is_open(Post), Post.created_by_id == actor.person_id)
    return select(Post).where(or_(by_role, own, held))


def get_post(session: Session, actor: Actor, post_id: UUID) -> Post:
    """The post, with its organisation. Raises NotVisible."""
    post = session.scalar(visible_posts(actor).where(Post.id == post_id).options(joinedload(Post.organisation)))
    if post is None:
        raise NotVisible("There is no such post.")
    return post


def posts_of_organisation(session: Session, actor: Actor, organisation_id: UUID) -> Sequence[Post]:
    """The posts of an organisation that `actor` sees, by title."""
    query = visible_posts(actor).where(Post.organisation_id == organisation_id).order_by(Post.title, Post.id)
    return session.scalars(query.limit(100)).all()


def holders_of(session: Session, actor: Actor, post_id: UUID) -> Sequence[Holder]:
    """Who held it, those who hold it now first, then the latest."""
    query = standing_contacts(actor).join(Office, Office.contact_id == Contact.id).where(Office.post_id == post_id)
    contacts = session.scalars(query.options(*with_offices())).unique().all()
    held = [Holder(contact, office) for contact in contacts for office in contact.offices if office.post_id == post_id]
    return sorted(held, key=_by_time, reverse=True)


def change_holder(session: Session, actor: Actor, post: Post, facts: ChangeFacts) -> Contact:
    """The holder leaves on a day that may be vague, and somebody else begins; the answer is who holds it now.

    What hangs on the post stays with it. Raises NotPermitted, Invalid.
    """
    require(policy.may_edit_organisation(actor))
    _require_well_formed(facts)
    successor = _successor(session, actor, post, facts)
    leaving = [held for held in holders_of(session, actor, post.id) if held.holds_now]
    for held in leaving:
        if held.contact.id == successor.id:
            raise Invalid(Fault("successor", _("They hold the office already.")))
        held.office.held_to = facts.ended_on
        held.office.held_to_latest = VagueDate(facts.ended_on).latest
        flag_modified(held.contact, "name")
    for office in successor.offices:
        office.position += 1
    successor.offices.insert(0, _office_in(post, facts.began_on or facts.ended_on))
    flag_modified(successor, "name")
    session.flush()
    record(
        session, actor, "post.holder_changed", "post", post.id, case_id=post.compartment_id,
        ended=[str(held.contact.id) for held in leaving], began=str(successor.id),
    )  # fmt: skip
    return successor


def _office_in(post: Post, began_on: str | None) -> Office:
    return Office(
        position=0, title=post.title, organisation_id=post.organisation_id, post_id=post.id, held_from=began_on
    )


def _successor(session: Session, actor: Actor, post: Post, facts: ChangeFacts) -> Contact:
    if facts.contact_id is None:
        made = record_contact(session, actor, ContactFacts(facts.new_name), compartment_id=post.compartment_id)
        session.refresh(made, ["offices"])
        return made
    query = standing_contacts(actor).where(Contact.id == facts.contact_id).options(*with_offices())
    found = session.scalar(query)
    if found is None:
        raise Invalid(Fault("successor", _("There is no such contact.")))
    return found


def _require_well_formed(facts: ChangeFacts) -> None:
    faults = []
    if not facts.ended_on:
        faults.append(Fault("ended_on", _("Say when the office ended, as far as it is known: a year will do.")))
    for path, text in (("ended_on", facts.ended_on), ("began_on", facts.began_on)):
        if text and not is_vague_date(text):
            faults.append(Fault(path, _("Write YYYY, YYYY-MM or YYYY-MM-DD.")))
    if facts.contact_id is None and not facts.new_name:
        faults.append(Fault("successor", _("Say who follows.")))
    if faults:
        raise Invalid(*faults)


def _by_time(held: Holder) -> tuple[bool, date]:
    began = VagueDate(held.office.held_from).latest or date.min
    return held.holds_now, held.office.held_to_latest or began
