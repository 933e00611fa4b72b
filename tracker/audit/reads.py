"""Reads of restricted and sealed things: noted while a page is made, written as one statement at its end.

The same person, the same thing, within a quarter of an hour: one entry. Of what is shown beside other things, in a list
or as a hit of the search, one a day. An open case costs nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.ids import new_id

READ, SHOWN = "read", "shown"
"""How the actions end: of reading something on its page, of seeing something of it among others."""
ONCE_IN = timedelta(minutes=15)
SECRET_LEVELS = frozenset({"restricted", "sealed"})

_NOTED, _HIGHEST = "reads", "highest_level_read"


def note_read(session: Session, kind: str, object_id: UUID, case_id: UUID | None, level: str | None = None) -> None:
    """The page being made shows the `kind` with this id, and of this level where that is known."""
    session.info.setdefault(_NOTED, {})[(kind, object_id, READ)] = case_id
    _raise_highest(session, level)


def note_shown(
    session: Session, case_id: UUID | None, case_level: str | None, own: tuple[str, UUID, str | None] | None = None
) -> None:
    """A line says something of a case, or of what is more secret on it. `own`: kind, id and level of the latter.

    Whoever sees that an entry was written learns no more than they see: it is about the case only if that is secret.
    """
    noted = session.info.setdefault(_NOTED, {})
    _raise_highest(session, case_level)
    _raise_highest(session, own[2] if own else None)
    if case_id is not None and case_level in SECRET_LEVELS:
        noted[("case", case_id, SHOWN)] = case_id
    elif own is not None and own[2] in SECRET_LEVELS:
        noted[(own[0], own[1], SHOWN)] = case_id


def highest_read(session: Session) -> str | None:
    """The level of the most secret thing that the page being made shows; None where all of it is open."""
    level: str | None = session.info.get(_HIGHEST)
    return level


def _raise_highest(session: Session, level: str | None) -> None:
    if level == "sealed" or (level in SECRET_LEVELS and _HIGHEST not in session.info):
        session.info[_HIGHEST] = level


_WRITE = text(
    """
    INSERT INTO audit_entries
      (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail, request_id)
    SELECT read.id, :now, :kind, :person, read.what || '.' || read.how, read.what, read.object_id, read.case_id,
           '{}', :request
      FROM jsonb_to_recordset(CAST(:reads AS jsonb))
           AS read (id uuid, what text, how text, object_id uuid, case_id uuid)
     WHERE NOT EXISTS (
       SELECT 1 FROM audit_entries e
        WHERE e.object_type = read.what AND e.object_id = read.object_id
          AND e.at >= CASE read.how WHEN 'read' THEN :since ELSE :today END
          AND e.actor_id = :person AND e.action = read.what || '.' || read.how)
    """
)


def write_reads(session: Session, actor: Actor) -> None:
    """Put down what was noted, in the transaction of the page."""
    noted: dict[tuple[str, UUID, str], UUID | None] = session.info.pop(_NOTED, {})
    if not noted or not actor.is_person:
        return
    now = clock.now()
    said: dict[str, Any] = {
        "now": now,
        "since": now - ONCE_IN,
        "today": now.replace(hour=0, minute=0, second=0, microsecond=0),
        "kind": actor.kind,
        "person": actor.person_id,
        "request": session.info.get("request_id"),
        "reads": json.dumps([_row(*thing, case_id) for thing, case_id in noted.items()]),
    }
    session.execute(_WRITE, said)


def forget_reads(session: Session) -> None:
    """What was noted is not shown after all."""
    session.info.pop(_NOTED, None)
    session.info.pop(_HIGHEST, None)


def _row(kind: str, object_id: UUID, how: str, case_id: UUID | None) -> dict[str, str | None]:
    made = {"id": str(new_id()), "what": kind, "how": how, "object_id": str(object_id)}
    return made | {"case_id": str(case_id) if case_id else None}
