"""Commands act as the operator; `--as EMAIL` narrows to that person. Each use is in the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide
from tracker.accounts.queries import person_by_email
from tracker.audit.services import record
from tracker.core.actor import OPERATOR, Actor, person_actor
from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.core.languages import use_wishes
from tracker.core.standing import fault_of
from tracker.core.web import database

Command = TypeVar("Command", bound=Callable[..., Any])


def as_option(command: Command) -> Command:
    """Give a command the option `--as EMAIL`, as its parameter `as_email`."""
    return click.option(
        "--as", "as_email", metavar="EMAIL", help="Act as this person, with no more than their rights."
    )(command)


@contextmanager
def acting(email: str | None = None, needs: Action | None = None) -> Iterator[tuple[Session, Actor]]:
    """One unit of work, as the operator or as the person with `email`; committed at the end of the block.

    `needs`: what the person must have the right to do, where the command concerns no case.
    Raises click.ClickException for an address that nobody active has, for a person without that right, and for a
    database that does not answer or is at another revision.
    """
    try:
        with _acting(email, needs) as (session, actor):
            yield session, actor
    except (DBAPIError, NotConfigured) as error:
        reason = str(error) if isinstance(error, NotConfigured) else fault_of(database())
        if reason is None:
            raise
        raise click.ClickException(reason) from error


@contextmanager
def _acting(email: str | None, needs: Action | None) -> Iterator[tuple[Session, Actor]]:
    actor, wishes = (OPERATOR, None) if email is None else _person(database(), email)
    if wishes is not None:
        use_wishes(*wishes)
    with database().unit_of_work(actor) as session:  # of its own: a use that fails, or is broken off, is one too
        record(session, OPERATOR, "operator.command", "command", actor.person_id, command=_command_name())
    if needs is not None and not (decision := decide(actor, needs)):
        raise click.ClickException(f"{email}: {decision.reason}")
    with database().unit_of_work(actor) as session:
        yield session, actor


def note_use() -> None:
    """That the operator used a command which opens its units of work itself. Raises as `acting` does."""
    with acting():
        pass


def _person(database: Database, email: str) -> tuple[Actor, tuple[str, str]]:
    with database.unit_of_work(OPERATOR) as session:
        person = person_by_email(session, email)
        if person is None or not person.active:
            raise click.ClickException(f"Nobody active has an account with the address {email}.")
        return person_actor(person.id, person.role_keys), (person.language, person.time_zone)


def _command_name() -> str:
    context = click.get_current_context(silent=True)
    return context.command_path if context is not None else "shell"
