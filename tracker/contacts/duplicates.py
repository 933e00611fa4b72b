"""Contacts who may be one person: by the spelling of the name in any script, or by the e-mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.contacts import policy
from tracker.contacts.models import Contact, ContactPrivate
from tracker.contacts.queries import standing_contacts, with_offices
from tracker.core.actor import Actor

MOST_PAIRS = 100
MOST_CONTACTS = 5000
"""E-mails stand encrypted, so they are compared here, one by one, and only of so many contacts."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, and why they look alike: `name` (the same spoken name), `email`."""

    one: Contact
    other: Contact
    reasons: tuple[str, ...]


def duplicates(session: Session, actor: Actor) -> list[Pair]:
    """Pairs among the contacts that `actor` sees, those with most reasons first. At most six statements."""
    reasons: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for ids in _alike_by_name(session, actor):
        _note(reasons, ids, "name")
    for ids in _alike_by_email(session, actor):
        _note(reasons, ids, "email")
    best = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_PAIRS]
    wanted = {contact_id for pair, _why in best for contact_id in pair}
    found = _contacts(session, standing_contacts(actor).where(Contact.id.in_(wanted))) if wanted else {}
    return [Pair(found[one], found[other], tuple(why)) for (one, other), why in best if one in found and other in found]


def contacts_alike(session: Session, actor: Actor, name: str | None, besides: UUID | None = None) -> Sequence[Contact]:
    """Contacts whose name sounds like `name`, for a word of warning. At most three statements."""
    if not name:
        return ()
    query = standing_contacts(actor).where(func.app_name_key(name) == _NAME_KEY).order_by(Contact.name).limit(5)
    if besides is not None:
        query = query.where(Contact.id != besides)
    return session.scalars(query.options(*with_offices())).all()


_NAME_KEY = func.app_name_key(Contact.name)


def _alike_by_name(session: Session, actor: Actor) -> list[list[UUID]]:
    named = standing_contacts(actor).where(Contact.name.is_not(None))
    rows = named.with_only_columns(Contact.id, _NAME_KEY.label("key")).subquery()
    groups = select(func.array_agg(rows.c.id)).where(rows.c.key != "").group_by(rows.c.key).having(func.count() > 1)
    return [list(ids) for ids in session.scalars(groups.limit(MOST_PAIRS))]


def _alike_by_email(session: Session, actor: Actor) -> Iterable[list[UUID]]:
    if not policy.may_see_private(actor, False):
        return ()
    standing = standing_contacts(actor).with_only_columns(Contact.id)
    rows = session.scalars(
        select(ContactPrivate)
        .where(ContactPrivate.email_sealed.is_not(None), ContactPrivate.contact_id.in_(standing))
        .limit(MOST_CONTACTS)
    )
    by_address: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        if address := (row.email or "").strip().casefold():
            by_address[address].append(row.contact_id)
    return [ids for ids in by_address.values() if len(ids) > 1]


def _note(reasons: dict[tuple[UUID, UUID], list[str]], ids: Sequence[UUID], why: str) -> None:
    for one, other in combinations(sorted(ids)[:5], 2):
        reasons[one, other].append(why)


def _contacts(session: Session, query: Select[Contact]) -> dict[UUID, Contact]:
    return {contact.id: contact for contact in session.scalars(query.options(*with_offices()))}
