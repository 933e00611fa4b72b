"""`python -m bench.recomputing`: how long the job takes after a change of a rule, and whether its ledger is complete.

`CASES=100000` with four clocks each, all of the rule that is changed, and a follow-up on each; every twentieth day was
set by hand, every fiftieth work is done, every tenth case is for members only. The database is filled once and kept in
the data folder; each run changes the period between one month and two, so that every clock comes to another day. What
must have come of it is counted by PostgreSQL's own months, not by the program's.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from bench.bars import Bar
from bench.bars import table as table_of_bars
from embedded.bootstrap import hold_postgres
from tracker.clocks.installed import body_of
from tracker.clocks.rulebook import own_rules
from tracker.core.database import Database
from tracker.core.ids import new_id
from tracker.followups.recomputing import recompute_next
from tracker.pathways.store import DefinitionStore, use_store

ROOT = Path(__file__).resolve().parents[1]
RULE = "rome_statute_18_2"
PARTIES = ("DE", "LT", "PL", "CZ")
MOST_SECONDS = 300.0


@dataclass(frozen=True)
class Recomputed:
    """What one run took, and what came of it. `wrong`: days, flags and lines of the ledger missing or amiss."""

    cases: int
    clocks: int
    seconds: float
    batches: int
    moved: int
    flagged: int
    wrong: int


def main() -> None:
    found = measure(int(os.environ.get("CASES", "100000")))
    print(table_of_bars(bars_of(found)))
    print(json.dumps(asdict(found)))
    sys.exit(0 if found.seconds <= MOST_SECONDS and not found.wrong else 1)


def bars_of(found: Recomputed) -> list[Bar]:
    """The figures beside what they must keep to."""
    return [
        Bar(
            f"{found.clocks:,} clocks of {found.cases:,} cases after a change of their rule",
            found.seconds,
            MOST_SECONDS,
            "s",
        ),
        Bar("lines, days and flags that are missing or amiss", float(found.wrong), 0.0, ""),
    ]


def measure(cases: int) -> Recomputed:
    """Fill what is not there yet, change the rule, and reckon anew as the job does."""
    folder = Path(os.environ.get("TRACKER_DATA_DIR", ROOT / "var")).absolute() / "bench" / f"recomputing-{cases}"
    folder.mkdir(parents=True, exist_ok=True)
    url = hold_postgres(folder)
    database = Database(url)
    use_store(DefinitionStore(database))
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        if not (folder / "filled").exists():
            print(f"filling a database with {len(PARTIES) * cases:,} clocks …", file=sys.stderr, flush=True)
            fill(connection, cases)
            (folder / "filled").touch()
        number, months = change_rule(connection)
        connection.execute(
            "VACUUM ANALYZE follow_ups, followed_clocks, clock_moves, follow_up_changes, follow_up_plans"
        )
        began, batches = time.perf_counter(), 0
        while recompute_next(database):
            batches += 1
        seconds = time.perf_counter() - began
        return judged(connection, number, months, Recomputed(cases, len(PARTIES) * cases, seconds, batches, 0, 0, 0))


def fill(connection: psycopg.Connection[Any], cases: int) -> None:
    """Two people, the cases, an entry that starts four clocks in each, and what hangs on them."""
    for table in ("cases", "case_events", "follow_ups"):
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for name in ("one", "two"):
        connection.execute(
            "INSERT INTO people (id, email, name, active, language, time_zone, theme, must_change_password, created_at, version)"
            " VALUES (%s, %s, %s, true, 'en', 'UTC', 'auto', false, now(), 1)",
            (new_id(), f"{name}@example.org", name),
        )
    for statement in _FILLING:
        connection.execute(statement, {"cases": cases, "parties": list(PARTIES)})
    for table in ("cases", "case_events", "follow_ups"):
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    connection.execute("VACUUM ANALYZE")


_FILLING = (
    """INSERT INTO cases (id, sender, ref, reference, pathway, definition_version, title, summary, countries, level, details,
         created_at, activity_at, version, status, phase, flags, gap_count)
       SELECT gen_random_uuid(), 'local', 'R' || n, 'ICC-' || n, 'icc_referral', 1, 'Case ' || n, '', '{BY}',
              CASE WHEN n %% 10 = 0 THEN 'restricted' ELSE 'internal' END, '{}', now(), now(), 1, 'investigation_open', 'open', '{}', 0
         FROM generate_series(1, %(cases)s) AS n""",
    """INSERT INTO case_events (id, case_id, place, occurred_on, earliest, latest, move_said, status, facts, flags, summary,
         definition_version, entered_at)
       SELECT gen_random_uuid(), id, 1, '2024-01-02', '2024-01-02', '2024-01-02', false, 'preliminary_examination', '{}', '{}', '', 1, now()
         FROM cases""",
    """INSERT INTO case_events (id, case_id, place, occurred_on, earliest, latest, move_said, status, facts, flags, summary,
         definition_version, entered_at)
       SELECT gen_random_uuid(), c.id, 2, '2026-01-02', '2026-01-02', '2026-01-02', false, 'investigation_open',
              jsonb_build_object('received_on', (
                SELECT jsonb_object_agg(party, (date '2026-01-03' + substr(c.ref, 2)::integer %% 700 + place::integer)::text)
                  FROM unnest(%(parties)s::text[]) WITH ORDINALITY AS one (party, place))), '{}', '', 1, now()
         FROM cases c""",
    """INSERT INTO follow_ups (id, sender, ref, case_id, title, kind, status, due_on, due_version, created_at, version)
       SELECT gen_random_uuid(), 'local', c.ref || d.key, c.id, d.key, 'follow_up',
              CASE WHEN substr(c.ref, 2)::integer %% 50 = 7 THEN 'done' ELSE 'open' END,
              (d.value::date + interval '1 month')::date + CASE WHEN substr(c.ref, 2)::integer %% 20 = 3 THEN 1 ELSE 0 END, 1, now(), 1
         FROM cases c JOIN case_events e ON e.case_id = c.id AND e.status = 'investigation_open',
              jsonb_each_text(e.facts -> 'received_on') d""",
    """INSERT INTO followed_clocks (follow_up_id, rule_key, party, event_id, due_on, rule_version)
       SELECT f.id, 'rome_statute_18_2', f.title, e.id, ((e.facts -> 'received_on' ->> f.title)::date + interval '1 month')::date, 0
         FROM follow_ups f JOIN case_events e ON e.case_id = f.case_id AND e.status = 'investigation_open'""",
)


def change_rule(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """As two persons would: the next version, with the other period. Its number, and the months."""
    last = connection.execute(
        "SELECT number, (body ->> 'amount')::integer FROM clock_rule_versions WHERE rule_key = %s ORDER BY number DESC LIMIT 1",
        (RULE,),
    ).fetchone()
    number, months = (last[0] + 1, 3 - last[1]) if last is not None else (1, 2)
    shipped = body_of(own_rules()[RULE])
    asker, second = (row[0] for row in connection.execute("SELECT id FROM people ORDER BY email").fetchall())
    approval = new_id()
    connection.execute(
        "INSERT INTO approvals (id, kind, payload, digest, reason, asked_by_id, asked_at, expires_at, decision, decided_by_id,"
        " decided_at, done_at, version) VALUES (%s, 'clock_rule', '{}', '', 'Bench', %s, now(), now(), 'agreed', %s, now(), now(), 2)",
        (approval, asker, second),
    )
    said = (new_id(), RULE, number, Jsonb({**shipped, "amount": months}), Jsonb(shipped), asker, second, approval)
    connection.execute(
        "INSERT INTO clock_rule_versions (id, rule_key, number, what, body, shipped, reason, source, asked_by_id, agreed_by_id,"
        " approval_id, at) VALUES (%s, %s, %s, 'corrected', %s, %s, 'Bench', 'Bench', %s, %s, %s, now())",
        said,
    )
    connection.execute(
        "INSERT INTO clock_recomputations (id, rule_key, number, asked_at, total, done, moved, flagged, stopped, failed)"
        " VALUES (%s, %s, %s, now(), 0, 0, 0, 0, 0, 0)",
        (new_id(), RULE, number),
    )
    return number, months


def judged(connection: psycopg.Connection[Any], number: int, months: int, found: Recomputed) -> Recomputed:
    """`found` with what is counted in the tables afterwards."""
    row = connection.execute(_JUDGED, {"number": number, "months": months}).fetchone()
    assert row is not None
    clocks, moved, flagged, wrong = row
    missing = abs(found.clocks - clocks)
    return Recomputed(found.cases, found.clocks, found.seconds, found.batches, moved, flagged, wrong + missing)


_JUDGED = """
    WITH said AS (
      SELECT f.id, f.status, f.due_on, f.due_to_check, c.due_on AS clock_on, c.rule_version, l.old_on, l.new_on, l.is_by_hand, l.lines,
             ((e.facts -> 'received_on' ->> c.party)::date + make_interval(months => %(months)s))::date AS right_on,
             substr(k.ref, 2)::integer %% 20 = 3 AS by_hand, substr(k.ref, 2)::integer %% 50 = 7 AS over, h.changes
        FROM followed_clocks c JOIN follow_ups f ON f.id = c.follow_up_id JOIN cases k ON k.id = f.case_id JOIN case_events e ON e.id = c.event_id
        LEFT JOIN LATERAL (SELECT count(*) AS lines, min(old_on) AS old_on, min(new_on) AS new_on, bool_or(is_by_hand) AS is_by_hand
                             FROM clock_moves m WHERE m.follow_up_id = f.id AND m.cause = 'rule_changed' AND m.rule_version = %(number)s) l ON true
        LEFT JOIN LATERAL (SELECT count(*) AS changes FROM follow_up_changes x WHERE x.follow_up_id = f.id) h ON true)
    SELECT count(*), count(*) FILTER (WHERE NOT by_hand AND NOT over), count(*) FILTER (WHERE by_hand AND NOT over),
           count(*) FILTER (WHERE rule_version <> %(number)s OR clock_on <> right_on OR lines <> 1 OR new_on <> right_on OR old_on = new_on
             OR is_by_hand <> by_hand
             OR (NOT by_hand AND NOT over AND (due_on <> right_on OR changes <> %(number)s))
             OR (by_hand AND NOT over AND (due_to_check <> right_on OR changes <> %(number)s))
             OR (over AND changes <> 0))
      FROM said
"""


if __name__ == "__main__":
    main()
