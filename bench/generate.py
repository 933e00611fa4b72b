"""Fill a migrated database with cases, events and follow-ups of a realistic shape, by COPY.

For `size` cases: ten events and three follow-ups each, lawful walks through the real definitions, 8 % restricted,
2 % sealed, fifty people, a lead for every case. The same `seed` gives the same data. The projection columns are written as
`tracker.cases.projection` would compute them for such simple walks (no vague dates, no voided entries).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from bench.words import words_at_once
from tracker.core.ids import ALPHABET, new_id
from tracker.pathways.schema import Definition

EVENTS_PER_CASE = 10
FOLLOW_UPS_PER_CASE = 3
PEOPLE = 50
COUNTRIES = ("BY", "LT", "PL", "DE", "CZ", "LV", "EE", "SE", "FR", "BE", "UA", "CH", "NL", "CA", "US")
LEVELS = ("internal",) * 60 + ("public",) * 30 + ("restricted",) * 8 + ("sealed",) * 2
WORDS = tuple(
    "referral communication warrant custody torture deportation detention listing renewal hearing accession resolution "  # noqa: SIM905
    "mandate review submission evidence jurisdiction complaint indictment appeal session rapporteur prosecutor".split()
)
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Person:
    id: UUID
    roles: tuple[str, ...]


def people() -> list[Person]:
    roles = [("legal_officer",), ("coordinator",), ("head",)]
    return [Person(new_id(), roles[number % 3]) for number in range(PEOPLE)]


def fill(
    connection: psycopg.Connection[Any], definitions: tuple[Definition, ...], size: int, seed: int = 1
) -> list[Person]:
    """Write everything, `ANALYZE`, and return the people. The connection is the owner's; the caller commits."""
    randomness = random.Random(seed)
    staff = people()
    _copy_people(connection, staff)
    rows = _Rows(definitions, staff, randomness)
    with words_at_once(connection):
        for start in range(0, size, 2000):
            rows.make(range(start, min(size, start + 2000)))
            rows.write(connection)
    connection.execute("ANALYZE")
    return staff


def _copy_people(connection: psycopg.Connection[Any], staff: list[Person]) -> None:
    now = datetime.now(UTC)
    for number, person in enumerate(staff):
        connection.execute(
            "INSERT INTO people (id, email, name, active, language, time_zone, theme, must_change_password, created_at, version)"
            " VALUES (%s, %s, %s, true, 'en', 'Europe/Warsaw', 'auto', false, %s, 1)",
            (person.id, f"person{number}@example.org", f"Person {number}", now),
        )
        for role in person.roles:
            connection.execute(
                "INSERT INTO person_roles (person_id, role, given_at) VALUES (%s, %s, %s)", (person.id, role, now)
            )


CASE_COLUMNS = (
    "id, sender, ref, reference, pathway, definition_version, title, summary, countries, level, details, lead_id, created_by_id,"
    " created_at, activity_at, version, status, phase, status_since, status_since_earliest, status_since_latest, flags,"
    " next_due_on, gap_count, last_event_on"
)
EVENT_COLUMNS = (
    "id, case_id, seq, place, occurred_on, earliest, latest, known_on, status, move, move_said, facts, flags, summary, source,"
    " definition_version, entered_by_id, entered_at"
)
FOLLOW_UP_COLUMNS = "id, sender, ref, case_id, title, kind, status, due_on, due_version, assignee_id, completed_on, created_by_id, created_at, version"
MEMBERSHIP_COLUMNS = "id, case_id, person_id, kind, reason, starts_at, given_by_id"


