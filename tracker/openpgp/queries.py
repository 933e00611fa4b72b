"""Reads of people's keys."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.openpgp.models import OpenPgpKey


def key_of(session: Session, person_id: UUID) -> OpenPgpKey | None:
    """The key that this person gave."""
    return session.get(OpenPgpKey, person_id)
