"""``flask sample load|remove``: the sample comes and goes through the public import."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.cases.models import Case
from tracker.cli.acting import acting, as_option
from tracker.core import clock
from tracker.core.actor import OPERATOR, Actor
from tracker.core.web import database
from tracker.interchange.result import IMPORTED, Result
from tracker.interchange.sample_cases import SENDER, load_sample
from tracker.interchange.sample_removal import remove_sender
from tracker.pathways.store import definitions

sample_group = AppGroup("sample", help="Sample cases out of public documents, to look at and to take out again.")


class _RefusedError(Exception):
    """A file of the sample was refused; nothing of the sample is kept."""


@sample_group.command("load")
@as_option
def load_command(as_email: str | None) -> None:
    """Load the sample, or bring it back to what its documents say. As a person: who may import its cases."""
    try:
        with acting(as_email) as (session, actor):
            for name, result in load_sample(session, actor, definitions(), clock.today()):
                _tell(name, result)
    except _RefusedError as error:
        raise click.ClickException("The sample was refused; nothing of it was loaded.") from error


def _tell(name: str, result: Result) -> None:
    if result.exit_status != IMPORTED:
        for error in result.errors:
            click.echo(f"{name}: {error.path or 'file'}: {error.message}", err=True)
        raise _RefusedError
    said = [
        f"{outcome} {', '.join(f'{count} {kind}' for kind, count in counts.items())}"
        for outcome, counts in result.counts.items()
        if counts
    ]
    click.echo(f"{name}: {'; '.join(said)}")


@sample_group.command("remove")
@as_option
def remove_command(as_email: str | None) -> None:
    """Take out the sample and what was added to its cases; keep what people made on cases of their own.

    As a person: who may delete every case of the sample, else nothing is taken out.
    """
    with acting(as_email) as (session, actor):
        _refuse_removal_in_part(session, actor)
    with database().unit_of_work(OPERATOR) as session:  # no person's role deletes rows; the audit names who did
        answer = remove_sender(session, actor, SENDER)
    for outcome, counts in answer.items():
        if counts:
            click.echo(f"{outcome}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}")
    if not any(answer.values()):
        click.echo("There was no sample.")
    if answer["kept"]:
        click.echo("Kept is what cases, meetings or contacts of your own refer to.")


def _refuse_removal_in_part(session: Session, actor: Actor) -> None:
    """A person who may not delete all of the sample's cases, those they don't see among them, deletes none."""
    if actor.is_operator:
        return
    with database().unit_of_work(OPERATOR) as everything:
        cases = everything.execute(select(Case.id, Case.level).where(Case.sender == SENDER)).all()
    memberships = memberships_of(session, actor, [case.id for case in cases])
    if not all(decide(actor, Action.DELETE_CASE, case.level, memberships.get(case.id)) for case in cases):
        raise click.ClickException("Not permitted: only who may delete every case of the sample may take it out.")
