"""The whole examination, in the order in which things depend on each other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.doctor.database_checks import look_at_database, look_at_logins
from tracker.doctor.findings import Finding, Weight, fault
from tracker.doctor.house_checks import look_at_settings, look_at_work
from tracker.doctor.server_checks import look_at_broker, look_at_relays, look_at_scanner
from tracker.reminders.models import Sighting


def examine(database: Database, settings: Settings) -> Iterator[Finding]:
    """Everything; what depends on a database that is in order is left out where it is not."""
    yield from look_at_settings(settings)
    found = list(look_at_database(settings.database_url or ""))
    yield from found
    yield from look_at_logins(settings)
    yield from look_at_broker(settings)
    yield from look_at_relays(settings)
    yield look_at_scanner(settings)
    if not any(one.weight is Weight.FAULT and one.about in ("database", "revision", "server") for one in found):
        yield from _look_inside(database, settings)


def _look_inside(database: Database, settings: Settings) -> Iterator[Finding]:
    try:
        with database.unit_of_work(OPERATOR) as session:
            now = session.scalars(select(func.now())).one()
            seen = {row.name: row.seen_at for row in session.execute(select(Sighting.name, Sighting.seen_at))}
            yield from look_at_work(session, settings, seen, now)
    except NotConfigured as refused:
        yield fault("protection", str(refused), "See the roles above.")
    except SQLAlchemyError as error:
        yield fault(
            "reading", f"The database refuses what the program asks: {type(error).__name__}.", "See the roles above."
        )
