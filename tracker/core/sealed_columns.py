"""Every encrypted column there is, found in the models: what rotation, the docs and the tests of leaks go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Table

from tracker.core.database import Base
from tracker.core.encryption import SealedBytes


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One encrypted column. `model` says by `encryption_identity` what else than the column a value is bound to."""

    model: type[Any]
    column: Column[Any]

    @property
    def table(self) -> str:
        return str(self.column.table.name)

    @property
    def name(self) -> str:
        return str(self.column.name)

    def bound_to(self, row: Any) -> str:
        """What the value of `row` opens for."""
        return f"{self.table}.{self.name}:{row.encryption_identity()}"


def sealed_columns() -> list[SealedColumn]:
    """All of them, by table and name; the check of the keys themselves is none. Models must be imported.

    Raises TypeError for a model that does not say what its values are bound to: they could never be rotated.
    """
    return sorted(_found(), key=lambda one: (one.table, one.name))


def _found() -> Iterator[SealedColumn]:
    for mapper in Base.registry.mappers:
        for column in cast(Table, mapper.local_table).columns:
            if isinstance(column.type, SealedBytes) and column.table.name != "field_key_checks":
                if not hasattr(mapper.class_, "encryption_identity"):
                    raise TypeError(f"{mapper.class_.__name__} has an encrypted column and no encryption_identity")
                yield SealedColumn(mapper.class_, column)
