"""`python -m bench.planning`: how long a tick plans 20,000 of 1,000,000 open follow-ups, and what an idle tick costs.

`OPEN=1000000` and `DUE=20000` choose the sizes. The database is filled once and kept in the data folder; each run takes
the reminders of the run before away, and asks for planning of follow-ups spread over all. Due days lie from a month ago
to two months ahead, so that overdue work, escalations and reminders in advance are all among them.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import text

from bench.bars import Bar
from bench.bars import table as table_of_bars
from embedded.bootstrap import hold_postgres
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.core.ids import new_id
from tracker.reminders.planning import sweeping as planning

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = 200
PER_CASE = 20
MOST_SECONDS, MOST_IDLE_MS = 10.0, 20.0
ZONES = ("Europe/Warsaw", "Europe/Vilnius", "Europe/Brussels", "America/New_York")
COUNTRIES = ("PL", "LT", "BE", "US", None)


@dataclass(frozen=True)
class PlanningFigures:
    """What one run took. `rows`: reminders written."""

    open: int
    due: int
    rows: int
    seconds: float
    idle_ms: float


def main() -> None:
    found = figures()
    print(table_of_bars(bars_of(found)))
    print(json.dumps(asdict(found)))
    sys.exit(0 if found.seconds <= MOST_SECONDS and found.idle_ms <= MOST_IDLE_MS else 1)


def figures() -> PlanningFigures:
    """Of the sizes that `OPEN` and `DUE` say."""
    return measure(int(os.environ.get("OPEN", "1000000")), int(os.environ.get("DUE", "20000")))


def bars_of(found: PlanningFigures) -> list[Bar]:
    """The figures beside what they must keep to."""
    return [
        Bar(f"planning {found.due:,} of {found.open:,} open follow-ups", found.seconds, MOST_SECONDS, "s"),
        Bar("a tick's planning with nothing to do", found.idle_ms, MOST_IDLE_MS, "ms"),
    ]


def measure(size: int, due: int) -> PlanningFigures:
    """Fill what is not there yet, make `due` follow-ups due for planning, and plan them as a tick does."""
    folder = Path(os.environ.get("TRACKER_DATA_DIR", ROOT / "var")).absolute() / "bench" / f"planning-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    url = hold_postgres(folder)
    if not (folder / "filled").exists():
        print(f"filling a database with {size:,} open follow-ups …", file=sys.stderr, flush=True)
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
            fill(connection, size)
        (folder / "filled").touch()
    database = Database(url)
    _ask(database, due)
    _tidy(url)
    rows, seconds = planned(database)
    return PlanningFigures(size, due, rows, seconds, idle(database))


def planned(database: Database) -> tuple[int, float]:
    """Plan until nothing is due: rows added, and seconds."""
    start = time.perf_counter()
    rows = planning.sweep_side_by_side(database, lambda: datetime.now(UTC))
    return rows, time.perf_counter() - start


def idle(database: Database, runs: int = 50) -> float:
    """Milliseconds of a planning that finds nothing to do, in the middle of `runs`."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        with database.unit_of_work(PLANNER) as session:
            planning.sweep(session, datetime.now(UTC))
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)[runs // 2]


def _ask(database: Database, due: int) -> None:
    far = datetime.now(UTC) + timedelta(days=365)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("DELETE FROM reminders"))
        session.execute(text("UPDATE follow_up_plans SET next_plan_at = :far WHERE next_plan_at < :far"), {"far": far})
        session.execute(
            text(
                "UPDATE follow_up_plans SET next_plan_at = now() - interval '1 minute'"
                " WHERE follow_up_id IN (SELECT id FROM follow_ups TABLESAMPLE BERNOULLI (:share) REPEATABLE (7) LIMIT :due)"
            ),
            {"due": due, "share": 100 * min(1.0, 1.2 * due / _open(session))},
        )
        session.execute(text("UPDATE reminder_sweep SET next_at = :far"), {"far": far})


def _tidy(url: str) -> None:
    """What the database does by itself between two sweeps: the rows that `_ask` deleted leave no trace in the figure."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE reminders, follow_up_plans")


def _open(session: object) -> int:
    return int(session.execute(text("SELECT count(*) FROM follow_ups")).scalar_one())  # type: ignore[attr-defined]


def fill(connection: psycopg.Connection[tuple[object, ...]], size: int) -> None:
    """People, cases with a lead and a member each, and their open follow-ups."""
    people = [new_id() for _ in range(PEOPLE)]
    cases = [new_id() for _ in range(max(1, size // PER_CASE))]
    for table in ("cases", "follow_ups"):
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER search_made")
    _copy(
        connection,
        "people (id, email, name, active, language, time_zone, country, theme, must_change_password, created_at, version)",
        _people(people),
    )
    now = datetime.now(UTC)
    roles = ((one, "coordinator" if number % 50 == 0 else "legal_officer", now) for number, one in enumerate(people))
    _copy(connection, "person_roles (person_id, role, given_at)", roles)
    _copy(
        connection,
        "cases (id, sender, ref, reference, pathway, definition_version, title, summary, countries, level, details,"
        " lead_id, created_at, activity_at, version, flags, gap_count)",
        _cases(cases, people),
    )
    _copy(connection, "case_memberships (id, case_id, person_id, kind, reason, starts_at)", _members(cases, people))
    _copy(
        connection,
        "follow_ups (id, sender, ref, case_id, title, kind, status, due_on, due_version, assignee_id, next_plan_at,"
        " created_at, version)",
        _work(cases, people, size),
    )
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


def _copy(connection: psycopg.Connection[tuple[object, ...]], table: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _people(people: list[UUID]) -> Iterator[tuple[object, ...]]:
    now = datetime.now(UTC)
    for number, one in enumerate(people):
        zone, country = ZONES[number % len(ZONES)], COUNTRIES[number % len(COUNTRIES)]
        yield one, f"p{number}@example.org", f"Person {number}", True, "en", zone, country, "auto", False, now, 1


def _cases(cases: list[UUID], people: list[UUID]) -> Iterator[tuple[object, ...]]:
    now = datetime.now(UTC)
    for number, one in enumerate(cases):
        lead, level = people[number % PEOPLE], "restricted" if number % 10 == 0 else "internal"
        yield (
            *(one, "local", f"P{number}", f"PLN-{number:07}", "icc", 1, f"Case {number}", "", ["BY"], level, "{}"),
            *(lead, now, now, 1, [], 0),
        )


def _members(cases: list[UUID], people: list[UUID]) -> Iterator[tuple[object, ...]]:
    since = datetime.now(UTC) - timedelta(days=30)
    for number, one in enumerate(cases):
        yield new_id(), one, people[number % PEOPLE], "lead", "Leads", since
        yield new_id(), one, people[(number + 7) % PEOPLE], "member", "Works on it", since


def _work(cases: list[UUID], people: list[UUID], size: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(7)
    now = datetime.now(UTC)
    today, far = now.date(), now + timedelta(days=365)
    for number in range(size):
        at = number // PER_CASE % len(cases)
        assignee = people[(at + 7) % PEOPLE]
        due = today + timedelta(days=chance.randrange(-30, 60))
        kind = chance.choice(("follow_up", "follow_up", "follow_up", "deadline", "renewal"))
        yield new_id(), "local", f"P{number}", cases[at], f"Work {number}", kind, "open", due, 1, assignee, far, now, 1


if __name__ == "__main__":
    main()
