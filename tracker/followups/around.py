"""What stands around a follow-up on its case: people and posts to name in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cases.models import CaseContact
from tracker.contacts.models import Contact, Office, Post
from tracker.contacts.queries import visible_contacts
from tracker.core.actor import Actor

Choice = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Around:
    """Choices for forms, by name."""

    contacts: Sequence[Choice]
    posts: Sequence[Choice]


def around(session: Session, actor: Actor, case_id: UUID, post_id: UUID | None, contact_id: UUID | None) -> Around:
    """Contacts on the case and the posts they hold; also the post and contact that are named already. One statement."""
    on_case = select(CaseContact.contact_id).where(CaseContact.case_id == case_id)
    rows = session.execute(
        visible_contacts(actor)
        .outerjoin(Office, Office.contact_id == Contact.id)
        .outerjoin(Post, Post.id == Office.post_id)
        .with_only_columns(Contact.id, Contact.name, Post.id, Post.title, maintain_column_froms=True)
        .where(Contact.id.in_(on_case) | (Contact.id == contact_id) | (Post.id == post_id))
        .order_by(Contact.name, Contact.id)
    ).all()
    contacts = {row[0]: row[1] or row[3] or "" for row in rows}
    posts: dict[UUID, str] = dict(filter(all, ((row[2], row[3]) for row in rows)))
    return Around([*contacts.items()], sorted(posts.items(), key=lambda pair: pair[1]))
