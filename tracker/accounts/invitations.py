"""Links with which somebody chooses, once, how they sign in: a new account, a forgotten password, everything lost.

The link's token stands nowhere but in the link. Opening it changes nothing; only what is sent from its page uses it up.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.accounts.happened import FactorsLinkMade
from tracker.accounts.models import Invitation, Person
from tracker.accounts.queries import person_with_roles, signing_in_as
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotPermitted, NotVisible
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.core.tokens import digest_of

GOOD_FOR = timedelta(hours=72)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link: `token` is for its address, shown once."""

    invitation: Invitation
    token: str


def make_link(session: Session, actor: Actor, person_id: UUID, purpose: str, *, is_approved: bool = False) -> MadeLink:
    """Make a link in place of older ones. `factors`, for who lost everything, needs two persons (`is_approved`; the
    database asks for it again) or the operator. Raises NotPermitted, NotVisible.
    """
    require(decide(actor, Action.MANAGE_PEOPLE))
    if purpose == "factors" and not (actor.is_operator or is_approved):
        raise NotPermitted
    person = person_with_roles(session, person_id)
    if person is None or not person.active:
        raise NotVisible
    _withdraw(session, Invitation.person_id == person_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    made = Invitation(
        id=new_id(),
        person_id=person_id,
        purpose=purpose,
        token_hash=digest_of(token),
        made_by_id=actor.person_id,
        made_at=now,
        expires_at=now + GOOD_FOR,
    )
    made.seal = made.own_seal
    session.add(made)
    session.flush()
    record(session, actor, "invitation.made", "person", person_id, purpose=purpose)
    if purpose == "factors" and actor.is_person:
        announce(session, FactorsLinkMade(person_id))
    return MadeLink(made, token)


def withdraw_links(session: Session, actor: Actor, person_id: UUID) -> None:
    """From here on no link of this person's is worth anything. Raises NotPermitted."""
    require(decide(actor, Action.MANAGE_PEOPLE))
    _withdraw(session, Invitation.person_id == person_id)
    record(session, actor, "invitation.withdrawn", "person", person_id)


def open_links(session: Session, person_id: UUID) -> Sequence[Invitation]:
    """Links of a person that can still be used, for those who manage accounts."""
    return session.scalars(select(Invitation).where(Invitation.person_id == person_id, _is_good())).all()


def has_a_way_in(session: Session, person_id: UUID) -> bool:
    """Whether somebody has a password or a passkey, for those who manage accounts."""
    found = func.app_means_of_signing_in().table_valued("person_id", "has_password", "has_totp", "passkeys")
    wanted = select(found.c.has_password | (found.c.passkeys > 0)).where(found.c.person_id == person_id)
    return bool(session.scalar(wanted))


def read_link(session: Session, token: str) -> tuple[Invitation, Person] | None:
    """What the link is for, and whom; None when it is not good, not any more, or was not made here as it stands.

    The transaction sees from here on what that person signs in with.
    """
    owner: UUID | None = session.scalar(select(func.app_owner_of_invitation(digest_of(token))))
    if owner is None:
        return None
    signing_in_as(session, owner)
    found = session.scalar(select(Invitation).where(Invitation.token_hash == digest_of(token), _is_good()))
    person = person_with_roles(session, owner)
    return None if found is None or person is None or not found.is_genuine else (found, person)


def use_up(session: Session, invitation: Invitation) -> bool:
    """Whether the link is used now, for the first time; of two at once PostgreSQL lets one through."""
    mine = (Invitation.id == invitation.id, _is_good())
    used = session.execute(update(Invitation).where(*mine).values(used_at=clock.now()))
    return used.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _withdraw(session: Session, whose: ColumnElement[bool]) -> None:
    session.execute(update(Invitation).where(whose, _is_good()).values(withdrawn_at=clock.now()))


def _is_good() -> ColumnElement[bool]:
    return Invitation.used_at.is_(None) & Invitation.withdrawn_at.is_(None) & (Invitation.expires_at > clock.now())
