"""`flask user …`: accounts from the server's shell."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask.cli import AppGroup

from tracker.access.policy import Action
from tracker.accounts.invitations import make_link
from tracker.accounts.models import ROLES, Person
from tracker.accounts.queries import list_people, person_by_email
from tracker.accounts.services import AccountDetails, create_person, vouch_for
from tracker.accounts.sign_in import settings
from tracker.cli.acting import acting, as_option
from tracker.core.errors import Invalid, TrackerError

user_group = AppGroup("user", help="People who sign in.")


@user_group.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Once for each role.")
@click.option("--language", default="en", show_default=True)
@click.option("--time-zone", default="Europe/Warsaw", show_default=True, help="IANA name.")
@click.option("--country", default=None, help="Whose working days apply; two letters.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the standard input.")
@as_option
def create_user(
    *,
    email: str,
    name: str,
    roles: tuple[str, ...],
    language: str,
    time_zone: str,
    country: str | None,
    password_stdin: bool,
    as_email: str | None,
) -> None:
    """Make an account. Without --password-stdin a fresh password is made and printed, this once."""
    password = _password_from_stdin() if password_stdin else None
    details = AccountDetails(email, name, language, time_zone, country)
    try:
        with acting(as_email) as (session, actor):
            made = create_person(session, actor, details, roles, password=password)
    except Invalid as invalid:
        raise click.ClickException("\n".join(f"{fault.path}: {fault.message}" for fault in invalid.faults)) from invalid
    except TrackerError as error:
        raise click.ClickException(str(error.message) or "Not permitted.") from error
    click.echo(f"Made the account of {made.person.email}.", err=True)
    if password is None:
        click.echo(made.password)


@user_group.command("link")
@click.argument("email")
@click.option("--lost-everything", is_flag=True, help="The link replaces the second factor too.")
@as_option
def make_user_link(*, email: str, lost_everything: bool, as_email: str | None) -> None:
    """Print a link, good once and for 72 hours, with which somebody chooses a new password."""
    with acting(as_email) as (session, actor):
        person = person_by_email(session, email)
        if person is None or not person.active:
            raise click.ClickException("Nobody active has this address.")
        try:
            made = make_link(session, actor, person.id, "factors" if lost_everything else "password")
        except TrackerError as error:
            raise click.ClickException(str(error.message) or "Not permitted.") from error
        click.echo(f"{settings().base_url}/invitation?key={made.token}")


@user_group.command("vouch")
@click.argument("email")
def vouch_for_user(*, email: str) -> None:
    """Say that a real colleague holds an account, so that they can be a second person for whoever invited them."""
    with acting(None) as (session, actor):
        person = person_by_email(session, email)
        if person is None or not person.active:
            raise click.ClickException("Nobody active has this address.")
        if person.vouched_at is None:
            vouch_for(session, actor, person.id)
    click.echo(f"{person.email} can be a second person for everybody else.")


@user_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")
@as_option
def list_users(*, as_json: bool, as_email: str | None) -> None:
    """Everybody with an account. As a person: for administrators only."""
    with acting(as_email, needs=Action.MANAGE_PEOPLE) as (session, _actor):
        people = [_described(person) for person in list_people(session)]
    if as_json:
        click.echo(json.dumps(people, ensure_ascii=False, indent=2))
        return
    for person in people:
        state = "" if person["active"] else "  (deactivated)"
        click.echo(f"{person['email']:40} {person['name']}  {', '.join(person['roles'])}{state}")


def _described(person: Person) -> dict[str, Any]:
    return {"email": person.email, "name": person.name, "roles": sorted(person.role_keys), "active": person.active}


def _password_from_stdin() -> str:
    line = sys.stdin.readline()
    if not line.strip():
        raise click.ClickException("There is no password on the standard input.")
    return line.rstrip("\r\n")
