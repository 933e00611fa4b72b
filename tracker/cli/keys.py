"""`flask keys …`: the keys of encrypted fields: add one, seal everything with it, let the old one go."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from config import Settings
from tracker.cli.acting import acting, note_use
from tracker.contacts.rotating import follow_in_merges, merges_with_key, reseal_merges
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import HOST
from tracker.core.encryption import LOOK_AGAIN_AFTER_S, KeyRing, current_ring, look_at_keys_again, ring_of
from tracker.core.errors import NotConfigured
from tracker.core.key_checks import FieldKeyCheck, check_keys
from tracker.core.rotation import count_by_key, processes_with_other_keys, reseal_all, stop_writers
from tracker.core.web import database

keys_group = AppGroup("keys", help="Keys of encrypted fields; they lie outside the database.")


@keys_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
def status(*, as_json: bool) -> None:
    """Which keys there are, and how many values each of them encrypts."""
    ring = current_ring()
    with acting() as (session, _):
        counts = count_by_key(session)
        others = processes_with_other_keys(session, ring.name)
    found = {
        "current": ring.current,
        "keys": list(ring.keys),
        "values": [{"table": t, "column": c, "key": k, "count": n} for (t, c, k), n in sorted(counts.items())],
        "processes_with_other_keys": others,
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"keys: {', '.join(ring.keys)}; {ring.current} encrypts")
    for (table, column, key), count in sorted(counts.items()):
        click.echo(f"{table + '.' + column:36} {key:12} {count}")
    for process in others:
        click.echo(f"{process} last worked with other keys")


@keys_group.command("add")
@click.argument("name")
def add(name: str) -> None:
    """Make a key called NAME and put it last into the file of keys: it decrypts, and encrypts nothing yet."""
    key = f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    note_use()
    file, ring = _file(), current_ring()
    if name in ring.keys:
        raise click.ClickException(f"There is a key called {name} already.")
    _checked(f"{_text_of(ring)} {key}")
    if file is None:
        click.echo("The keys stand in the environment. Put this after the others in TRACKER_FIELD_KEYS, start every")
        click.echo("process anew, put it first, start every process anew, then: flask keys rotate\n")
        click.echo(key)
        return
    _write(file, f"{file.read_text(encoding='utf-8').strip()}\n{key}\n")
    look_at_keys_again()
    with database().unit_of_work(OPERATOR) as session:
        check_keys(session, current_ring())
    click.echo(f"{name} is there and decrypts. Bring the file to every host; then: flask keys rotate {name}")


@keys_group.command("rotate")
@click.argument("name", required=False)
@click.option(
    "--wait", "wait_s", default=60, show_default=True, help="Seconds to wait for every process to see the key."
)
@click.option("--anyway", is_flag=True, help="Go on although some process was not seen with the key.")
def rotate(*, name: str | None, wait_s: int, anyway: bool) -> None:
    """Let NAME encrypt, and seal everything anew with it. While others work; it can be stopped and begun again."""
    note_use()
    file, ring = _file(), current_ring()
    if name is not None and name != ring.current:
        if name not in ring.keys or file is None:
            raise click.ClickException(f"There is no key called {name} in a file of keys: flask keys add {name}")
        _wait_for_others(ring, wait_s, anyway=anyway)
        _write(file, _text_of(KeyRing(name, ring.keys)))
        look_at_keys_again()
    _wait_for_others(current_ring(), wait_s, anyway=anyway)
    changed, unreadable = _reseal_until_done(current_ring())
    click.echo(f"{changed} values are sealed with {current_ring().current}")
    if unreadable:
        raise click.ClickException(
            f"{unreadable} values open with no key: they were moved or altered, and stay as they are."
        )


@keys_group.command("retire")
@click.argument("name")
def retire(name: str) -> None:
    """Take NAME out of the file of keys; refused while anything is sealed with it. Backups of before still need it."""
    note_use()
    file, ring = _file(), current_ring()
    if name == ring.current:
        raise click.ClickException(f"{name} encrypts: let another key do that first (flask keys rotate OTHER).")
    with database().unit_of_work(OPERATOR) as session:
        stop_writers(session)
        counts = count_by_key(session)
        left = sum(count for (_, _, key), count in counts.items() if key == name) + merges_with_key(session, name)
        if left:
            raise click.ClickException(f"{left} values are still sealed with {name}: flask keys rotate")
        for row in session.scalars(select(FieldKeyCheck).where(FieldKeyCheck.key_id == name)):
            row.retired_at = clock.now()
        if file is not None and name in ring.keys:
            kept = {key: secret for key, secret in ring.keys.items() if key != name}
            _write(file, _text_of(KeyRing(ring.current, kept)))
    look_at_keys_again()
    where = "the file" if file is not None else "TRACKER_FIELD_KEYS, by your hand, at the next start"
    click.echo(f"{name} is retired: it goes out of {where}. Keep it for as long as you keep backups made with it.")


def _reseal_until_done(ring: KeyRing) -> tuple[int, int]:
    """Until a whole round finds nothing more: a writer may still have held the old key for a moment."""
    changed = 0
    while True:
        now, unreadable = reseal_all(database(), ring, follow_in_merges)
        now += reseal_merges(database(), ring)
        changed += now
        if not now:
            return changed, unreadable


def _wait_for_others(ring: KeyRing, wait_s: int, *, anyway: bool) -> None:
    end = time.monotonic() + wait_s
    time.sleep(2 * LOOK_AGAIN_AFTER_S)
    while True:
        with database().unit_of_work(OPERATOR) as session:
            others = [one for one in processes_with_other_keys(session, ring.name) if not _reads_our_file(one)]
        if not others or (anyway and time.monotonic() > end):
            return
        if time.monotonic() > end:
            raise click.ClickException(
                f"Not seen with these keys: {', '.join(others)}. Bring the file to their hosts: each process looks "
                "at it every few seconds, and then shows that it has them."
            )
        time.sleep(0.5)


def _reads_our_file(process: str) -> bool:
    """Those on this host read the same file, at the latest a second after it changed: nothing to wait for but that."""
    return _file() is not None and process.partition("@")[2] == HOST


def _text_of(ring: KeyRing) -> str:
    names = [ring.current, *(name for name in ring.keys if name != ring.current)]
    return "".join(f"{name}:{base64.b64encode(ring.keys[name]).decode()}\n" for name in names)


def _checked(text: str) -> None:
    try:
        ring_of(text)
    except NotConfigured as error:
        raise click.ClickException(str(error)) from error


def _write(file: Path, text: str) -> None:
    """In the place of the old one at once, with its rights: a reader sees the one or the other."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.stat().st_mode & 0o777)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError as error:
        raise click.ClickException(f"The file of keys can't be written: {error.strerror}.") from error


def _file() -> Path | None:
    return cast(Settings, current_app.extensions["tracker.settings"]).field_keys_file
