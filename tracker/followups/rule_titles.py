"""A follow-up on a clock whose rule nobody had verified says so in its title; once two persons have, it does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.catalogues import translations_of
from tracker.core.languages import available_languages
from tracker.followups.rules import LONGEST_TITLE

_PATTERN = "%(title)s: unverified rule"
_DROP = text(
    """
    WITH marked AS (
      SELECT DISTINCT ON (f.id) f.id, f.title, left(f.title, -length(e.ending)) AS plain
        FROM follow_ups f
        JOIN unnest(CAST(:endings AS text[])) AS e (ending) ON right(f.title, length(e.ending)) = e.ending
       WHERE f.id = ANY(CAST(:ids AS uuid[])) AND length(f.title) > length(e.ending)
         AND EXISTS (SELECT FROM clock_rule_versions v WHERE v.rule_key = :rule_key
                        AND (v.shipped ->> 'certainty' IN ('V2', 'K') OR v.body ->> 'certainty' IN ('V2', 'K')))
       ORDER BY f.id, length(e.ending) DESC
    ), changed AS (
      UPDATE follow_ups f SET title = m.plain, version = f.version + 1 FROM marked m WHERE f.id = m.id
    )
    INSERT INTO follow_up_changes (id, follow_up_id, kind, before, after, at)
    SELECT uuidv7(), id, 'edited', jsonb_build_object('title', title), jsonb_build_object('title', plain), :now
      FROM marked
    """
)


def marked(title: str) -> str:
    """`title` with the words that say so, in the language of whoever makes the follow-up; they are never cut off."""
    words = str(_("%(title)s: unverified rule", title=title))
    too_long = len(words) - LONGEST_TITLE
    return str(_("%(title)s: unverified rule", title=f"{title[: -too_long - 1]}…")) if too_long > 0 else words


def plain(title: str) -> str:
    """`title` without these words, in whichever language they stand."""
    ends = [one for one in _endings() if title.endswith(one) and len(title) > len(one)]
    return title.removesuffix(max(ends, key=len)) if ends else title


def drop_mark(session: Session, rule_key: str, follow_up_ids: Sequence[UUID]) -> None:
    """Take the words away, in whichever language they stand; a title that somebody wrote otherwise is left alone.

    Nothing is looked at where the rule never was unverified.
    """
    said = {"rule_key": rule_key, "ids": list(follow_up_ids), "endings": list(_endings()), "now": clock.now()}
    session.execute(_DROP, said)


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    """What stands behind the title in each language."""
    said = (translations_of(Locale.parse(key)).gettext(_PATTERN) for key in available_languages())
    return tuple(sorted({one.removeprefix("%(title)s") for one in said if one.startswith("%(title)s")}))
