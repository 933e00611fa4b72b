"""The chain: what is chained when, what a change behind the program's back looks like, and what leaves the house."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from config import FieldKey
from tests.support.vandal import vandal
from tracker.audit.anchors import read_anchors
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.models import AuditCheck
from tracker.audit.services import record
from tracker.audit.verifying import Kind, Report, verify
from tracker.core import clock
from tracker.core.actor import AUDITOR, NOBODY, OPERATOR, PLANNER
from tracker.core.ids import new_id
from tracker.reminders.delivery.auditing import bring_away, run_audit, sign_head

KEYS = AuditKeys.of((FieldKey("a1", bytes(range(1, 33))),))
THEN = datetime(2026, 11, 1, 9, tzinfo=UTC)


def write(database: Any, count: int, at: datetime = THEN, each: timedelta = timedelta(seconds=7)) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for number in range(count):
            with clock.fixed(at + number * each):
                record(session, OPERATOR, "case.edited", "case", new_id(), fields=["title"], number=number)
                session.flush()


def chain(database: Any, at: datetime) -> int:
    with clock.fixed(at):
        return extend_chain(database, KEYS.current)


def look(database: Any, *kept: Any, keys: AuditKeys = KEYS) -> Report:
    with clock.fixed(THEN + timedelta(days=3)), database.unit_of_work(AUDITOR) as session:
        return verify(session, keys, kept)


@pytest.fixture
def chained(app: Any, database: Any) -> Any:
    """Forty entries of two runs, anchored, and ten after the anchor."""
    write(database, 20, each=timedelta(seconds=30))
    chain(database, THEN + timedelta(hours=1))
    write(database, 20, THEN + timedelta(hours=2))
    chain(database, THEN + timedelta(hours=3))
    with clock.fixed(THEN + timedelta(hours=3)):
        assert sign_head(database, KEYS) == 1
    write(database, 10, THEN + timedelta(hours=4))
    chain(database, THEN + timedelta(hours=5))
    return database


def test_entries_are_chained_once_and_nothing_is_found(chained: Any) -> None:
    assert chain(chained, THEN + timedelta(hours=6)) == 0
    report = look(chained)
    assert report.findings == []
    assert (report.places, report.anchors, report.holds_until) == (50, 1, 1)


def test_more_than_a_batch_is_chained_in_one_go(app: Any, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.audit.chain.BATCH", 10)
    write(database, 45, THEN - timedelta(days=400), each=timedelta(days=3))
    assert chain(database, THEN) == 45
    assert look(database).findings == []


def test_two_who_chain_at_once_make_one_chain(chained: Any) -> None:
    write(chained, 5, THEN + timedelta(hours=7))
    with chained.unit_of_work(AUDITOR) as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": 0x617564})
        assert chain(chained, THEN + timedelta(hours=8)) == 0
    assert chain(chained, THEN + timedelta(hours=8)) == 5


FOURTH = "(SELECT entry_id FROM audit_links WHERE position = 4)"
NINTH = "(SELECT entry_id FROM audit_links WHERE position = 9)"
EDITS: dict[str, tuple[str, Kind]] = {
    "who": (f"UPDATE audit_entries SET actor_id = gen_random_uuid() WHERE id = {FOURTH}", Kind.CHANGED),
    "when": (f"UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE id = {FOURTH}", Kind.CHANGED),
    "never": (f"UPDATE audit_entries SET at = 'infinity' WHERE id = {FOURTH}", Kind.CHANGED),
    "detail": (f"UPDATE audit_entries SET detail = detail || '{{\"number\": 3.0}}' WHERE id = {FOURTH}", Kind.CHANGED),
    "null": (f"UPDATE audit_entries SET request_id = '' WHERE id = {FOURTH}", Kind.CHANGED),
    "gone": (f"DELETE FROM audit_entries WHERE id = {FOURTH}", Kind.MISSING),
    "link gone": ("DELETE FROM audit_links WHERE position = 4", Kind.GAP),
    "link moved": (
        "UPDATE audit_links SET chained_at = chained_at - interval '1 day' WHERE position = 4",
        Kind.CHANGED,
    ),
    "link undated": ("UPDATE audit_links SET chained_at = 'infinity' WHERE position = 4", Kind.CHANGED),
    "digest": ("UPDATE audit_links SET digest = sha256('x') WHERE position = 4", Kind.CHANGED),
    "key": ("UPDATE audit_links SET key_id = 'mine' WHERE position = 4", Kind.UNKNOWN_KEY),
    "swap": (
        f"UPDATE audit_entries SET id = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = {FOURTH};"
        f"UPDATE audit_entries SET id = {FOURTH} WHERE id = {NINTH};"
        f"UPDATE audit_entries SET id = {NINTH} WHERE id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        Kind.SWAPPED,
    ),
    "inserted": (
        "INSERT INTO audit_entries (id, at, actor_kind, action, object_type, detail) VALUES"
        " (gen_random_uuid(), '2026-11-01 09:05+00', 'person', 'case.edited', 'case', '{}')",
        Kind.INSERTED_LATE,
    ),
    "anchor gone": ("DELETE FROM audit_anchors", Kind.ANCHOR_MISSING),
    "anchor moved": ("UPDATE audit_anchors SET position = 7", Kind.ANCHOR_BROKEN),
    "anchor forged": ("UPDATE audit_anchors SET made_at = made_at + interval '1 s'", Kind.ANCHOR_FORGED),
    "anchor undated": ("UPDATE audit_anchors SET made_at = 'infinity'", Kind.ANCHOR_UNREADABLE),
    "everything": ("TRUNCATE audit_entries", Kind.MISSING),
    "the end": ("DELETE FROM audit_links WHERE position > 30", Kind.ROLLED_BACK),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_the_owner_of_the_database_does_is_found(
    chained: Any, database_url: str, tmp_path: Path, edit: str
) -> None:
    kept = kept_anchors(chained, tmp_path)
    statement, kind = EDITS[edit]
    with vandal(database_url) as connection:
        connection.execute(statement)
    assert kind in look(chained, *kept).counts


def kept_anchors(database: Any, folder: Path) -> Any:
    bring_away(database, replace(_settings(), audit_anchor_dir=folder))
    anchors, unreadable = read_anchors(folder)
    assert unreadable == []
    return anchors


def _settings() -> Any:
    from tests.support.settings import make_settings

    return make_settings(Path("nowhere"))


def test_a_forged_entry_is_found_also_when_the_chain_took_it(chained: Any, database_url: str) -> None:
    with vandal(database_url) as connection:
        connection.execute(
            "INSERT INTO audit_entries (id, at, actor_kind, action, object_type, detail) VALUES"
            " (gen_random_uuid(), '2026-11-01 12:30+00', 'person', 'case.edited', 'case', '{}')"
        )
    write(chained, 3, THEN + timedelta(hours=5))
    chain(chained, THEN + timedelta(hours=6))
    report = look(chained)
    assert dict(report.counts) == {Kind.INSERTED_LATE: 1}
    assert report.places == 54


def test_one_change_is_one_finding_and_says_which_entry(chained: Any, database_url: str) -> None:
    with vandal(database_url) as connection:
        row = connection.execute("SELECT entry_id FROM audit_links WHERE position = 17").fetchone()
        assert row is not None
        connection.execute("UPDATE audit_entries SET action = 'case.read' WHERE id = %s", row)
    [found] = look(chained).findings
    assert (found.kind, found.place, found.entry_id) == (Kind.CHANGED, "17", str(row[0]))
    assert look(chained).holds_until is None


def test_a_chain_written_anew_without_the_key_does_not_hold(chained: Any, database_url: str) -> None:
    own = AuditKeys.of((FieldKey("a1", bytes(32)),))
    with vandal(database_url) as connection:
        connection.execute("TRUNCATE audit_links, audit_anchors")
    with clock.fixed(THEN + timedelta(hours=5)):
        extend_chain(chained, own.current)
        sign_head(chained, own)
    assert look(chained, keys=own).is_whole
    assert look(chained).counts[Kind.CHANGED] == 50
    assert look(chained).counts[Kind.ANCHOR_FORGED] == 1


def test_a_copy_put_back_is_told_by_the_anchor_that_lay_elsewhere(
    chained: Any, database_url: str, tmp_path: Path
) -> None:
    with clock.fixed(THEN + timedelta(days=1, hours=5)):
        sign_head(chained, KEYS)
    kept = kept_anchors(chained, tmp_path)
    with vandal(database_url) as connection:  # as it stood at the first anchor
        connection.execute(
            "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_links WHERE position > 40)"
        )
        connection.execute("DELETE FROM audit_links WHERE position > 40")
        connection.execute("DELETE FROM audit_anchors WHERE number > 1")
    assert look(chained).is_whole, "nothing on the server tells"
    report = look(chained, *kept)
    assert [(one.kind, one.place) for one in report.findings] == [(Kind.ROLLED_BACK, "1")]
    assert report.holds_until == 1


def test_a_copy_put_back_is_told_also_when_its_new_anchors_have_reached_the_old_number(
    chained: Any, database_url: str, tmp_path: Path
) -> None:
    with clock.fixed(THEN + timedelta(days=1, hours=5)):
        sign_head(chained, KEYS)
    kept = kept_anchors(chained, tmp_path)
    with vandal(database_url) as connection:
        connection.execute(
            "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_links WHERE position > 40)"
        )
        connection.execute("DELETE FROM audit_links WHERE position > 40")
        connection.execute("DELETE FROM audit_anchors WHERE number > 1")
    write(chained, 3, THEN + timedelta(days=1, hours=6))
    chain(chained, THEN + timedelta(days=1, hours=7))
    with clock.fixed(THEN + timedelta(days=1, hours=8)):
        sign_head(chained, KEYS)
    assert look(chained).is_whole, "nothing on the server tells"
    assert [(one.kind, one.place) for one in look(chained, *kept).findings] == [(Kind.ROLLED_BACK, "1")]


@pytest.mark.parametrize("who", [NOBODY, OPERATOR, PLANNER], ids=lambda actor: actor.kind)
def test_nobody_but_the_auditor_reaches_the_chain(app: Any, database: Any, who: Any) -> None:
    for table in ("audit_links", "audit_anchors"):
        for attack in ("SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET digest = ''"):
            with pytest.raises(ProgrammingError, match="permission denied"), database.unit_of_work(who) as session:
                session.execute(text(attack.format(table)))


def test_nor_does_the_auditor_change_it(app: Any, database: Any) -> None:
    refused = r"permission denied|must be owner|does not exist"
    for table in ("audit_links", "audit_anchors", "audit_checks", "audit_entries"):
        for attack in ("DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET digest = ''", "DROP TABLE {}"):
            with pytest.raises(ProgrammingError, match=refused), database.unit_of_work(AUDITOR) as session:
                session.execute(text(attack.format(table)))


def test_a_day_brings_one_anchor_one_check_and_one_mail(
    app: Any, database: Any, tmp_path: Path, smtp_sink: Any
) -> None:
    settings = replace(
        _settings(),
        audit_anchor_dir=tmp_path,
        audit_mail="auditor@example.org",
        smtp_url=smtp_sink.url,
        audit_keys=(FieldKey("a1", bytes(range(1, 33))),),
    )
    write(database, 3)
    for minutes in (0, 1, 2):
        with clock.fixed(THEN + timedelta(hours=1, minutes=minutes)):
            run_audit(database, settings, KEYS)
    with clock.fixed(THEN + timedelta(hours=26)):
        run_audit(database, settings, KEYS)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["anchor-000001.json", "anchor-000002.json"]
    with database.unit_of_work(OPERATOR) as session:
        assert [check.is_whole for check in session.query(AuditCheck)] == [True, True]
    mails = [mail.message for mail in smtp_sink.mails]
    assert [mail["To"] for mail in mails] == ["auditor@example.org"] * 2
    (tmp_path / "mails").mkdir()
    for number, mail in enumerate(mails):
        (tmp_path / "mails" / str(number)).write_bytes(mail.as_bytes())
    kept, unreadable = read_anchors(tmp_path / "mails")
    assert ([anchor.number for anchor in kept], unreadable) == ([1, 2], [])
    assert look(database, *kept).is_whole


def test_the_command_verifies_against_a_folder_and_ends_with_1(
    app: Any, database: Any, database_url: str, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    app.extensions["tracker.settings"] = replace(before := app.extensions["tracker.settings"], audit_keys=_secret())
    try:
        assert runner.invoke(args=["audit", "anchor"]).exit_code == 0
        good = runner.invoke(args=["audit", "verify", "--anchors", str(tmp_path), "--json"])
        assert (good.exit_code, json.loads(good.stdout)["whole"]) == (0, True)
        with vandal(database_url) as connection:
            connection.execute("UPDATE audit_entries SET actor_kind = 'person'")
        bad = runner.invoke(args=["audit", "verify"])
        assert bad.exit_code == 1
        assert "changed" in bad.stdout
    finally:
        app.extensions["tracker.settings"] = before


def _secret() -> tuple[FieldKey, ...]:
    return (FieldKey("a1", bytes(range(1, 33))),)
