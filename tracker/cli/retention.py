"""`flask retention …`: what is kept how long."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from tracker.accounts.sign_in import settings
from tracker.cli.acting import acting
from tracker.retention.services import what_is_kept
from tracker.retention.sorts import KEPT_FOR_EVER, NEVER_KEPT

retention_group = AppGroup("retention", help="What is kept how long (TRACKER_RETENTION).")


@retention_group.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
def show(*, as_json: bool) -> None:
    """Each sort with its period in days, whether the house set it, and how much is past it and goes next."""
    with acting() as (session, _actor):
        rows = what_is_kept(session, settings().retention)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    for row in rows:
        days = "for ever" if row.days is None else f"{row.days} days"
        whose = "our default" if row.is_default else "set by the house"
        click.echo(f"{row.key:14} {days:>10}  {whose:16}  {row.past:>6} past it  {row.words}")
    click.echo(f"For ever, or until two persons erase it: {'; '.join(KEPT_FOR_EVER)}.")
    click.echo(f"Never kept: {'; '.join(NEVER_KEPT)}.")
