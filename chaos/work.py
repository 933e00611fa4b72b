"""The input of a run: people, and follow-ups that are due now, written as dossier files; and what mail must come of it.

What is expected is computed from the input alone, never from the tables: one mail "due today" for each follow-up that
is due on the assignee's own today, and none for those that are due in ten days.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PER_CASE = 50
MOST_IN_A_FILE = 1000
NOT_DUE_EVERY = 20
"""One follow-up in twenty is due in ten days: no mail may come of it now."""
SEND_TIME = time(9, 0)
NOON = 12


@dataclass(frozen=True, slots=True)
class Expected:
    """One mail that must come: what it is about, to whom, and not before when."""

    token: str
    recipient: str
    not_before: datetime


@dataclass
class Work:
    """Follow-ups for `people` colleagues. `run` keeps the tokens of several runs in one database apart."""

    people: int = 4
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    expected: dict[str, Expected] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Tokens of follow-ups of which no mail may come."""
    addresses: list[str] = field(default_factory=list)
    """Colleagues that are there already; else `people` new ones."""
    circles: bool = False
    """Each follow-up in a case of its own, led by the first colleague, and the second one's work."""

    @property
    def zone(self) -> str:
        """Where it is about noon now: there the mails of today are due, and those of tomorrow are not."""
        ahead = NOON - datetime.now(UTC).hour
        return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"

    @property
    def today(self) -> date:
        """The day there."""
        return datetime.now(ZoneInfo(self.zone)).date()

    def emails(self) -> list[str]:
        """The colleagues' addresses."""
        return self.addresses or [f"chaos-{self.run}-{number}@example.org" for number in range(1, self.people + 1)]

    def commands_for_people(self) -> Iterator[tuple[list[str], str]]:
        """`flask user create …` for each colleague, and what goes to its standard input."""
        for number, email in enumerate(self.emails(), 1):
            words = ["user", "create", "--email", email, "--name", f"Chaos {number}", "--role", "legal_officer"]
            yield [*words, "--time-zone", self.zone, "--password-stdin"], secrets.token_urlsafe(16) + "\n"

    def files(self, count: int, folder: Path, at_least: int = 1) -> Iterator[Path]:
        """`at_least` so many dossier files that bring `count` reminders which are due now, each to import by itself."""
        most = max(1, min(MOST_IN_A_FILE, count // at_least))
        folder.mkdir(parents=True, exist_ok=True)
        made = len(self.expected)
        while made < count:
            portion = min(most, count - made)
            path = folder / f"{self.run}-{made:06d}.json"
            path.write_text(json.dumps(self.document(portion)))
            made += portion
            yield path

    def document(self, due: int, day: date | None = None) -> dict[str, Any]:
        """One dossier with `due` follow-ups for `day` (the colleagues' today), and a few that are due later."""
        follow_ups = [self._due(day or self.today) for _ in range(due)]
        follow_ups += [self._silent() for _ in range(due // NOT_DUE_EVERY)]
        most = 1 if self.circles else PER_CASE
        groups = [follow_ups[start : start + most] for start in range(0, len(follow_ups), most)]
        return {
            "format": "accountability-dossier/1",
            "sender": f"chaos-{self.run}",
            "cases": [self._case(group) for group in groups],
        }

    def _case(self, follow_ups: list[dict[str, str]]) -> dict[str, Any]:
        return {
            "ref": f"case-{follow_ups[0]['ref']}",
            "pathway": "icc_referral",
            "title": "A case of a run",
            "confidentiality": "internal",
            "countries": ["BY"],
            **self._circle(follow_ups[0]["ref"]),
            "events": [
                {"occurred_on": "2024-09-30", "precision": "day", "status": "submitted", "summary": "Documents sent"}
            ],
            "follow_ups": follow_ups,
        }

    def _circle(self, token: str) -> dict[str, Any]:
        """Who is in it: every other case is internal, and seen by all; the rest are restricted to two members."""
        if not self.circles:
            return {}
        lead, other = self.emails()[:2]
        if int(token[-1]) % 2:
            return {"lead": lead}
        return {"lead": lead, "members": [{"user": other, "kind": "member"}], "confidentiality": "restricted"}

    def _due(self, day: date) -> dict[str, str]:
        token, recipient = self._next()
        due_at = datetime.combine(day, SEND_TIME, ZoneInfo(self.zone)).astimezone(UTC)
        self.expected[token] = Expected(token, recipient, due_at)
        return _follow_up(token, day, recipient)

    def _silent(self) -> dict[str, str]:
        token, recipient = self._next()
        self.silent.add(token)
        return _follow_up(token, self.today + timedelta(days=10), recipient)

    def _next(self) -> tuple[str, str]:
        number = len(self.expected) + len(self.silent)
        place = 1 if self.circles else number % len(self.emails())
        return f"chaos-{self.run}-{number:06d}", self.emails()[place]


def _follow_up(token: str, day: date, assignee: str) -> dict[str, str]:
    return {"ref": token, "title": f"Do {token}", "due_on": day.isoformat(), "assignee": assignee}
