"""What waits for a decision of the person who looks: on their own work and on the cases that they lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.pages.stalling import stalled_before

SHOWN_OF_A_KIND = 4
COUNTED = ("stalled", "gaps")
_QUESTION = text("SELECT * FROM app_decisions(:today, :pathways, :since, :few)")


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide.

    `kind`: mention, recheck (a day set by hand whose reference date moved), commitment (past its day, and nobody said
    what became of it), stalled, or gaps. `id` is that of the comment, follow-up or commitment. `day`: what the date
    would become or was due. Stalled cases and gaps are one line each, so that they crowd nothing out: `text` is how
    many of one's own cases, counted to 99, and everything else is empty but the oldest day of the stalled.
    """

    kind: str
    id: UUID | None
    case_reference: str | None
    case_title: str | None
    text: str
    day: date | None


def decisions_for(session: Session, actor: Actor, today: date) -> list[Decision]:
    """The first few of each kind, the most personal first. One statement; its function holds the rule of visibility."""
    if actor.person_id is None:
        return []
    stalls = stalled_before(today)
    said = {
        "today": today,
        "pathways": [pathway for pathway, _day in stalls],
        "since": [day for _pathway, day in stalls],
        "few": SHOWN_OF_A_KIND,
    }
    found = [Decision(*row) for row in session.execute(_QUESTION, said)]
    return [one for one in found if one.kind not in COUNTED or one.text != "0"]
