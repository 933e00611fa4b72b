"""`python -m chaos`: the long run. `python -m chaos table`: every row of the fault table. `python -m chaos soak`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from chaos.ground import Pace
from chaos.mishaps import Wanted
from chaos.order import SHORT, Order
from chaos.outside import OutsideGround
from chaos.run import Run
from chaos.soak import main as soak
from chaos.table.__main__ import main as table


def order_of(given: argparse.Namespace) -> Order:
    """The order that a command line gives."""
    mishaps = Wanted(
        kills=given.kills,
        stops=given.stops,
        broker_restarts=given.broker_restarts,
        flushes=given.flushes,
        postgres_restarts=given.postgres_restarts,
        relay_kills=given.relay_kills,
        seconds=given.seconds or max(60.0, 6.0 * given.kills),
        longest_stop_s=given.longest_stop,
    )
    pace = Pace(given.lease, given.grace, given.tick)
    outside = None
    if given.external:
        outside = OutsideGround(pace, given.postgres_restart_command, given.broker_restart_command, given.keep)
    return Order(
        reminders=given.reminders,
        mishaps=mishaps,
        smtp_faults=given.smtp_faults,
        workers=given.workers,
        concurrency=given.concurrency,
        beats=given.beats,
        people=given.people,
        askable=given.relay == "askable",
        seed=given.seed,
        drain_within_s=given.drain_within,
        broker_within_s=given.broker_within,
        pace=pace,
        outside=outside,
        keep=given.keep,
    )


def words_of_run(words: argparse.ArgumentParser) -> None:
    """The options of a run, with the figures of the long one as defaults."""
    for name, default in (
        ("reminders", 10_000), ("kills", 100), ("stops", 40), ("broker-restarts", 5), ("flushes", 5),
        ("postgres-restarts", 5), ("relay-kills", 0), ("workers", 2), ("concurrency", 2), ("beats", 2), ("people", 10),
        ("seed", 1), ("lease", 12), ("grace", 6), ("tick", 5),
    ):  # fmt: skip
        words.add_argument(f"--{name}", type=int, default=default)
    words.add_argument("--smtp-faults", type=float, default=0.1, help="share of mails that something goes wrong with")
    words.add_argument("--relay", choices=("askable", "opaque"), default="askable")
    words.add_argument("--seconds", type=float, default=None, help="how long mishaps last; else six for each kill")
    words.add_argument("--longest-stop", type=float, default=30.0, help="seconds of the longest SIGSTOP")
    words.add_argument("--drain-within", type=float, default=1800.0, help="seconds after the last mishap")
    words.add_argument("--broker-within", type=float, default=400.0, help="seconds until killed workers' jobs are gone")
    words.add_argument("--external", action="store_true", help="on the servers that DATABASE_URL and so on name")
    words.add_argument("--postgres-restart-command", default=None, help="with --external: stops it hard and starts it")
    words.add_argument("--broker-restart-command", default=None, help="with --external: restarts the broker")
    words.add_argument("--keep", type=Path, default=None, help="leave the logs and the accept log in this folder")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["table"]:
        return table(arguments[1:])
    if arguments[:1] == ["soak"]:
        return soak(arguments[1:])
    words = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    words_of_run(words)
    words.add_argument("--short", action="store_true", help="the defaults of the short form")
    if "--short" in arguments:
        words.set_defaults(**SHORT)
    figures = Run(order_of(words.parse_args(arguments))).carry_out()
    print(json.dumps(figures.as_json(), indent=1))
    return 0 if figures.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
