"""The keys that the data can't be read without: sealed into a file of their own, and looked for after a restore."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from config import FieldKey, Settings
from tracker.backup.faults import BackupFault
from tracker.backup.recipients import Recipients
from tracker.backup.sealing import opened_file, sealed_file
from tracker.core.database import Base
from tracker.core.encryption import SealedBytes
from tracker.core.key_checks import FieldKeyCheck

LARGEST = 64 * 1024


def write_keys(path: Path, recipients: Recipients, settings: Settings) -> None:
    """Seal the installation's own secrets into the new file `path`. Raises BackupFault."""
    content = {"SECRET_KEY": settings.secret_key, "TRACKER_FIELD_KEYS": _written(settings.field_keys)}
    if settings.audit_keys:
        content["TRACKER_AUDIT_KEY"] = _written(settings.audit_keys)
    with sealed_file(path, recipients) as stream:
        stream.write(json.dumps(content, indent=1).encode())


def _written(keys: tuple[FieldKey, ...]) -> str:
    return ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in keys)


def read_keys(path: Path, identity: Path) -> dict[str, str]:
    """Name of a setting -> its value. Raises BackupFault."""
    with opened_file(path, identity) as stream:
        content = stream.read(LARGEST)
        try:
            found = json.loads(content)
            return {str(name): str(value) for name, value in found.items()}
        except (ValueError, AttributeError) as error:
            raise BackupFault("This file holds no keys of the tracker.") from error


def sealed_columns() -> list[tuple[Table, Column[bytes]]]:
    """Every encrypted column with content; the words by which keys are known again stay when a key has gone."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SealedBytes) and table.name != FieldKeyCheck.__tablename__
    ]


def missing_keys(session: Session, settings: Settings) -> list[str]:
    """Ids of keys that rows were encrypted with and that the settings do not hold."""
    here = {key.id for key in settings.field_keys}
    used: set[str] = set()
    for _, column in sealed_columns():
        # The envelope: a version, the length of the key's id, the key's id.
        name = func.convert_from(func.substring(column, 3, func.get_byte(column, 1)), "UTF8")
        used |= set(session.scalars(select(name).where(column.is_not(None)).distinct()))
    return sorted(used - here)
