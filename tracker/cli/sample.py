"""``flask sample load|remove``: the sample comes and goes through the public import."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.cli.acting import acting
from tracker.core import clock
from tracker.interchange.result import IMPORTED, Result
from tracker.interchange.sample_cases import SENDER, load_sample
from tracker.interchange.sample_removal import remove_sender
from tracker.pathways.store import definitions

sample_group = AppGroup("sample", help="Sample cases out of public documents, to look at and to take out again.")


class _RefusedError(Exception):
    """A file of the sample was refused; nothing of the sample is kept."""


@sample_group.command("load")
def load_command() -> None:
    """Load the sample, or bring it back to what its documents say."""
    try:
        with acting(None) as (session, actor):
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
def remove_command() -> None:
    """Take out the sample and what was added to its cases; keep what people made on cases of their own."""
    with acting(None) as (session, actor):
        answer = remove_sender(session, actor, SENDER)
    for outcome, counts in answer.items():
        if counts:
            click.echo(f"{outcome}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}")
    if not any(answer.values()):
        click.echo("There was no sample.")
    if answer["kept"]:
        click.echo("Kept is what cases, meetings or contacts of your own refer to.")
