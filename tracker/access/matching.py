"""Words in lists: conditions that ask the search tables by the rule of visibility.

`ILIKE` behind row-level security looks at every row; this doesn't. It gets columns from its callers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, func, select, text, true
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

RARE = 1500
"""Up to so many the ids are looked up at once; beyond, the list is walked in its own order and each row is asked."""

KINDS_IN_LISTS = ("case", "follow_up", "engagement", "commitment", "contact", "organisation")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one kind, and how a list is to read its answer; hashable, so that statements can be kept.

    `one_in`: among so many rows one is likely found, rounded up to a power of two.
    """

    kind: str
    said: str
    query: str
    is_rare: bool
    one_in: int = 1

    def finds(self, object_id: Any) -> ColumnElement[bool]:
        """The condition that the object is found: each word begins a word of it, or spells a name in it."""
        if self.is_rare:
            found = func.app_search_ids(self.kind, self.said).column_valued("found")
            return cast(ColumnElement[bool], object_id.in_(select(found)))
        return cast(ColumnElement[bool], func.app_search_matches(self.kind, object_id, sql_cast(self.query, TSQUERY)))

    def finds_among(self, walked: Select[Any], object_id: Any) -> ColumnElement[bool]:
        """The condition that the object is found among those whose ids `walked` selects: asked once for them all."""
        ids = func.array(walked.correlate(None).scalar_subquery(), type_=ARRAY(Uuid))
        found = func.app_search_among(self.kind, ids, sql_cast(self.query, TSQUERY)).column_valued("found")
        return cast(ColumnElement[bool], object_id.in_(select(found)))


def ask(session: Session, kind: str, said: str) -> Asked | None:
    """The question; None where `said` has no word of two letters or more, which asks for nothing and hides nothing.

    `kind` is one of KINDS_IN_LISTS. One cheap statement. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS_IN_LISTS:
        raise ValueError(f"no words are kept for {kind}")
    if not said.strip():
        return None
    likely, query, entries = session.execute(_LIKELY, {"kind": kind, "said": said}).one()
    return None if query is None else Asked(kind, said, query, likely <= RARE, _one_in(likely, entries))


def _one_in(likely: int, entries: float) -> int:
    """With a quarter more than is likely needed, since words are not spread evenly."""
    return 1 << math.ceil(math.log2(max(1.0, 1.25 * entries / max(likely, 1))))


def matching(session: Session, kind: str, said: str, object_id: Any) -> ColumnElement[bool]:
    """The same as one condition, for statements that are not kept."""
    asked = ask(session, kind, said)
    return true() if asked is None else asked.finds(object_id)


_LIKELY = text(
    "SELECT app_search_likely(:kind, :said), search_query(:said)::text,"
    " (SELECT reltuples FROM pg_class WHERE oid = CAST('public.search_' || CAST(:kind AS text) AS regclass))"
)
