"""`python -m tracker.cli.migrate`: the job that brings the database to this version before anything else starts.

It alone works as the owner of the tables. It also makes the logins that the web and the workers use, and stores what
they may only read: the pathways' definitions, and which field keys there are.
"""

from __future__ import annotations

import sys

import click
import psycopg
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from config import ConfigurationFault, load_settings
from tracker.cli.preparing import prepare
from tracker.core.errors import NotConfigured
from tracker.core.migrate import current, upgrade


def main() -> int:
    """0 when the database is at the newest revision and ready. Two jobs that start together do it once."""
    try:
        settings = load_settings()
        url = settings.database_url
        if url is None:
            raise ConfigurationFault(["DATABASE_URL is missing: it names the PostgreSQL database."])
        upgrade(url)
        for name in prepare(settings):
            click.echo(f"The login {name} is there, and owns nothing.")
        click.echo(f"The database is at revision {current(url)}.")
    except (ConfigurationFault, NotConfigured) as fault:
        click.echo(str(fault), err=True)
        return 3
    except CommandError:
        click.echo("The database was written by a newer version of the tracker; this one leaves it alone.", err=True)
        return 1
    except (DBAPIError, psycopg.Error) as error:
        reason = type(getattr(error, "orig", error)).__name__
        click.echo(f"The database could not be brought up: {reason}.", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
