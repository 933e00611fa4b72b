"""Takes checks away and runs the tests that ask them: for what no request reaches, as letters, jobs and the shell.

`python -m tests.mutants.by_tests --found=FILE WORD … tests/integration/reminders …` judges the checks whose lines hold
one of the words and that nothing has noticed yet. Each test runs once first, and is noted which checks it asks.
PostgreSQL shows every row meanwhile; a test that does not hold then is left out. `--with-policies` leaves its policies
on, for tests that hold the rules against them (tests/integration/access/test_rules_alone.py).
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.found import Found, chosen_by
from tests.mutants.listing import POLICIES, Check, checks
from tests.mutants.running import ASKS, DOUBLED, is_in_view
from tests.mutants.taking_away import asked_for, forget_statements, taken_away
from tests.support.databases import TEMPLATE, TestCluster

MOST_TESTS = 200
MOST_SECONDS = 60.0
"""For one check."""
_TABLES = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'guards_writing'"


def main(words: list[str]) -> int:
    """Judge what is not caught yet."""
    paths = [word for word in words if word.startswith("tests/")]
    options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--"))
    said = [word for word in words if not word.startswith(("--", "tests/"))]
    found = Found(Path(options["found"]) if "found" in options else None)
    chosen = chosen_by(said)
    if "with-policies" not in options:
        _show_every_row()
    judge_by_tests(found.missing(chosen), found, paths)
    sys.stdout.write("\n".join(found.summary(chosen)) + "\n")
    return 1 if found.missing(chosen) else 0


def judge_by_tests(wanted: Sequence[Check], found: Found, paths: Sequence[str]) -> None:
    """Look at `wanted` with the tests in `paths`."""
    if wanted:
        pytest.main(["-q", "-n", "0", "--no-header", "-p", "no:warnings", *paths], plugins=[_Judge(wanted, found)])


def _show_every_row() -> None:
    """In the database that all tests of this process get a copy of."""
    before = TestCluster._make_template

    def make(self: TestCluster) -> None:
        before(self)
        with self.superuser(TEMPLATE) as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
            for (table,) in connection.execute(_GUARDED).fetchall():
                connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER guards_writing')

    TestCluster._make_template = make  # type: ignore[method-assign]


class _Place:
    """Stands for the next test: what is made for its module stays, what was made for others goes."""

    def __init__(self, item: pytest.Item) -> None:
        self._chain = [*item.listchain()[:-1], self]

    def listchain(self) -> list[Any]:
        return self._chain


class _Judge:
    """In place of running the tests."""

    def __init__(self, wanted: Sequence[Check], found: Found) -> None:
        self.wanted, self.found = wanted, found
        self.asked_by: dict[Check, list[pytest.Item]] = defaultdict(list)
        self.rows = {check for check in wanted if check.kind == "row"}
        self.seconds: dict[str, float] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("errors while collecting")
        self._note_what_is_asked(session.items)
        for number, check in enumerate(self.wanted, 1):
            begun = time.monotonic()
            noticed_by = self._judge(check)
            self.found.keep(check, noticed_by)
            said = f"caught by {noticed_by}" if noticed_by else f"NOT CAUGHT, {len(self.asked_by[check])} tests ask"
            _say(f"{number}/{len(self.wanted)} {time.monotonic() - begun:.1f} s {check} | {said}")
        return True

    def _note_what_is_asked(self, items: Iterable[pytest.Item]) -> None:
        asked: set[Check] = set()
        begun = time.monotonic()
        held = 0
        with asked_for(asked, self.wanted):
            for number, item in enumerate(items, 1):
                if number % 50 == 0:
                    _say(f"{number} tests, {time.monotonic() - begun:.0f} s")
                forget_statements()
                asked.clear()
                started = time.monotonic()
                if _passes(item):
                    held += 1
                    self.seconds[item.nodeid] = time.monotonic() - started
                    for check in asked | (self.rows if "unit/access/test_policy" in item.nodeid else set()):
                        self.asked_by[check].append(item)
        _say(
            f"{held} tests hold, {time.monotonic() - begun:.0f} s; {len(self.asked_by)} of {len(self.wanted)} are asked"
        )

    def _judge(self, check: Check) -> str:
        until = time.monotonic() + MOST_SECONDS
        items = sorted(self.asked_by[check], key=lambda item: self.seconds[item.nodeid])[:MOST_TESTS]
        layers: list[Sequence[Check]] = [()]
        if check.kind in DOUBLED:
            layers.append(_other_layer(check))
        for without in layers:
            for item in items:
                if time.monotonic() < until and self._notices(item, check, without):
                    return item.nodeid
        return ""

    def _notices(self, item: pytest.Item, check: Check, without: Sequence[Check]) -> bool:
        """Whether the test fails without it, and without that alone."""
        with taken_away(*(set(without) - {check}), check):
            if _passes(item):
                return False
        with taken_away(*(set(without) - {check})):
            return _passes(item)


def _other_layer(check: Check) -> list[Check]:
    doubled = (one for one in checks() if one.kind in (*ASKS, "entrance") and not POLICIES.fullmatch(one.path))
    return [one for one in doubled if is_in_view(one) != is_in_view(check)]


def _passes(item: Any) -> bool:
    place: Any = _Place(item)
    item.session._setupstate.teardown_exact(place)
    item._initrequest()
    reports = runtestprotocol(item, log=False, nextitem=place)
    return all(report.passed for report in reports)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
