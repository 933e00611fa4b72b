"""A worker that reckons days anew is killed, again and again: the next finishes it, and nothing is lost or twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bench.recomputing import PARTIES, Recomputed, change_rule, fill, judged
from embedded.postgres import SUPERUSER
from embedded.processes import wait_until
from tests.integration.worker.conftest import START_S, StartCelery
from tests.integration.worker.test_worker_stays import children_of

pytestmark = [pytest.mark.long, pytest.mark.own_database]

CASES = 3000
"""With four clocks each: some ten batches."""
FINISHES_S = 120

_IN_THE_MIDDLE = """
    SELECT f.case_id FROM followed_clocks c JOIN follow_ups f ON f.id = c.follow_up_id JOIN cases k ON k.id = f.case_id
     WHERE c.rule_version < %(number)s AND f.status = 'open' AND substr(k.ref, 2)::integer %% 20 <> 3
     ORDER BY c.ctid
    OFFSET (SELECT count(*) / 3 FROM followed_clocks WHERE rule_version < %(number)s) LIMIT 1
    """
_WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND application_name LIKE 'tracker%'
    """
_AT_WORK = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL
       AND application_name LIKE 'tracker%'
    """
_STANDING = """
    SELECT r.done, r.total, r.finished_at IS NOT NULL,
           (SELECT count(*) FROM followed_clocks WHERE rule_version = %(number)s),
           (SELECT count(*) FROM followed_clocks c JOIN follow_ups f ON f.id = c.follow_up_id
              JOIN cases k ON k.id = f.case_id
             WHERE c.rule_version = %(number)s AND k.level = 'internal'),
           (SELECT count(*) FROM clock_moves WHERE rule_version = %(number)s),
           (SELECT count(DISTINCT follow_up_id) FROM clock_moves WHERE rule_version = %(number)s),
           (SELECT count(*) FROM follow_ups WHERE due_version > 1)
      FROM clock_recomputations r WHERE r.number = %(number)s
    """


@dataclass(frozen=True)
class Standing:
    """How far the work is, as its row says it, and as the tables do. `open_marked`: of what all of the staff sees."""

    done: int
    total: int
    is_finished: bool
    marked: int
    open_marked: int
    lines: int
    with_a_line: int
    moved: int


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Sees every row, and every session."""
    with _connected(database_url) as connection:
        yield connection


def _connected(database_url: str) -> psycopg.Connection[Any]:
    address = make_url(database_url).set(drivername="postgresql", username=SUPERUSER)
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def standing(connection: psycopg.Connection[Any], number: int) -> Standing:
    row = connection.execute(_STANDING, {"number": number}).fetchone()
    assert row is not None
    return Standing(*row)


def counted(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def holding_a_case(database_url: str, connection: psycopg.Connection[Any], number: int) -> Iterator[None]:
    """Somebody saves a case that lies in the middle of what is left: who reckons it waits, its batch half written."""
    row = connection.execute(_IN_THE_MIDDLE, {"number": number}).fetchone()
    assert row is not None
    with _connected(database_url) as other, other.transaction():
        other.execute("SELECT id FROM cases WHERE id = %s FOR UPDATE", row)
        yield


def test_a_worker_killed_in_the_middle_of_reckoning_anew_leaves_it_to_the_next_which_finishes_it(
    connection: psycopg.Connection[Any], database_url: str, start_celery: StartCelery
) -> None:
    fill(connection, CASES)
    number, months = change_rule(connection)
    start_celery("beat")
    before = standing(connection, number)
    assert before == Standing(0, 0, False, 0, 0, 0, 0, 0)
    worker = start_celery()
    for kills_all in (True, True, False):
        with holding_a_case(database_url, connection, number):
            assert wait_until(lambda: counted(connection, _WAITING) == 1, START_S), worker.said
            if kills_all:
                worker.kill()
            else:
                (child,) = children_of(worker)
                os.kill(child, signal.SIGKILL)
        assert wait_until(lambda: counted(connection, _AT_WORK) == 0, 30), "what the dead one had begun ends"
        now = standing(connection, number)
        assert before.marked < now.marked < CASES * len(PARTIES), "killed in the middle"
        assert not now.is_finished
        assert now.marked == now.lines == now.with_a_line, "a batch is there as a whole, or not at all"
        assert now.done == now.open_marked < now.total == CASES * len(PARTIES) * 9 // 10
        before = now
        if kills_all:
            worker = start_celery()
    assert wait_until(lambda: standing(connection, number).is_finished, FINISHES_S), worker.said
    after = standing(connection, number)
    found = judged(connection, number, months, Recomputed(CASES, CASES * len(PARTIES), 0, 0, 0, 0, 0))
    assert found.wrong == 0, "every day, flag and line is right"
    assert after.lines == after.with_a_line == CASES * len(PARTIES), "no line is missing, none is there twice"
    assert after.done == after.total == CASES * len(PARTIES) * 9 // 10
    assert found.moved == after.moved
    said = connection.execute("SELECT moved, flagged, stopped, failed FROM clock_recomputations").fetchone()
    assert said == _expected()


def _expected() -> tuple[int, int, int, int]:
    """What the page says, of cases that all of the staff sees: by the numbers that `fill` goes by."""
    shown = [number for number in range(1, CASES + 1) if number % 10 and number % 50 != 7]
    by_hand = sum(number % 20 == 3 for number in shown)
    return (len(shown) - by_hand) * len(PARTIES), by_hand * len(PARTIES), 0, 0
