"""Thirty days in minutes: the real planner and sender in this process, on a clock that is set from tick to tick.

A tick without anything due does nothing, so only those are played in which something is due, and one in each hour. Each
day some due dates are moved, some work is done and some comes in, by imports as an office makes them. Prints JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from chaos.work import Work
from config import load_settings
from embedded.entry import create_app
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.web import database
from tracker.reminders.delivery.tick import tick

GRID = timedelta(seconds=60)
AT_LEAST_EVERY = timedelta(hours=1)
_LEFTOVERS = text(
    "SELECT count(*) FROM reminders r JOIN follow_ups f ON f.id = r.subject_id"
    " WHERE r.status IN ('planned', 'sending', 'committing') AND f.status IN ('done', 'cancelled')"
)
_NEXT = text(
    "SELECT least((SELECT min(send_at) FROM reminders WHERE status = 'planned'),"
    " (SELECT min(next_plan_at) FROM follow_up_plans), (SELECT min(next_plan_at) FROM reminder_plans))"
)


@dataclass
class Story:
    """What the simulation did, for the harness to judge."""

    ticks: int = 0
    ticks_s: float = 0.0
    sizes: list[dict[str, int]] = field(default_factory=list)
    due: dict[str, str] = field(default_factory=dict)
    """Token → the day it is due in the end, of follow-ups that were still open on that day."""
    changes: int = 0
    """Follow-ups that came in, were moved or were done."""
    leftovers: int = 0
    """Rows that still wait for work that is done: nothing ever settles those."""


class Simulation:
    """One clock, one office, `count` open follow-ups."""

    def __init__(self, folder: Path, work: Work, days: int, count: int, seed: int) -> None:
        self.app = create_app()
        self.settings = load_settings()
        self.folder, self.work, self.days, self.count = folder, work, days, count
        self.chance = random.Random(seed)
        self.story = Story()
        self.open: dict[str, dict[str, Any]] = {}
        self.cases: dict[str, dict[str, Any]] = {}

    def play(self) -> Story:
        """Go through the days."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        end = now + timedelta(days=self.days)
        with self.app.app_context():
            self.database = database()
            self._day_in_the_office(now)
            self._sizes()
            morning = now
            while now < end:
                self._tick(now)
                now = self._next_tick(now)
                if now - morning >= timedelta(days=1):
                    morning += timedelta(days=1)
                    self._day_in_the_office(now)
                    self._sizes()
            self._sizes()
            self._look_for_leftovers()
        return self.story

    def _tick(self, now: datetime) -> None:
        began = time.perf_counter()
        with clock.fixed(now):
            tick(self.database, self.settings)
        self.story.ticks += 1
        self.story.ticks_s += time.perf_counter() - began

    def _next_tick(self, now: datetime) -> datetime:
        """The next instant of the grid at which something is due, within the hour."""
        with self.database.unit_of_work(OPERATOR) as session:
            due: datetime | None = session.execute(_NEXT).scalar()
        wanted = min(due or now + AT_LEAST_EVERY, now + AT_LEAST_EVERY)
        steps = max(1, -((now - wanted) // GRID))
        return now + steps * GRID

    def _day_in_the_office(self, now: datetime) -> None:
        today = now.date()
        self._close_and_move(today)
        while len(self.open) < self.count:
            document = self.work.document(50, None)
            for case in document["cases"]:
                for item in case["follow_ups"]:
                    item["due_on"] = (today + timedelta(days=self.chance.randint(1, 12))).isoformat()
                    self.open[item["ref"]] = item
                    self.story.changes += 1
                self.cases[case["ref"]] = case
        self._import(now)

    def _close_and_move(self, today: date) -> None:
        for token, item in list(self.open.items()):
            item["due_on"] = min(item["due_on"], "9999-12-31")
            overdue = (today - date.fromisoformat(item["due_on"])).days
            if overdue >= 0:
                self.story.due.setdefault(token, item["due_on"])
            if overdue > self.chance.randint(0, 9):
                item |= {"status": "done", "completed_on": today.isoformat()}
                del self.open[token]
                self.story.changes += 1
            elif overdue < 0 and self.chance.random() < 0.1:
                item["due_on"] = (today + timedelta(days=self.chance.randint(1, 12))).isoformat()
                self.story.changes += 1

    def _import(self, now: datetime) -> None:
        cases = list(self.cases.values())
        document = {"format": "accountability-dossier/1", "sender": f"chaos-{self.work.run}", "cases": cases}
        file = self.folder / "day.json"
        file.write_text(json.dumps(document))
        with clock.fixed(now):
            done = self.app.test_cli_runner().invoke(args=["dossier", "import", str(file), "--json"])
        if done.exit_code:
            raise RuntimeError(done.output[:2000] or repr(done.exception))

    def _look_for_leftovers(self) -> None:
        with self.database.unit_of_work(OPERATOR) as session:
            self.story.leftovers = int(session.execute(_LEFTOVERS).scalar() or 0)

    def _sizes(self) -> None:
        tables = ("reminders", "sightings", "mail_pace", "reminder_plans", "audit_entries", "follow_ups")
        with self.database.unit_of_work(OPERATOR) as session:
            counted = {
                name: int(session.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0) for name in tables
            }
        self.story.sizes.append(counted)


def main(folder: str, given: str) -> None:
    asked = json.loads(given)
    work = Work(addresses=asked["addresses"], run=asked["run"])
    simulation = Simulation(Path(folder), work, asked["days"], asked["count"], asked["seed"])
    print(json.dumps(asdict(simulation.play())))


if __name__ == "__main__":
    main(*sys.argv[1:])
