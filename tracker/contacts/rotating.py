"""Merges of contacts keep what stood before, envelopes among it: when a field is sealed anew, these follow.

The undo compares the envelope of now with the one that the merge made; so the same envelope has to stand in both.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tracker.contacts.models import ContactMerge, ContactPrivate
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.encryption import FieldNotReadable, KeyRing, key_id_of
from tracker.core.sealed_columns import SealedColumn

_FOLLOW = text(
    """
    UPDATE contact_merges SET moved = replace(moved::text, to_jsonb(encode(:old, 'base64'))::text,
                                              to_jsonb(encode(:new, 'base64'))::text)::jsonb
     WHERE kept_id = :contact AND strpos(moved::text, to_jsonb(encode(:old, 'base64'))::text) > 0
    """
)


def follow_in_merges(session: Session, column: SealedColumn, row: Any, old: bytes, new: bytes) -> None:
    """The same envelope takes the other's place in the merges of the contact."""
    if column.model is ContactPrivate:
        session.execute(_FOLLOW, {"old": old, "new": new, "contact": row.contact_id})


def reseal_merges(database: Database, ring: KeyRing) -> int:
    """Seal anew what only a merge remembers; how many merges."""
    with database.unit_of_work(OPERATOR) as session:
        rows = session.execute(select(ContactMerge.id, ContactMerge.kept_id, ContactMerge.moved)).all()
        return sum(_reseal_one(session, ring, *row) for row in rows)


def merges_with_key(session: Session, key_id: str) -> int:
    """How many merges remember something that is sealed with this key."""
    return sum(
        any(key_id_of(envelope) == key_id for _, _, envelope in _envelopes(moved))
        for moved in session.scalars(select(ContactMerge.moved))
    )


def _reseal_one(session: Session, ring: KeyRing, merge_id: Any, kept_id: Any, moved: dict[str, Any]) -> int:
    new = json.loads(json.dumps(moved))
    for when, field, envelope in _envelopes(moved):
        bound_to = f"contact_private.{field}_sealed:{kept_id}"
        try:
            if key_id_of(envelope) != ring.current:
                sealed = ring.seal(ring.open(envelope, bound_to), bound_to)
                new[when]["private"][field] = _as_postgres_writes(sealed)
        except FieldNotReadable:
            continue
    if new == moved:
        return 0
    done = session.connection().execute(
        update(ContactMerge.__table__)  # type: ignore[arg-type]
        .where(ContactMerge.id == merge_id, ContactMerge.moved == moved)
        .values(moved=new)
    )
    return int(done.rowcount)


def _envelopes(moved: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """(before or after, field, envelope) of a merge."""
    found = []
    for when in ("before", "after"):
        private = (moved.get(when) or {}).get("private") or {}
        found += [(when, field, base64.b64decode(value)) for field, value in private.items() if value]
    return found


def _as_postgres_writes(envelope: bytes) -> str:
    """Base64 in lines of 76 letters, as `encode` breaks it."""
    text_ = base64.b64encode(envelope).decode()
    return "\n".join(text_[at : at + 76] for at in range(0, len(text_), 76))
