"""Where a row came from: the sender's own stable name for it, so that the same file twice changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracker.core.ids import random_code

LOCAL = "local"


def new_ref() -> str:
    """A ref for a row that was made here, not imported."""
    return random_code(10)


class Provenance:
    """`sender` and `ref` as in the dossier format: unique together, per kind of object."""

    sender: Mapped[str] = mapped_column(default=LOCAL)
    ref: Mapped[str] = mapped_column(default=new_ref)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        return (UniqueConstraint("sender", "ref"),)
