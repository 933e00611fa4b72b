"""OpenPGP keys, for tests."""

from __future__ import annotations

from typing import Any

from pysequoia import Cert, Tsk
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.openpgp.certs import read_kept
from tracker.openpgp.models import OpenPgpKey


def make_secret(user_id: str = "Olga Officer <olga@example.org>", days: int | None = 365) -> Tsk:
    """A key pair."""
    return Tsk.generate(user_id=user_id, validity_seconds=None if days is None else days * 86400)


def public(secret: Tsk) -> bytes:
    """The public half, binary."""
    return bytes(secret.extract_certificate())


def revoked(secret: Tsk) -> bytes:
    """The public half with its owner's revocation."""
    cert = secret.extract_certificate()
    return bytes(Cert.from_bytes(bytes(cert) + bytes(cert.revoke(secret.certifier()))))


def keep_key(session: Session, person: Person, content: bytes) -> OpenPgpKey:
    """The person's key as if they had given it; also one that could not be given."""
    key: Any = read_kept(content)
    kept = OpenPgpKey(person_id=person.id, cert=content, fingerprint=key.fingerprint, expires_at=key.expires_at)
    session.add(kept)
    session.flush()
    return kept
