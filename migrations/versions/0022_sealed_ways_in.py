"""Sessions and links carry a seal; passwords and passkeys are sealed with the field key for their person.

What is there is sealed here, once and in this transaction: nothing that comes without a seal later is ever taken for
genuine. It takes the installation's field keys.
"""

from __future__ import annotations

import base64
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from config import load_settings
from tracker.core.encryption import FieldNotReadable, KeyRing, current_ring
from tracker.core.errors import NotConfigured

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"
PASSWORDS = sa.table("person_passwords", *map(sa.column, ("person_id", "password_hash", "hash_sealed")))
PASSKEYS = sa.table("passkeys", *map(sa.column, ("id", "person_id", "public_key", "public_key_sealed")))


def upgrade() -> None:
    run(SQL / "0022_1_seals.up.sql")
    for row, ring in rows(PASSWORDS):
        sealed = ring.seal(row.password_hash, f"person_passwords.hash_sealed:{row.person_id}")
        keep(PASSWORDS, PASSWORDS.c.person_id == row.person_id, hash_sealed=sealed)
    for row, ring in rows(PASSKEYS):
        text = base64.b64encode(row.public_key).decode()
        sealed = ring.seal(text, f"passkeys.public_key_sealed:{row.person_id}:{row.id}")
        keep(PASSKEYS, PASSKEYS.c.id == row.id, public_key_sealed=sealed)
    run(SQL / "0022_2_sealed.up.sql")


def downgrade() -> None:
    run(SQL / "0022_2_sealed.down.sql")
    for row, ring in rows(PASSWORDS):
        opened = ring.open(row.hash_sealed, f"person_passwords.hash_sealed:{row.person_id}")
        keep(PASSWORDS, PASSWORDS.c.person_id == row.person_id, password_hash=opened)
    for row, ring in rows(PASSKEYS):
        text = ring.open(row.public_key_sealed, f"passkeys.public_key_sealed:{row.person_id}:{row.id}")
        keep(PASSKEYS, PASSKEYS.c.id == row.id, public_key=base64.b64decode(text))
    run(SQL / "0022_1_seals.down.sql")


def rows(table: sa.TableClause) -> list[tuple[sa.Row[tuple[object, ...]], KeyRing]]:
    """Each row with the keys, which are asked for only where there is a row."""
    found = op.get_bind().execute(sa.select(table)).all()
    ring = keys() if found else None
    return [(row, ring) for row in found if ring is not None]


def keep(table: sa.TableClause, which: sa.ColumnElement[bool], **values: object) -> None:
    op.get_bind().execute(sa.update(table).where(which).values(**values))


def keys() -> KeyRing:
    """The keys of this installation. Raises NotConfigured when the one that seals is another one of the same name."""
    try:
        ring = current_ring()
    except NotConfigured:
        given = load_settings().field_keys
        ring = KeyRing(given[0].id, {key.id: key.secret for key in given})
    asked = sa.text("SELECT check_sealed FROM field_key_checks WHERE key_id = :key")
    word = op.get_bind().scalar(asked, {"key": ring.current})
    try:
        if word is not None:
            ring.open(word, f"field_key_checks.check_sealed:{ring.current}")
    except FieldNotReadable as error:
        raise NotConfigured(
            f"TRACKER_FIELD_KEYS: the key called {ring.current} is not the one that this database was written with. "
            "What people sign in with would be sealed with it. Put the right key back."
        ) from error
    return ring


def run(file: Path) -> None:
    op.get_bind().exec_driver_sql(file.read_text(encoding="utf-8").replace("%", "%%"))
