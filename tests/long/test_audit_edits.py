"""A thousand edits of the audit by the owner of the database, each by itself: all are found before the last anchor."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from config import FieldKey
from tracker.audit.anchors import all_anchors, outward
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.services import record
from tracker.audit.verifying import verify
from tracker.core import clock
from tracker.core.actor import AUDITOR, OPERATOR
from tracker.core.ids import new_id
from tracker.reminders.delivery.auditing import sign_head

pytestmark = pytest.mark.long

KEYS = AuditKeys.of((FieldKey("a1", bytes(range(1, 33))),))
THEN = datetime(2026, 11, 1, 9, tzinfo=UTC)
ENTRIES, EDITS = 500, 1000
ACTIONS = ("case.edited", "case.read", "export.made", "sign_in.failed", "level.raised")

Edit = Callable[[Session, random.Random], None]


def _at(position: int) -> str:
    return f"(SELECT entry_id FROM audit_links WHERE position = {position})"


def _set(what: Callable[[random.Random], str]) -> Edit:
    """Change one column of one entry."""

    def edit(session: Session, chance: random.Random) -> None:
        place = chance.randint(1, ENTRIES)
        session.execute(text(f"UPDATE audit_entries SET {what(chance)} WHERE id = {_at(place)}"))

    return edit


def _remove(session: Session, chance: random.Random) -> None:
    session.execute(text(f"DELETE FROM audit_entries WHERE id = {_at(chance.randint(1, ENTRIES))}"))


def _remove_with_its_place(session: Session, chance: random.Random) -> None:
    place = chance.randint(1, ENTRIES)
    _remove_place(session, place)
    if chance.random() < 0.5:  # and close the gap
        session.execute(text(f"UPDATE audit_links SET position = -position WHERE position > {place}"))
        session.execute(text("UPDATE audit_links SET position = -position - 1 WHERE position < 0"))


def _remove_place(session: Session, place: int) -> None:
    session.execute(text(f"DELETE FROM audit_entries WHERE id = {_at(place)}"))
    session.execute(text(f"DELETE FROM audit_links WHERE position = {place}"))


def _swap(session: Session, chance: random.Random) -> None:
    one, other = chance.sample(range(1, ENTRIES + 1), 2)
    first, second = (session.scalar(text(f"SELECT {_at(place)}")) for place in (one, other))
    move = text("UPDATE audit_entries SET id = :to WHERE id = :was")
    spare = new_id()
    for was, to in ((first, spare), (second, first), (spare, second)):
        session.execute(move, {"was": was, "to": to})


def _insert(session: Session, chance: random.Random) -> None:
    at = THEN + timedelta(seconds=chance.randint(0, ENTRIES * 60 - 1800))
    session.execute(
        text(
            "INSERT INTO audit_entries (id, at, actor_kind, action, object_type, detail)"
            " VALUES (:id, :at, 'person', :action, 'case', '{}')"
        ),
        {"id": (made := new_id()), "at": at, "action": chance.choice(ACTIONS)},
    )
    if chance.random() < 0.5:  # with a place of its own at the end, dressed up with a digest
        session.execute(
            text(
                "INSERT INTO audit_links (position, entry_id, form, key_id, chained_at, digest)"
                " SELECT position + 1, :id, form, key_id, chained_at, sha256(digest) FROM audit_links"
                " ORDER BY position DESC LIMIT 1"
            ),
            {"id": made},
        )


def _cut_the_end(session: Session, chance: random.Random) -> None:
    """Back to before the last anchor, which goes too where the owner thinks of it."""
    place = chance.randint(1, ENTRIES - 1)
    session.execute(
        text(f"DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_links WHERE position > {place})")
    )
    session.execute(text(f"DELETE FROM audit_links WHERE position > {place}"))
    if chance.random() < 0.5:
        session.execute(text(f"DELETE FROM audit_anchors WHERE position > {place}"))


def _chain_anew_without_the_key(session: Session, chance: random.Random) -> None:
    """As if the chain were one of plain hashes."""
    place = chance.randint(1, ENTRIES)
    session.execute(text(f"UPDATE audit_entries SET action = 'nothing' WHERE id = {_at(place)}"))
    session.execute(
        text(
            "UPDATE audit_links l SET digest = sha256(convert_to(position || e::text, 'UTF8')) FROM audit_entries e"
            f" WHERE e.id = l.entry_id AND l.position >= {place}"
        )
    )


def _forge_an_anchor(session: Session, chance: random.Random) -> None:
    number = chance.randint(1, 5)
    change = chance.choice(
        (
            "digest = sha256(digest)",
            "signature = sha256(signature) || sha256(digest)",
            "made_at = made_at + interval '1 s'",
            "position = position - 1",
            "key_id = 'mine'",
        )
    )
    session.execute(text(f"UPDATE audit_anchors SET {change} WHERE number = {number}"))


def _empty(session: Session, chance: random.Random) -> None:
    session.execute(text(chance.choice(("TRUNCATE audit_entries", "TRUNCATE audit_links", "TRUNCATE audit_anchors"))))


KINDS: tuple[tuple[int, Edit], ...] = (
    (12, _set(lambda _: "actor_id = gen_random_uuid()")),
    (6, _set(lambda _: "actor_kind = 'person'")),
    (8, _set(lambda chance: f"action = action || '{chance.choice('.xyz')}'")),
    (6, _set(lambda _: "case_id = gen_random_uuid()")),
    (6, _set(lambda _: "object_id = NULL")),
    (4, _set(lambda _: "request_id = coalesce(request_id, '') || 'r'")),
    (8, _set(lambda chance: f"at = at + interval '{chance.choice((1, -1, 90_000_000))} microseconds'")),
    (6, _set(lambda _: "detail = detail - 'number'")),
    (6, _set(lambda _: "detail = jsonb_set(detail, '{number}', (detail ->> 'number' || '.0')::jsonb)")),
    (14, _remove),
    (12, _remove_with_its_place),
    (12, _swap),
    (14, _insert),
    (10, _cut_the_end),
    (8, _chain_anew_without_the_key),
    (8, _forge_an_anchor),
    (4, _empty),
)


def test_a_thousand_edits_by_the_owner_are_all_found(app: Any, database: Any, database_url: str) -> None:
    _fill(database)
    with database.unit_of_work(AUDITOR) as session:
        kept = [outward(row) for row in all_anchors(session)]
        assert verify(session, KEYS, kept).is_whole
    owner = create_engine(database_url.replace("tracker_owner@", "postgres@"), poolclass=NullPool)
    chance = random.Random(20261122)
    weights = [weight for weight, _ in KINDS]
    missed = []
    with owner.connect() as connection:
        for number in range(EDITS):
            edit = chance.choices(KINDS, weights)[0][1]
            with Session(connection, join_transaction_mode="rollback_only") as session:
                session.execute(text("SET LOCAL session_replication_role = replica"))
                edit(session, chance)
                if verify(session, KEYS, kept).is_whole:
                    missed.append((number, edit.__qualname__))
                session.rollback()
            connection.rollback()
    owner.dispose()
    assert missed == []


def _fill(database: Any) -> None:
    """Entries of hours, chained in runs, with an anchor after each hundred; the last one at the very end."""
    for hundred in range(ENTRIES // 100):
        start = THEN + timedelta(minutes=100 * hundred)
        with database.unit_of_work(OPERATOR) as session:
            for number in range(100):
                with clock.fixed(start + timedelta(minutes=number)):
                    action = ACTIONS[number % len(ACTIONS)]
                    record(session, OPERATOR, action, "case", new_id(), case_id=new_id(), number=number)
                    session.flush()
        with clock.fixed(start + timedelta(minutes=100)):
            extend_chain(database, KEYS.current)
            sign_head(database, KEYS)
