"""`flask person …`: people outside, who have the right to be forgotten."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.cli.acting import acting, note_use
from tracker.contacts.erasing import contact_named, erase_contact, rewrite_files
from tracker.core.errors import TrackerError
from tracker.core.rewriting import StillOpen
from tracker.core.web import database

person_group = AppGroup("person", help="People outside: erasing what is known of them.")


@person_group.command("erase")
@click.argument("contact")
@click.option("--also", multiple=True, help="Another spelling of the name, or what else says who it is; once for each.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--later", is_flag=True, help="Leave the files as they are; `flask person rewrite` does the rest at night."
)
def erase(*, contact: str, also: tuple[str, ...], yes: bool, later: bool) -> None:
    """Erase the contact with this id or ref: e-mail, phone, notes, offices, name, and the name in every typed text.

    That there was somebody, in which part and when, stays under a number. It can't be undone. Backups keep what they
    hold until they are thrown away.
    """
    if not yes:
        click.confirm("Everything that says who this is will be gone. Go on?", abort=True)
    try:
        with acting() as (session, actor):
            found = contact_named(session, contact)
            places = erase_contact(session, actor, found.id, also)
    except TrackerError as problem:
        raise click.ClickException(problem.message) from problem
    click.echo(f"Erased; the name stood in {places} places of typed text.")
    if not later:
        _rewrite()


@person_group.command("rewrite")
def rewrite() -> None:
    """Write the tables' files anew, so that nothing deleted lies in them. Each table is locked meanwhile."""
    note_use()
    _rewrite()


def _rewrite() -> None:
    try:
        rewrite_files(database())
    except StillOpen as problem:
        raise click.ClickException(f"{problem.message} The command for it: flask person rewrite") from problem
    click.echo("The tables are written anew. PostgreSQL's log (WAL) and backups still hold what was, until they go.")
