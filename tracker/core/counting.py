"""How many rows there are, counted no further than a reader needs to know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

COUNTED = 1000
"""Further than this nobody counts what filters hide."""


def counted_up_to(session: Session, query: Select[Any], most: int = COUNTED) -> int:
    """How many rows `query` has, at most `most`. One statement. `query` starts at the visibility rule."""
    return session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0
