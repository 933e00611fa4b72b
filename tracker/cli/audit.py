"""`flask audit …`: the chain that shows whether somebody changed the audit behind the program's back."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from tracker.audit.anchors import read_anchors
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.verifying import Report, note_check, verify
from tracker.cli.acting import note_use
from tracker.core.actor import AUDITOR
from tracker.core.errors import NotConfigured
from tracker.core.web import database
from tracker.reminders.delivery.auditing import bring_away, refuse_other_audit_key, sign_head

audit_group = AppGroup("audit", help="The audit's chain: make it longer, sign it, verify it.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


@audit_group.command("chain")
def chain() -> None:
    """Chain the entries that are new. The worker does this every minute."""
    keys = _keys()
    note_use()
    _refuse_other_key(keys)
    click.echo(f"{extend_chain(database(), keys.current)} chained")


@audit_group.command("anchor")
def anchor() -> None:
    """Chain, sign the head, and bring it away by mail and into the folder. The worker does this every day."""
    keys = _keys()
    note_use()
    _refuse_other_key(keys)
    extend_chain(database(), keys.current)
    number = sign_head(database(), keys)
    if number is None:
        raise click.ClickException("There is nothing to sign, or a worker is at it: try again.")
    written, mailed = bring_away(database(), _settings())
    click.echo(f"anchor {number}; written {_listed(written)}; mailed {_listed(mailed)}")


@audit_group.command("verify")
@click.option(
    "--anchors",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with anchors that lay off this server: files as they were written, or kept mails.",
)
@json_option
def verify_command(*, folder: Path | None, as_json: bool) -> None:
    """Hold the chain against every entry, and the anchors against the chain. Ends with 1 when anything is wrong."""
    keys = _keys()
    note_use()
    kept, unreadable = ([], []) if folder is None else read_anchors(folder)
    with database().unit_of_work(AUDITOR) as session:
        report = verify(session, keys, kept, unreadable)
        note_check(session, report)
    click.echo(json.dumps(_described(report)) if as_json else "\n".join(_lines(report)))
    sys.exit(0 if report.is_whole else 1)


@audit_group.command("key")
def public_keys() -> None:
    """The public keys that signed anchors, by name (Ed25519, base64): note them beside the anchors."""
    for key in _keys().by_id.values():
        click.echo(f"{key.id}:{base64.b64encode(key.public_key).decode()}")


def _keys() -> AuditKeys:
    try:
        return AuditKeys.of(_settings().audit_keys)
    except NotConfigured as error:
        raise click.ClickException(str(error)) from error


def _refuse_other_key(keys: AuditKeys) -> None:
    try:
        refuse_other_audit_key(database(), keys)
    except NotConfigured as error:
        raise click.ClickException(str(error)) from error


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker.settings"])


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _described(report: Report) -> dict[str, Any]:
    return {
        "whole": report.is_whole,
        "places": report.places,
        "anchors": report.anchors,
        "holds_until_anchor": report.holds_until,
        "counts": {kind.value: count for kind, count in report.counts.items()},
        "findings": [{"kind": one.kind.value, "place": one.place, "entry": one.entry_id} for one in report.findings],
    }


def _lines(report: Report) -> list[str]:
    until = "no anchor" if report.holds_until is None else f"anchor {report.holds_until}"
    head = f"{report.places} entries in the chain, {report.anchors} anchors; it holds until {until}."
    if report.is_whole:
        return [head, "Nothing was changed."]
    found = [
        f"  {one.kind.value:18} {one.place}{f'  entry {one.entry_id}' if one.entry_id else ''}"
        for one in report.findings
    ]
    return [head, f"{report.counts.total()} findings:", *found]
