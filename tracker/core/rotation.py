"""Sealing everything anew with the current key, while the house is open: in small batches, by compare-and-set.

It can be stopped at any moment and begun again: what is done names the new key, and is not looked at any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import and_, func, inspect, select, text, update
from sqlalchemy.orm import Session

from tracker.core.actor import OPERATOR
from tracker.core.database import Database, process_name
from tracker.core.encryption import FieldNotReadable, KeyRing
from tracker.core.sealed_columns import SealedColumn, sealed_columns

BATCH = 200

Moved = Callable[[Session, SealedColumn, Any, bytes, bytes], None]
"""Told of each envelope that took another's place, in its transaction: copies of it follow."""


def reseal_all(database: Database, ring: KeyRing, moved: Moved) -> tuple[int, int]:
    """Seal anew what names another key than the current one: how many values, and how many no key opened."""
    changed = unreadable = 0
    for column in sealed_columns():
        after: tuple[Any, ...] | None = None
        while True:
            with database.unit_of_work(OPERATOR) as session:
                rows = list(_stale(session, column, ring, after))
                for row in rows:
                    outcome = _reseal(session, column, ring, row, moved)
                    changed, unreadable = changed + (outcome is True), unreadable + (outcome is None)
                after = _identity(rows[-1]) if rows else None
            if len(rows) < BATCH:
                break
    return changed, unreadable


def _stale(session: Session, column: SealedColumn, ring: KeyRing, after: tuple[Any, ...] | None) -> Iterator[Any]:
    keys = inspect(column.model).primary_key
    statement = select(column.model).where(func.sealed_key_id(column.column) != ring.current)
    if after is not None:
        statement = statement.where(func.row(*keys) > func.row(*after))
    yield from session.scalars(statement.order_by(*keys).limit(BATCH))


def _reseal(session: Session, column: SealedColumn, ring: KeyRing, row: Any, moved: Moved) -> bool | None:
    """True: done; False: somebody else changed it meanwhile; None: no key opens it."""
    old: bytes = getattr(row, column.name)
    try:
        new = ring.seal(ring.open(old, column.bound_to(row)), column.bound_to(row))
    except FieldNotReadable:
        return None
    keys = inspect(column.model).primary_key
    is_it = and_(*(key == value for key, value in zip(keys, _identity(row), strict=True)))
    table = column.column.table
    done = session.connection().execute(update(table).where(is_it, column.column == old).values({column.column: new}))
    session.expunge(row)
    if not done.rowcount:
        return False
    moved(session, column, row, old, new)
    return True


def _identity(row: Any) -> tuple[Any, ...]:
    return tuple(inspect(type(row)).primary_key_from_instance(row))


def count_by_key(session: Session) -> Counter[tuple[str, str, str]]:
    """How many values name which key: (table, column, key) -> count. As the operator."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for column in sealed_columns():
        key = func.sealed_key_id(column.column)
        rows = session.execute(select(key, func.count()).where(column.column.is_not(None)).group_by(key))
        counts.update({(column.table, column.name, str(name)): count for name, count in rows})
    return counts


def stop_writers(session: Session) -> None:
    """Wait for every transaction that writes encrypted fields to end, and let none begin until this one ends."""
    tables = sorted({column.table for column in sealed_columns()})
    session.execute(text(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE"))


_PROCESSES = text(
    """
    SELECT DISTINCT ON (split_part(name, ' ', 2)) split_part(name, ' ', 2), split_part(name, ' ', 3)
      FROM app_connections() ORDER BY split_part(name, ' ', 2), changed_at DESC
    """
)


def processes_with_other_keys(session: Session, name: str) -> list[str]:
    """The processes that last worked with another ring than the one called `name`."""
    own = process_name().split(" ")[1]
    return [process for process, ring in session.execute(_PROCESSES) if ring != name and process != own]
