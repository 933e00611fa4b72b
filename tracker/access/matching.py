"""Words in lists: conditions that ask the search tables by the rule of visibility.

`ILIKE` behind row-level security looks at every row; this doesn't. It gets columns from its callers.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, func, select, text, true
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

RARE = 1500
"""Up to so many the ids are looked up at once; beyond, the list is walked in its own order and each row is asked."""

KINDS_IN_LISTS = ("case", "follow_up", "engagement", "commitment", "contact", "organisation")


def matching(session: Session, kind: str, said: str, object_id: Any) -> ColumnElement[bool]:
    """The condition that `said` finds the object: every word begins a word of it, or is a spelling of a name in it.

    `kind` is one of KINDS_IN_LISTS, `object_id` the column of its id. One cheap statement decides how the list is read.
    Words too short to ask for anything (one letter) hide nothing. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS_IN_LISTS:
        raise ValueError(f"no words are kept for {kind}")
    likely, asked = session.execute(_LIKELY, {"kind": kind, "said": said}).one()
    if asked is None:
        return true()
    if likely <= RARE:
        return cast(ColumnElement[bool], object_id.in_(select(func.app_search_ids(kind, said).column_valued("found"))))
    return cast(ColumnElement[bool], func.app_search_matches(kind, object_id, sql_cast(asked, TSQUERY)))


_LIKELY = text("SELECT app_search_likely(:kind, :said), search_query(:said)::text")
