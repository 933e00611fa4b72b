"""`python -m tracker.cli.migrate`: the job that brings the database to this version before anything else starts."""

from __future__ import annotations

import sys

import click
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from config import ConfigurationFault, load_settings
from tracker.core.migrate import current, upgrade


def main() -> int:
    """0 when the database is at the newest revision. Two jobs that start together do it once."""
    try:
        url = load_settings().database_url
        if url is None:
            raise ConfigurationFault(["DATABASE_URL is missing: it names the PostgreSQL database."])
        upgrade(url)
        click.echo(f"The database is at revision {current(url)}.")
    except ConfigurationFault as fault:
        click.echo(str(fault), err=True)
        return 3
    except CommandError:
        click.echo("The database was written by a newer version of the tracker; this one leaves it alone.", err=True)
        return 1
    except DBAPIError as error:
        click.echo(f"The database could not be brought up: {type(error.orig).__name__}.", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
