"""Why a database can't be worked with, in one sentence for whoever runs the installation."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from tracker.core.database import Database

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"

SILENT = "The database named by DATABASE_URL does not answer."


def fault_of(database: Database) -> str | None:
    """The sentence, or None when the database answers and is at the newest revision. Names no address or password."""
    try:
        with database.engine.connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except OperationalError:
        return SILENT
    except ProgrammingError:
        revision = None
    except DBAPIError as error:
        return f"The database named by DATABASE_URL can't be used: {type(error.orig).__name__}."
    if revision is None:
        return "The database is at no revision; bring it up with `make migrate`."
    if revision != (newest := newest_revision()):
        return f"The database is at revision {revision}, this code at {newest}; bring it up with `make migrate`."
    return None


def newest_revision() -> str:
    """The number that the last migration's file begins with; Alembic would take its time, and log, at every start."""
    return max(path.name.partition("_")[0] for path in _MIGRATIONS.glob("[0-9]*_*.py"))
