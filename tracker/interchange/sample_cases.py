"""The sample: real facts of five public documents, loaded through the public import and taken out again.

A few follow-ups make it alive. They are illustrations, no facts, and say so; they are due around the day of loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.core.actor import Actor
from tracker.followups.models import FollowUp
from tracker.interchange.checking import Definitions
from tracker.interchange.reading import Reading, read_file
from tracker.interchange.result import IMPORTED, Result
from tracker.interchange.services import import_dossier

SENDER = "nam-sample"
FOLDER = Path(__file__).parent / "sample"

_OFFICER, _COORDINATOR, _HEAD = "officer@example.org", "coordinator@example.org", "head@example.org"

ILLUSTRATIONS: tuple[tuple[str, str, int, str, str], ...] = (
    ("C1-BE", "ask whether the embassy has forwarded the papers", -2, _OFFICER, "follow_up"),
    ("C1", "write to the Office of the Prosecutor", 0, _OFFICER, "follow_up"),
    ("C1-LV", "call the permanent mission", 1, _COORDINATOR, "follow_up"),
    ("C2", "read the draft before it goes out", 1, _HEAD, "follow_up"),
    ("C4", "list the powers of attorney that are missing", 3, _OFFICER, "follow_up"),
    ("C11", "letter to each addressee of the resolution", 3, _COORDINATOR, "follow_up"),
    ("C9", "prepare one page for each embassy", 7, _COORDINATOR, "follow_up"),
    ("C8", "look at the renewal of the mandate", 20, _COORDINATOR, "renewal"),
)
"""Case, what to do, days from the day of loading, who, kind."""


def load_sample(session: Session, actor: Actor, definitions: Definitions, today: date) -> Iterator[tuple[str, Result]]:
    """Import each file of the sample, its name and the answer. Stops at the first that is refused. Never commits."""
    standing = set(session.scalars(select(FollowUp.ref).where(FollowUp.sender == SENDER)))
    for path in sample_files():
        reading = read_file(path)
        document = with_illustrations(reading.document, today, standing)
        result = import_dossier(session, actor, Reading(document, reading.faults), definitions)
        yield path.name, result
        if result.exit_status != IMPORTED:
            return


def sample_files() -> list[Path]:
    """In the order in which they refer to each other."""
    return sorted(FOLDER.glob("*.yaml"))


def with_illustrations(document: dict[str, Any], today: date, standing: set[str]) -> dict[str, Any]:
    """The document with the follow-ups of its cases, save those that stand here already and may have moved since."""
    cases = [
        case | {"follow_ups": follow_ups} if (follow_ups := _follow_ups(case["ref"], today, standing)) else case
        for case in document.get("cases", [])
    ]
    return document | {"cases": cases} if cases else document


def _follow_ups(case_ref: str, today: date, standing: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "ref": f"F-{case_ref}",
            "title": f"Illustration: {words}",
            "kind": kind,
            "due_on": (today + timedelta(days=days)).isoformat(),
            "assignee": assignee,
            "notes": "Made for the sample; it is in none of the documents.",
        }
        for case, words, days, assignee, kind in ILLUSTRATIONS
        if case == case_ref and f"F-{case_ref}" not in standing
    ]
