"""`flask file …`: files that came with papers: what waits for the scanner, and destroying one."""

from __future__ import annotations

from uuid import UUID

import click
from flask.cli import AppGroup

from tracker.cli.acting import acting
from tracker.core.errors import TrackerError
from tracker.core.rewriting import StillOpen
from tracker.core.web import database
from tracker.documents.services import destroy_file
from tracker.files.store import rewrite_keys, waiting_files

file_group = AppGroup("file", help="Files with papers: what is in quarantine, and destroying one.")


@file_group.command("waiting")
def waiting() -> None:
    """How many files are in quarantine until the scanner has looked at them."""
    with acting(None) as (session, _actor):
        click.echo(f"{waiting_files(session)} files wait for the scanner.")


@file_group.command("destroy")
@click.argument("file", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy(*, file: UUID, yes: bool) -> None:
    """Destroy the file with this id (it stands in the address of its download): name, key and content.

    That there was a file stays. It can't be undone; backups keep what they hold until they are thrown away.
    """
    if not yes:
        click.confirm("Its content will be gone for good. Go on?", abort=True)
    try:
        with acting(None) as (session, actor):
            destroy_file(session, actor, file)
    except TrackerError as problem:
        raise click.ClickException(problem.message or "There is no such file.") from problem
    try:
        rewrite_keys(database())
    except StillOpen as problem:
        raise click.ClickException(f"{problem.message} The file is gone; its key on the disk is not.") from problem
    click.echo("Destroyed. PostgreSQL's log (WAL) and backups still hold what was, until they go.")
