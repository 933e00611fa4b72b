"""Rows of which there can be one only, and which the acting person may not see: they exist, and say nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


@contextmanager
def unless_there_already(session: Session, constraints: Collection[str]) -> Iterator[None]:
    """Do the block, or nothing of it where one of the unique `constraints` knows a row that row-level security hides.

    An error there would tell of the row. The caller has looked for rows that can be seen.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as problem:
        if not isinstance(problem.orig, UniqueViolation) or problem.orig.diag.constraint_name not in constraints:
            raise
