"""Whether the actor sees what they name in a follow-up: contacts and posts. What one may not see does not exist."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.contacts.models import Contact, Post
from tracker.contacts.posts import visible_posts
from tracker.contacts.queries import visible_contacts
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid


def require_contact(session: Session, actor: Actor, contact_id: UUID, path: str) -> None:
    """Raise Invalid unless `actor` sees the contact."""
    seen = visible_contacts(actor).with_only_columns(Contact.id).where(Contact.id == contact_id)
    if session.scalar(seen) is None:
        raise Invalid(Fault(path, _("Choose one of the people offered.")))


def require_post(session: Session, actor: Actor, post_id: UUID, path: str) -> None:
    """Raise Invalid unless `actor` sees the post."""
    seen = visible_posts(actor).with_only_columns(Post.id).where(Post.id == post_id)
    if session.scalar(seen) is None:
        raise Invalid(Fault(path, _("Choose one of the posts offered.")))
