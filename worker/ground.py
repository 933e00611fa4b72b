"""What jobs stand on: settings and one database per process, without the web around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from config import Settings, load_settings
from tracker.audit.keys import AuditKeys
from tracker.core.database import Database
from tracker.core.encryption import KeyRing, use_ring
from tracker.core.errors import NotConfigured
from tracker.core.key_checks import refuse_wrong_keys
from tracker.core.key_watch import watch_keys
from tracker.core.logins import OF_JOBS
from tracker.core.tokens import use_secret


@dataclass(frozen=True, slots=True)
class Ground:
    """The settings and the database of this process."""

    settings: Settings
    database: Database


@cache
def ground() -> Ground:
    """Made at the first use, so that every forked process has connections of its own. Raises NotConfigured."""
    from tracker import models  # noqa: F401  every table must be known before the first mapper is used
    from tracker.clocks.calendars import use_lists
    from tracker.pathways.store import DefinitionStore, use_store
    from tracker.wiring import HANDLERS

    settings = load_settings().of_worker
    if settings.only_ticks:
        raise NotConfigured("TRACKER_ONLY_TICKS is set: that is for beat alone.")
    if settings.database_url is None:
        raise NotConfigured("No database: set DATABASE_URL, or start one with `make run`.")
    if settings.is_production:
        AuditKeys.of(settings.audit_keys)  # the worker chains the audit: without a key it must not start
    # A job needs one connection as the planner and one as a recipient; the rest of the pool is for nobody.
    database = Database(
        settings.database_url,
        settings.database_app_url,
        handlers=HANDLERS,
        bound_to=OF_JOBS if settings.is_production else None,
        pool_size=2,
        max_overflow=2,
    )
    use_store(DefinitionStore(database, settings.pathway_dir))
    use_lists(settings.calendar_dir)
    keys = {key.id: key.secret for key in settings.field_keys}
    use_ring(KeyRing(settings.field_keys[0].id, keys), settings.field_keys_file)
    use_secret(settings.secret_key)
    refuse_wrong_keys(database)
    if settings.field_keys_file is not None:
        watch_keys(database)
    return Ground(settings, database)
