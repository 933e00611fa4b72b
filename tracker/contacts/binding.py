"""Which post an office is a time in: found by organisation and title, or made."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.contacts.models import Contact, Post
from tracker.core.ids import new_id


def bind_offices(session: Session, created_by_id: UUID | None, contacts: Iterable[Contact]) -> None:
    """Give every office of `contacts` (loaded) its post: of one organisation and title, else of one country and title.

    Posts that are missing are made. One statement to find them, whatever there is.
    """
    unbound = [(office, contact) for contact in contacts for office in contact.offices if office.post_id is None]
    unbound = [(office, contact) for office, contact in unbound if office.title]
    if not unbound:
        return
    titles = {office.title.casefold() for office, _contact in unbound}
    standing = session.scalars(select(Post).where(func.lower(Post.title).in_(titles)).order_by(Post.id.desc()))
    known = {_key(post.title, post.organisation_id, post.country): post for post in standing}
    for office, contact in unbound:
        key = _key(office.title, office.organisation_id, contact.country)
        post = known.get(key)
        if post is None:
            post = known[key] = Post(
                id=new_id(),
                title=office.title,
                organisation_id=office.organisation_id,
                country=contact.country,
                created_by_id=created_by_id,
                compartment_id=contact.compartment_id,
            )
            session.add(post)
            session.flush()
        office.post_id = post.id


def _key(title: str, organisation_id: UUID | None, country: str | None) -> tuple[str, UUID | None, str | None]:
    """An organisation says where it is; without one, the country tells the posts of one title apart."""
    return " ".join(title.casefold().split()), organisation_id, None if organisation_id else country
