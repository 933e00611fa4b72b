"""Why a database can't be worked with, in one sentence for whoever runs the installation."""

from __future__ import annotations

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from migrations.newest import newest_revision
from tracker.core.database import Database

_BRING_IT_UP = "bring it up with `make migrate`."

SILENT = "The database named by DATABASE_URL does not answer."
REFUSED = (
    "The database does not let this login in. `python -m tracker.cli.migrate` makes the logins that DATABASE_APP_URL "
    "and DATABASE_JOBS_URL name, with these passwords."
)
_REFUSALS = ("password authentication failed", 'role "', "no pg_hba.conf entry")


def fault_of(database: Database) -> str | None:
    """The sentence, or None when the database answers and is at the newest revision. Names no address or password."""
    try:
        with database.engine.connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except OperationalError as error:
        return REFUSED if any(words in str(error.orig) for words in _REFUSALS) else SILENT
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            return f"The database is at a revision before 0013, this code at {newest_revision()}: {_BRING_IT_UP}"
        revision = None
    except DBAPIError as error:
        return f"The database named by DATABASE_URL can't be used: {type(error.orig).__name__}."
    if revision is None:
        return f"The database is at no revision; {_BRING_IT_UP}"
    if revision != (newest := newest_revision()):
        return f"The database is at revision {revision}, this code at {newest}; {_BRING_IT_UP}"
    return None
