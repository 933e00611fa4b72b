"""`flask doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from tracker.cli.acting import note_use
from tracker.core.errors import NotConfigured
from tracker.core.web import database
from tracker.doctor.examining import examine
from tracker.doctor.findings import Finding, Weight

_MARKS = {Weight.FINE: "ok  ", Weight.WARNING: "look", Weight.FAULT: "BAD "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
@click.pass_context
@with_appcontext
def doctor_command(context: click.Context, *, as_json: bool) -> None:
    """Look at settings, servers, keys, machinery and backups. Ends with 1 when something has to be mended."""
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    with suppress(click.ClickException, SQLAlchemyError, NotConfigured):  # it speaks also where nothing can be noted
        note_use()
    found = list(examine(database(), settings))
    is_well = not any(one.weight is Weight.FAULT for one in found)
    if as_json:
        click.echo(json.dumps({"well": is_well, "findings": [asdict(one) for one in found]}, indent=1))
    else:
        for one in found:
            _tell(one)
    context.exit(0 if is_well else 1)


def _tell(one: Finding) -> None:
    click.echo(f"{_MARKS[one.weight]} {one.about}: {one.says}")
    if one.mend:
        click.echo(f"     {one.mend}")
