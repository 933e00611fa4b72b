"""Are these the keys that the database was written with? Asked when a process starts, before anybody reads a field."""

from __future__ import annotations

from datetime import datetime

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.core import clock
from tracker.core.actor import NOBODY, OPERATOR
from tracker.core.database import Base, Database
from tracker.core.encryption import FieldNotReadable, KeyRing, SealedBytes, current_ring
from tracker.core.errors import NotConfigured

WORD = "the tracker's field key"


class FieldKeyCheck(Base):
    """A known word, sealed with the key: it opens with that very key only."""

    __tablename__ = "field_key_checks"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    check_sealed: Mapped[bytes] = mapped_column(SealedBytes)
    first_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    retired_at: Mapped[datetime | None]


def refuse_wrong_keys(database: Database) -> None:
    """Raise NotConfigured when a key is missing, or is another one under a known name. Notes keys that are new.

    A database that does not answer, or has no such table yet, is not asked: it says so elsewhere.
    """
    ring = current_ring()
    try:
        with database.unit_of_work(NOBODY) as session:
            new = unknown_keys(session, ring)
        if new:
            _note_new(database, ring, new)
    except DBAPIError:
        pass
    finally:
        database.dispose()  # a server that forks after this must not share the connection


def _note_new(database: Database, ring: KeyRing, new: list[str]) -> None:
    try:
        with database.unit_of_work(OPERATOR) as session:
            check_keys(session, ring)
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege) and ring.current in new:
            raise NotConfigured(
                f"TRACKER_FIELD_KEYS: the key called {ring.current} encrypts, but the database does not know it yet, "
                "and this process may not note it: run `python -m tracker.cli.migrate` with the same settings first."
            ) from error


def check_keys(session: Session, ring: KeyRing) -> None:
    """The same in a unit of work, as the operator."""
    for name in unknown_keys(session, ring):
        # Two processes that start together note the same.
        row = insert(FieldKeyCheck).values(key_id=name, check_sealed=_sealed(ring, name), first_seen_at=clock.now())
        session.execute(row.on_conflict_do_nothing())


def unknown_keys(session: Session, ring: KeyRing) -> list[str]:
    """Names of keys that the database was never written with. Raises NotConfigured for a wrong or a missing one."""
    known = {row.key_id: row for row in session.scalars(select(FieldKeyCheck))}
    wrong = sorted(name for name, row in known.items() if name in ring.keys and not _opens(ring, row))
    missing = sorted(name for name, row in known.items() if name not in ring.keys and row.retired_at is None)
    if wrong:
        raise NotConfigured(
            f"TRACKER_FIELD_KEYS: the key called {', '.join(wrong)} is not the one that this database was "
            "written with. Nothing encrypted could be read. Put the right key back; a new key needs a new name "
            "(flask keys add). `python -m tracker.cli.sealed keys` prints keys that were sealed beside a backup."
        )
    if missing:
        raise NotConfigured(
            f"TRACKER_FIELD_KEYS: the key called {', '.join(missing)} is missing, and fields of this database are "
            "encrypted with it. Put it back; a key goes by `flask keys rotate` and `flask keys retire`. "
            "`python -m tracker.cli.sealed keys` prints keys that were sealed beside a backup."
        )
    return sorted(ring.keys.keys() - known.keys())


def _sealed(ring: KeyRing, name: str) -> bytes:
    return KeyRing(name, {name: ring.keys[name]}).seal(WORD, _bound_to(name))


def _opens(ring: KeyRing, row: FieldKeyCheck) -> bool:
    try:
        return ring.open(row.check_sealed, _bound_to(row.key_id)) == WORD
    except FieldNotReadable:
        return False


def _bound_to(name: str) -> str:
    return f"field_key_checks.check_sealed:{name}"
