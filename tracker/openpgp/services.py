"""What people do with their own key."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.openpgp.certs import Key, read_given
from tracker.openpgp.models import OpenPgpKey
from tracker.openpgp.queries import key_of


def give_key(session: Session, actor: Actor, content: bytes) -> Key:
    """Keep one's public key, in place of the one before. Raises Refused (tracker.openpgp.certs)."""
    person_id = _self(actor)
    key = read_given(content, clock.now())
    kept = key_of(session, person_id)
    if kept is None:
        kept = OpenPgpKey(person_id=person_id)
        session.add(kept)
    kept.cert, kept.fingerprint, kept.expires_at, kept.given_at = (
        key.content,
        key.fingerprint,
        key.expires_at,
        clock.now(),
    )
    record(session, actor, "person.openpgp_key_given", "person", person_id, fingerprint=key.fingerprint)
    return key


def remove_key(session: Session, actor: Actor) -> None:
    """Get mail as if one had never given a key. Nothing happens without one."""
    person_id = _self(actor)
    kept = key_of(session, person_id)
    if kept is not None:
        session.delete(kept)
        record(session, actor, "person.openpgp_key_removed", "person", person_id, fingerprint=kept.fingerprint)


def _self(actor: Actor) -> UUID:
    if not actor.is_person or actor.person_id is None:
        raise NotVisible
    return actor.person_id
