"""Definitions in the database, by version: YAML files are their source, no process needs a shared disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from tracker.core.actor import NOBODY, OPERATOR
from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.pathways.models import StoredDefinition
from tracker.pathways.registry import Registry, fingerprint_of_sources, load_default
from tracker.pathways.schema import Definition
from tracker.pathways.spoken import spoken

LOOKS_AGAIN_AFTER = 60.0
"""Seconds until a version that was not found is looked for once more."""


def fingerprint(body: dict[str, Any]) -> str:
    """SHA-256 of the definition's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class DefinitionStore:
    """All definitions that this process knows: the newest for new moves, the old ones for cases that they judged."""

    def __init__(self, database: Database, extra_directory: Path | None = None) -> None:
        self._database = database
        self._extra_directory = extra_directory
        self._sources = fingerprint_of_sources(extra_directory)
        self._versions: dict[tuple[str, int], Definition] | None = None
        self._newest_of: tuple[object, dict[str, Definition]] | None = None
        self._looked: dict[tuple[str, int], float] = {}
        self._refuse_faulty_files()

    def _refuse_faulty_files(self) -> None:
        """Raise DefinitionFault at the start of the process, even when the database is not there yet."""
        try:
            self._known()
        except DBAPIError:
            load_default(self._extra_directory)
        finally:
            self._database.dispose()  # a server that forks after this must not share the connection

    def get(self, key: str, version: int | None = None) -> Definition:
        """The definition; the newest when no version is given. Raises KeyError for one that nobody stored.

        In a request its sentences are in the reader's language.
        """
        return spoken(self.as_written(key, version))

    def as_written(self, key: str, version: int | None = None) -> Definition:
        """The same in the words of its file, whoever reads. Raises KeyError."""
        if version is None:
            return self._newest()[key]
        if (key, version) not in self._known() and self._may_look_again(key, version):
            self._versions = None  # another process may have stored it since
        return self._known()[key, version]

    def newest_as_written(self) -> Registry:
        """The newest definitions in the words of their files, as a pure registry."""
        return Registry(self._newest().values())

    def _may_look_again(self, key: str, version: int) -> bool:
        """Once a minute: a case may name a version that nobody ever stored here, and is looked at all day."""
        looked, now = self._looked.get((key, version)), monotonic()
        if looked is not None and now - looked < LOOKS_AGAIN_AFTER:
            return False
        self._looked[key, version] = now
        return True

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self._newest()))

    def all(self) -> tuple[Definition, ...]:
        """The newest version of each pathway, by key."""
        newest = self._newest()
        return tuple(spoken(newest[key]) for key in sorted(newest))

    def registry(self) -> Registry:
        """The newest definitions as a pure registry, for code that knows no database."""
        return Registry(self.all())

    def _newest(self) -> dict[str, Definition]:
        known = self._known()
        if self._newest_of is None or self._newest_of[0] is not known:
            self._newest_of = known, {key: known[key, version] for key, version in sorted(known)}
        return self._newest_of[1]

    def _known(self) -> dict[tuple[str, int], Definition]:
        if self._versions is None:
            rows = self._stored()
            if all(row.checked_sha256 != self._sources for row in rows):
                self._store()
                rows = self._stored()
            self._versions = {(row.key, row.version): Definition.model_validate(row.body) for row in rows}
        return self._versions

    def _stored(self) -> Sequence[StoredDefinition]:
        with self._database.unit_of_work(NOBODY) as session:
            return session.scalars(select(StoredDefinition)).all()

    def _store(self) -> None:
        found = load_default(self._extra_directory).every_version()
        try:
            with self._database.unit_of_work(OPERATOR) as session:
                store_definitions(session, found, self._sources)
        except ProgrammingError as error:
            if not isinstance(error.orig, InsufficientPrivilege):
                raise
            self._refuse_unless_stored(found)

    def _refuse_unless_stored(self, found: tuple[Definition, ...]) -> None:
        stored = {(row.key, row.version): row for row in self._stored()}
        kept = (stored.get((one.key, one.version)) for one in found)
        if not all(row is not None and _says(row, one) for row, one in zip(kept, found, strict=True)):
            raise NotConfigured(
                "The database does not hold the pathway definitions of this version, or of TRACKER_PATHWAY_DIR, and "
                "this process may not store them: run `python -m tracker.cli.migrate` with the same settings first."
            )


def store_definitions(session: Session, definitions: tuple[Definition, ...], sources: str) -> None:
    """Store what is new, and that `sources` were found in order.

    Raises NotConfigured when a stored version would change its content.
    """
    stored = {(row.key, row.version): row for row in session.scalars(select(StoredDefinition))}
    for definition in definitions:
        known = stored.get((definition.key, definition.version))
        if known is not None and not _says(known, definition):
            raise NotConfigured(
                f"Pathway '{definition.key}' changed but kept version {definition.version}: "
                "give the changed file a higher version."
            )
        if known is None:
            body = definition.model_dump(mode="json")
            row = {"key": definition.key, "version": definition.version, "sha256": fingerprint(body), "body": body}
            session.execute(insert(StoredDefinition).values(row).on_conflict_do_nothing())
    in_files = [(definition.key, definition.version) for definition in definitions]
    session.execute(
        update(StoredDefinition)
        .where(tuple_(StoredDefinition.key, StoredDefinition.version).in_(in_files))
        .values(checked_sha256=sources)
        .execution_options(synchronize_session=False)
    )


def _says(row: StoredDefinition, definition: Definition) -> bool:
    """Whether the stored version says what `definition` says.

    What an earlier release stored knows nothing of fields that came later: there it says what they say by default.
    """
    body = definition.model_dump(mode="json")
    if row.sha256 == fingerprint(body):
        return True
    return Definition.model_validate(row.body).model_dump(mode="json") == body


_store: DefinitionStore | None = None


def use_store(store: DefinitionStore) -> None:
    """Set the process's definitions, in place of those that were set before."""
    global _store
    _store = store


def definitions() -> DefinitionStore:
    """The definitions of this process."""
    if _store is None:
        raise NotConfigured("No pathway definitions are loaded.")
    return _store
