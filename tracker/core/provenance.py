"""Where a row came from: the sender's own stable name for it, so that the same file twice changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracker.core.ids import random_code

LOCAL = "local"


def new_ref() -> str:
    """A ref for a row that was made here, not imported."""
    return random_code(10)


def unique_key() -> UniqueConstraint:
    """The constraint of a kind of object that has others of its own too."""
    return UniqueConstraint("sender", "ref", "key_room", postgresql_nulls_not_distinct=True)


class Provenance:
    """`sender` and `ref` as in the dossier format: unique per kind of object among what one sees (ADR 17)."""

    sender: Mapped[str] = mapped_column(default=LOCAL)
    ref: Mapped[str] = mapped_column(default=new_ref)
    key_room: Mapped[UUID | None] = mapped_column(
        comment="set where a row that its maker could not see had the key already"
    )

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        return (unique_key(),)
