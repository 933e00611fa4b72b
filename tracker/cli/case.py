"""`flask case …`: mistaken cases that were removed, and bringing one back."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from tracker.cases.removed import removed_cases
from tracker.cases.services.removing import restore_case
from tracker.cli.acting import acting
from tracker.core.errors import TrackerError

case_group = AppGroup("case", help="Mistaken cases: what was removed, and bringing it back.")


@case_group.command("removed")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
def removed(*, as_json: bool) -> None:
    """Every removed or merged case: when, by whom, why, and into which case it was merged."""
    with acting(None) as (session, _actor):
        found = [one._asdict() | {"removed_at": one.removed_at.isoformat()} for one in removed_cases(session)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        into = f" -> {one['merged_into']}" if one["merged_into"] else ""
        click.echo(f"{one['reference']}{into}  {one['removed_at'][:16]}  {one['removed_by'] or '-'}: {one['reason']}")


@case_group.command("restore")
@click.argument("reference")
def restore(reference: str) -> None:
    """Bring a removed case back, with the follow-ups that its removal cancelled."""
    try:
        with acting(None) as (session, actor):
            case = restore_case(session, actor, reference)
            click.echo(f"{case.reference} is back.")
    except TrackerError as problem:
        raise click.ClickException(problem.message) from problem