class _Rows:
    """One batch of rows, and the COPY that writes it."""

    def __init__(self, definitions: tuple[Definition, ...], staff: list[Person], randomness: random.Random) -> None:
        self.definitions = definitions
        self.staff = staff
        self.random = randomness
        self.tables: dict[str, list[tuple[Any, ...]]] = {}

    def make(self, numbers: range) -> None:
        self.tables = {"cases": [], "case_events": [], "follow_ups": [], "case_memberships": []}
        for number in numbers:
            self._case(number)

    def write(self, connection: psycopg.Connection[Any]) -> None:
        columns = {
            "cases": CASE_COLUMNS,
            "case_memberships": MEMBERSHIP_COLUMNS,
            "case_events": EVENT_COLUMNS,
            "follow_ups": FOLLOW_UP_COLUMNS,
        }
        for table, names in columns.items():
            with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in self.tables[table]:
                    copy.write_row(row)

    def _case(self, number: int) -> None:
        pick = self.random.choice
        definition = pick(self.definitions)
        case_id, lead = new_id(), pick(self.staff)
        level = pick(LEVELS)
        walk = list(self._walk(definition))
        self._events(case_id, definition, lead, walk)
        due = self._follow_ups(case_id, lead)
        since = walk[-1][1]
        self.tables["cases"].append(
            (
                case_id, "local", f"B{number}", self._reference(definition, number), definition.key, definition.version,
                f"{' '.join(self.random.sample(WORDS, 4)).capitalize()} {number}", "", [pick(COUNTRIES), "BY"], level, "{}",
                lead.id, lead.id, _instant(number), _instant(number), 1, walk[-1][0], definition.status(walk[-1][0]).phase,
                since.isoformat(), since, since, [], due, 0, since,
            )
        )  # fmt: skip
        self._members(case_id, lead, level)

    def _reference(self, definition: Definition, number: int) -> str:
        code = ""
        for _ in range(5):
            number, digit = divmod(number, len(ALPHABET))
            code += ALPHABET[digit]
        return f"{definition.key[:3].upper()}-{code}"

    def _walk(self, definition: Definition) -> Iterator[tuple[str, date, str]]:
        """(status, day, kind) for each event; stands still where no move is left."""
        status, day, kind = definition.initial[0], date(2016, 1, 1) + timedelta(self.random.randrange(2500)), "forward"
        for _ in range(EVENTS_PER_CASE):
            yield status, day, kind
            moves = definition.status(status).next
            if moves:
                move = self.random.choice(moves)
                status, kind = move.to, move.kind
            day += timedelta(self.random.randrange(1, 120))

    def _events(self, case_id: UUID, definition: Definition, lead: Person, walk: list[tuple[str, date, str]]) -> None:
        for seq, (status, day, kind) in enumerate(walk, 1):
            words = " ".join(self.random.sample(WORDS, 6))
            self.tables["case_events"].append(
                (
                    new_id(), case_id, seq, seq, day.isoformat(), day, day, day, status, kind, False, json.dumps({"note": words[:20]}), [],
                    f"Entered {status}: {words}", "generated", definition.version, lead.id, _instant(seq),
                )
            )  # fmt: skip

    def _follow_ups(self, case_id: UUID, lead: Person) -> date | None:
        open_days = []
        for _ in range(FOLLOW_UPS_PER_CASE):
            due = TODAY + timedelta(self.random.randrange(-300, 200))
            done = due < TODAY - timedelta(5)
            if not done:
                open_days.append(due)
            identity = new_id()
            assignee = self.random.choice(self.staff)
            self.tables["follow_ups"].append(
                (
                    identity, "local", identity.hex, case_id, " ".join(self.random.sample(WORDS, 4)).capitalize(), "follow_up",
                    "done" if done else "open", due, 1, assignee.id, due if done else None, lead.id, _instant(1), 1,
                )
            )  # fmt: skip
        return min(open_days, default=None)

    def _members(self, case_id: UUID, lead: Person, level: str) -> None:
        others = self.random.sample(self.staff, 3) if level in ("restricted", "sealed") else []
        for kind, person in [("lead", lead)] + [("member", other) for other in others if other.id != lead.id]:
            self.tables["case_memberships"].append(
                (new_id(), case_id, person.id, kind, "generated", _instant(0), lead.id)
            )


def _instant(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=97 * (number % 250_000))
