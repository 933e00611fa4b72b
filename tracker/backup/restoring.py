"""A backup into an empty database: the schema of its revision, its rows, then everything that came since.

What was lost with the server may have been sent by it. So the machine is told that it stood still since the snapshot
(one digest instead of many mails), and mails that were on their way then are asked after, or not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from tracker.backup import archive
from tracker.backup.archive import Heading
from tracker.backup.emptiness import refuse_unless_empty
from tracker.backup.faults import BackupFault
from tracker.backup.loading import load
from tracker.backup.sealing import opened_file
from tracker.backup.snapshot import plain_url
from tracker.core.errors import NotConfigured
from tracker.core.migrate import current, downgrade, known_revisions, upgrade

_END_SESSIONS = "DELETE FROM sign_in_sessions"
_HAS_FEEDS = "SELECT to_regclass('public.calendar_feeds') IS NOT NULL"
_END_FEEDS = "DELETE FROM calendar_feeds"
_STOOD_STILL = """
    INSERT INTO sightings (name, seen_at)
    VALUES ('going', least(%(taken)s::timestamptz, now() - make_interval(secs => %(pause_s)s) - interval '1 minute')),
           ('restored', now())
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
    """
_FORGET_MACHINERY = "DELETE FROM sightings WHERE name NOT IN ('going', 'restored')"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows by table, and of which moment."""

    rows: dict[str, int]
    revision: str
    taken_at: datetime


def verify_backup(path: Path, identity: Path) -> Restored:
    """Open the whole file and hold it against its manifest; nothing is written. Raises BackupFault."""
    with opened_file(path, identity) as stream, archive.reading(stream) as reader:
        for _ in reader.pieces():
            pass
        return _report(reader.heading, reader.rows())


def restore_backup(path: Path, identity: Path, url: str, pause_s: int) -> Restored:
    """Bring everything back. Raises BackupFault, and then the database holds no row of it."""
    with _connection(url) as connection:
        refuse_unless_empty(connection)
    with opened_file(path, identity) as stream, archive.reading(stream) as reader:
        _make_schema(url, reader.heading.revision)
        with _connection(url) as connection:
            try:
                rows = load(connection, reader)
                _settle_the_machine(connection, reader.heading, pause_s)
            except psycopg.Error as error:
                raise BackupFault(f"The rows could not be written: {type(error).__name__}.") from error
        report = _report(reader.heading, rows)
    _bring_up(url)
    with _connection(url) as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")
    return report


def _connection(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(plain_url(url), application_name="tracker restore")
    except psycopg.OperationalError as error:
        raise BackupFault("The database named by DATABASE_URL does not answer.") from error


def _make_schema(url: str, revision: str) -> None:
    """The schema of the backup's revision, in a database that holds no work. Raises BackupFault."""
    if revision not in known_revisions():
        raise BackupFault(f"The backup is of revision {revision}, which this version of the tracker does not know.")
    if current(url) not in (None, revision):
        downgrade(url, "base")  # no row of anybody's is in it
    upgrade(url, revision)


def _bring_up(url: str) -> None:
    """To this version. Raises BackupFault when the keys are not those that the rows were written with."""
    try:
        upgrade(url)
    except NotConfigured as error:
        raise BackupFault(f"The rows are back, but not brought up to this version. {error}") from error


def _settle_the_machine(connection: psycopg.Connection, heading: Heading, pause_s: int) -> None:
    """Nobody is signed in, no calendar is fetched: what was ended after the snapshot must not live again."""
    connection.execute(_END_SESSIONS)
    if (connection.execute(_HAS_FEEDS).fetchone() or (False,))[0]:
        connection.execute(_END_FEEDS)
    connection.execute(_FORGET_MACHINERY)
    connection.execute(_STOOD_STILL, {"taken": heading.taken_at, "pause_s": pause_s})


def _report(heading: Heading, rows: dict[str, int]) -> Restored:
    return Restored(rows, heading.revision, datetime.fromisoformat(heading.taken_at))
