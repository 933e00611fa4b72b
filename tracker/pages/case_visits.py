"""When the reader was last on a case, and what the page tells beside that; read alike, whatever happened.

Looking writes nothing. A page that would be a new visit, or that shows news of the running one, holds a form that
reports back: the script sends it once the page was in sight, or the reader presses its button.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Boolean, DateTime, Integer, text

from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.reads import Read, Rows
from tracker.core.web import actor, db


class Visit(NamedTuple):
    """`since`: the visit before this one, None at the first. `follow_ups`: what others changed of them since then.

    `merged`: how many cases were merged into this one, as far as the reader may know. `watching`: whether the reader
    asked to hear of the case. `is_news`: whether the page should report back that it was seen.
    """

    since: datetime | None = None
    follow_ups: frozenset[UUID] = frozenset()
    merged: int = 0
    watching: bool = False
    is_news: bool = False


_VISIT = text(
    """
    WITH old AS (
      SELECT seen_at, before_at FROM case_visits WHERE person_id = :person AND case_id = :case_id
    ), since AS (
      SELECT (SELECT CASE WHEN :now - seen_at > interval '15 minutes' THEN seen_at ELSE before_at END FROM old) AS at
    )
    SELECT since.at AS since,
           NOT EXISTS (SELECT FROM old WHERE seen_at > :now - interval '15 minutes' AND seen_at >= :activity)
             AS is_news,
           (SELECT json_agg(f.id) FROM follow_ups f
             WHERE f.case_id = :case_id AND since.at IS NOT NULL
               AND (SELECT true FROM follow_up_changes c WHERE c.follow_up_id = f.id AND c.at > since.at
                     AND c.by_id IS DISTINCT FROM :person LIMIT 1)) AS follow_ups,
           (SELECT count(*) FROM app_merged_cases(:case_id)) AS merged,
           (SELECT true FROM case_watchers w WHERE w.case_id = :case_id AND w.person_id = :person) AS watching
      FROM since
    """
).columns(since=DateTime(timezone=True), is_news=Boolean, follow_ups=JSON, merged=Integer, watching=Boolean)
_NOTE = text(
    """
    INSERT INTO case_visits (person_id, case_id, seen_at, before_at) VALUES (:person, :case, :now, NULL)
    ON CONFLICT (person_id, case_id) DO UPDATE SET
      seen_at = greatest(case_visits.seen_at, excluded.seen_at),
      before_at = CASE WHEN excluded.seen_at - case_visits.seen_at > interval '15 minutes'
                       THEN case_visits.seen_at ELSE case_visits.before_at END
    """
)


def visit_read(case: Case) -> Read[Visit]:
    """When the reader was here before, and what the page tells beside that."""
    said = {"person": actor().person_id, "case_id": case.id, "now": clock.now(), "activity": case.activity_at}
    return Read(_VISIT, said, _visit)


def _visit(rows: Rows) -> Visit:
    since, is_news, changed, merged, watching = rows[0]
    return Visit(since, frozenset(UUID(one) for one in changed or ()), merged, bool(watching), is_news)


def note_visit(case: Case) -> None:
    """The reader has seen the page of `case`."""
    db().execute(_NOTE, {"person": actor().person_id, "case": case.id, "now": clock.now()})
