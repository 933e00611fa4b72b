"""``flask dossier import|export|schema``: files in the public dossier format."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from tracker.cli.acting import acting, as_option
from tracker.core.errors import TrackerError
from tracker.interchange.exporting import UnknownRefError, export_dossier
from tracker.interchange.findings import Finding
from tracker.interchange.limits import UnreadableFileError
from tracker.interchange.printing import dossier_as_json, dossier_as_yaml
from tracker.interchange.reading import read_file
from tracker.interchange.result import IMPORTED, REFUSED, Result, unreadable
from tracker.interchange.schema import json_schema
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions

dossier_group = AppGroup("dossier", help="Cases in the public dossier format: in, out, and its JSON Schema.")

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


@dossier_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and count, write nothing.")
@json_option
@as_option
@click.pass_context
def import_command(context: click.Context, file: Path, dry_run: bool, as_json: bool, as_email: str | None) -> None:
    """Take FILE in, all of it or nothing. Exit status 0 imported, 1 refused, 2 cannot be read."""
    result = _import(file, dry_run, as_email)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell(result, dry_run)
    context.exit(result.exit_status)


def _import(file: Path, dry_run: bool, as_email: str | None) -> Result:
    try:
        reading = read_file(file)
    except UnreadableFileError as error:
        return unreadable(str(error))
    try:
        with acting(as_email) as (session, actor):
            return import_dossier(session, actor, reading, definitions(), dry_run=dry_run)
    except click.ClickException as error:
        return Result(REFUSED, [Finding("", error.message)])
    except SQLAlchemyError:
        return Result(REFUSED, [Finding("", "the database went away; nothing was written, import again")])


def _tell(result: Result, dry_run: bool) -> None:
    for error in result.errors:
        click.echo(f"{error.path or 'file'}: {error.message}", err=True)
    if result.exit_status != IMPORTED:
        left_out = f" {len(result.gaps)} gaps are left out here; --json lists them." if result.gaps else ""
        click.echo(f"Refused, nothing was written: {len(result.errors)} faults.{left_out}", err=True)
        return
    for gap in result.gaps:
        click.echo(f"gap: {gap.path or 'file'}: {gap.message}", err=True)
    for outcome, counts in result.counts.items():
        if counts:
            click.echo(f"{outcome}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}")
    click.echo("Dry run, nothing was written." if dry_run else f"Imported, {len(result.gaps)} gaps.")


@dossier_group.command("export")
@click.option("--ref", "refs", multiple=True, help="A case's ref or reference; repeatable. Without it, everything.")
@json_option
@as_option
@click.pass_context
def export_command(context: click.Context, refs: tuple[str, ...], as_json: bool, as_email: str | None) -> None:
    """Write a dossier file to stdout, YAML or JSON. Refused, the status is 1, and JSON is {"errors": [...]}."""
    try:
        with acting(as_email) as (session, actor):
            document = export_dossier(session, actor, refs)
    except (UnknownRefError, TrackerError, click.ClickException) as error:
        _tell_refusal(_reason(error), as_json)
        context.exit(REFUSED)
    click.echo(dossier_as_json(document) if as_json else dossier_as_yaml(document), nl=False)


def _reason(error: Exception) -> str:
    if isinstance(error, UnknownRefError):
        return f"No case has the ref {error}."
    return str(getattr(error, "message", "")) or "Not permitted."


def _tell_refusal(reason: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"errors": [Finding("", reason).as_json()]}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"Error: {reason}", err=True)


@dossier_group.command("schema")
def schema_command() -> None:
    """The JSON Schema of a dossier file."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
