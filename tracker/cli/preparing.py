"""What the owner of the tables leaves ready for those who own nothing: their logins, definitions, names of keys."""

from __future__ import annotations

from config import Settings
from tracker import models  # noqa: F401  every table must be known before the first mapper is used
from tracker.core.database import Database
from tracker.core.encryption import KeyRing, use_ring
from tracker.core.key_checks import refuse_wrong_keys
from tracker.core.logins import make_logins
from tracker.pathways.store import DefinitionStore


def prepare(settings: Settings) -> list[str]:
    """Make logins, store definitions, note keys, in a database of this version; the logins. Raises NotConfigured."""
    url = settings.database_url or ""
    made = make_logins(url, settings.database_app_url, settings.database_jobs_url)
    ring = KeyRing(settings.field_keys[0].id, {key.id: key.secret for key in settings.field_keys})
    use_ring(ring, settings.field_keys_file)
    database = Database(url)
    DefinitionStore(database, settings.pathway_dir)
    refuse_wrong_keys(database)
    return made
