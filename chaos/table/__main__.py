"""`python -m chaos.table [PATTERN…] [--json]`: play the rows whose names hold one of the patterns, or all."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from chaos.ground import Ground
from chaos.table import changes, kills, outages, refusals
from chaos.table.stage import PACE, Outcome, Stage

Row = tuple[str, Callable[[Stage, Outcome], None], str]


def all_rows() -> list[Row]:
    """Every row of the table."""
    return [*kills.rows(), *kills.rows_of_stops(), *outages.rows(), *refusals.rows(), *changes.rows()]


def play(rows: list[Row], keep: Path | None = None) -> list[Outcome]:
    """Play them one after another on one ground; each is told on stderr as it ends."""
    outcomes = []
    with Ground(through_proxies=True, pace=PACE, keep=keep) as ground:
        stage = Stage(ground)
        for name, act, condition in rows:
            outcome = Outcome(name, condition)
            began = time.monotonic()
            try:
                act(stage, outcome)
            except Exception as error:
                outcome.faults.append(f"{type(error).__name__}: {error}")
                traceback.print_exc()
            outcome.seconds = time.monotonic() - began
            stage.quiet()
            print(line_of(outcome), file=sys.stderr, flush=True)
            outcomes.append(outcome)
    return outcomes


def line_of(outcome: Outcome) -> str:
    """One line of the table."""
    why = outcome.skipped or "; ".join(outcome.faults)
    return f"{outcome.result:<8}{outcome.seconds:>6.0f} s  {outcome.row:<62}{why}"


def main(arguments: list[str]) -> int:
    words = argparse.ArgumentParser(prog="python -m chaos table", description=__doc__)
    words.add_argument("patterns", nargs="*", help="parts of the names of rows")
    words.add_argument("--list", action="store_true", help="only list the rows and their pass conditions")
    words.add_argument("--keep", type=Path, default=None, help="leave the logs in this folder")
    given = words.parse_args(arguments)
    rows = [row for row in all_rows() if not given.patterns or any(part in row[0] for part in given.patterns)]
    if given.list:
        print("\n".join(f"{name:<66}{condition}" for name, _, condition in rows))
        return 0
    outcomes = play(rows, given.keep)
    print("\n".join(line_of(outcome) for outcome in outcomes))
    print(json.dumps([outcome.as_json() for outcome in outcomes], indent=1))
    return 1 if any(outcome.faults for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
