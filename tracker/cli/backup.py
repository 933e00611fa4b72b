"""`flask backup …`: everything in one sealed file, and back by one command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.services import record
from tracker.backup.faults import BackupFault
from tracker.backup.keys import missing_keys, read_keys, write_keys
from tracker.backup.recipients import Recipients, read_recipients
from tracker.backup.restoring import Restored, restore_backup, verify_backup
from tracker.backup.settling import settle_mails
from tracker.backup.snapshot import take_backup
from tracker.cli.acting import note_use
from tracker.cli.preparing import prepare
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.errors import NotConfigured
from tracker.core.standing import fault_of
from tracker.core.web import database
from tracker.reminders.delivery.auditing import bring_away, refuse_other_audit_key, sign_head
from tracker.reminders.delivery.sightings import mark_seen

WHERE_KEYS_ARE = "`python -m tracker.cli.sealed keys FILE --identity KEYFILE` prints keys that --keys-to sealed."

backup_group = AppGroup("backup", help="Everything in one sealed file, and back by one command.")

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
file_argument = click.argument("file", type=click.Path(path_type=Path))
identity_option = click.option(
    "--identity",
    type=click.Path(path_type=Path),
    required=True,
    help="A file with an age identity, or with a secret OpenPGP key without a passphrase.",
)


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except BackupFault as fault:
        raise click.ClickException(str(fault)) from fault


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker.settings"])


@backup_group.command("create")
@click.option("--to", "place", type=click.Path(path_type=Path), required=True, help="A folder, or a new file.")
@click.option(
    "--recipient", "given", multiple=True, help="age1…, or a file with an OpenPGP certificate; several may open."
)
@click.option("--keys-to", "keys_place", type=click.Path(path_type=Path), help="Seal the keys too, into this new file.")
@json_option
def create(*, place: Path, given: tuple[str, ...], keys_place: Path | None, as_json: bool) -> None:
    """Seal the whole database, documents among it, into one file, while people go on working.

    The keys of encrypted fields are not in it: keep them elsewhere (--keys-to), or the backup is of no use.
    """
    with _told_in_a_sentence():
        if (reason := fault_of(database())) is not None:
            raise BackupFault(reason)
        recipients = read_recipients(given)
        path = _name_in(place, recipients) if place.is_dir() else place
        note_use()
        if keys_place is not None:
            write_keys(keys_place, recipients, _settings())
        rows = take_backup(cast(str, _settings().database_url), path, recipients)
        _note(recipients)
    answer: dict[str, Any] = {
        "file": str(path),
        "bytes": path.stat().st_size,
        "rows": sum(rows.values()),
        "tables": rows,
    }
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(f"{path}: {answer['rows']} rows, {answer['bytes']} bytes, sealed to {', '.join(recipients.names)}")
    if keys_place is None:
        click.echo("The keys of encrypted fields are not in it; keep them elsewhere (--keys-to FILE).")


def _name_in(folder: Path, recipients: Recipients) -> Path:
    return folder / f"tracker-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup{recipients.ending}"


def _note(recipients: Recipients) -> None:
    with database().unit_of_work(OPERATOR) as session:
        record(session, OPERATOR, "backup.created", "installation", None, recipients=list(recipients.names))
    with database().unit_of_work(PLANNER) as session:
        mark_seen(session, "backup")


@backup_group.command("verify")
@file_argument
@identity_option
@json_option
def verify(*, file: Path, identity: Path, as_json: bool) -> None:
    """Open FILE to its end and hold it against its manifest. Nothing is written anywhere."""
    with _told_in_a_sentence():
        found = verify_backup(file, identity)
    _tell(found, as_json, "whole")


@backup_group.command("restore")
@file_argument
@identity_option
@json_option
def restore(*, file: Path, identity: Path, as_json: bool) -> None:
    """Bring FILE into the empty database that DATABASE_URL names, and up to this version.

    Everybody signs in anew. The first tick sends each person one digest of what was missed.
    """
    with _told_in_a_sentence():
        settings = _settings()
        found = restore_backup(file, identity, cast(str, settings.database_url), settings.reminder_pause_s)
        database().dispose()
        settled = settle_mails(database(), settings, found)
        with database().unit_of_work(OPERATOR) as session:
            missing = missing_keys(session, settings)
        logins = [] if missing else _prepared(settings)
        anchor = None if missing else _sign(settings)
    _tell(found, as_json, "restored", mails=asdict(settled), missing_keys=missing, anchor=anchor, logins=logins)
    if missing:
        raise click.ClickException(
            f"Everything is back, but fields that were encrypted with the key {', '.join(missing)} can't be read: put "
            f"it into TRACKER_FIELD_KEYS, then `flask audit anchor`. {WHERE_KEYS_ARE}"
        )


def _sign(settings: Settings) -> int | None:
    """Sign the head with the restore in it, so that what kept anchors say from here on begins at a known place.

    Nothing is chained before the keys are those of the backup: what another key wrote would look forged for ever.
    """
    if not settings.audit_keys:
        return None
    keys = AuditKeys.of(settings.audit_keys)
    try:
        refuse_other_audit_key(database(), keys)
    except NotConfigured as fault:
        raise BackupFault(f"Everything is back, but: {fault}") from fault
    extend_chain(database(), keys.current)
    number = sign_head(database(), keys)
    bring_away(database(), settings)
    return number


def _prepared(settings: Settings) -> list[str]:
    """The logins, where the web and workers have some: on a new machine they are not there yet."""
    try:
        return prepare(settings)
    except NotConfigured as fault:
        raise BackupFault(f"Everything is back, but: {fault}") from fault


@backup_group.command("keys")
@file_argument
@identity_option
def keys(*, file: Path, identity: Path) -> None:
    """Print the settings that `create --keys-to` sealed, as lines of an environment file."""
    with _told_in_a_sentence():
        for name, value in read_keys(file, identity).items():
            click.echo(f"{name}={value}")


def _tell(found: Restored, as_json: bool, word: str, **more: Any) -> None:
    taken_at = found.taken_at.isoformat(timespec="seconds")
    answer = {"revision": found.revision, "taken_at": taken_at, "tables": found.rows, **more}
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(f"{word}: {sum(found.rows.values())} rows, taken at {taken_at}, revision {found.revision}")
