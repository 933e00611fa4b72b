"""`python -m chaos soak`: thirty simulated days, and as many ticks through a real broker and worker; nothing may grow.

Lateness is that of the simulated grid of ticks: from the moment at which a mail was to go (or was planned, if that came
later) to the moment at which it was settled.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from chaos.ground import ROOT, Ground, Pace
from chaos.sink.accept_log import Accepted
from chaos.work import Work
from tracker.reminders.nudge import through_broker

LATE_S = 90.0
STEADY = ("sightings", "mail_pace", "reminder_plans")
"""Tables that hold what is, not what was: after half of the days as large as at the end."""
MOST_FOR_A_CHANGE = {"reminders": 8, "audit_entries": 2}
"""Rows that stay of a follow-up that came, was moved or was done: its dates and what comes of them; who did it."""
MOST_FOR_A_DAY = 10
"""Rows that stay of a day without any change: the import itself, digests."""
PEOPLE = 5
_LATENESS = """
SELECT extract(epoch FROM r.settled_at - greatest(r.scheduled_at, r.created_at)) FROM reminders r
WHERE r.status = 'sent' AND r.via = 'mail'
"""


def soak(days: int, count: int, ticks: int, seed: int, keep: Path | None) -> tuple[dict[str, Any], list[str]]:
    """The figures, and the bars that were missed."""
    work = Work(people=PEOPLE)
    with Ground(pace=Pace(60, 30, 60), keep=keep) as ground:
        ground.commands.make_people(work)
        keys = through_a_broker(ground, ticks)
        asked = {"addresses": work.emails(), "run": work.run, "days": days, "count": count, "seed": seed}
        words = [sys.executable, "-W", "ignore", "-m", "chaos.soak_days", str(ground.folder), json.dumps(asked)]
        began = time.monotonic()
        said = subprocess.run(
            words, cwd=ROOT, env=dict(ground.commands.environment), check=True, stdout=subprocess.PIPE, text=True
        )
        story = json.loads(said.stdout)
        late = sorted(max(0.0, float(row[0])) for row in ground.ledger(work).query(_LATENESS))
        statuses = dict(ground.ledger(work).query("SELECT status, count(*) FROM reminders GROUP BY status"))
        accepted = ground.sink.accepted()
    figures = {
        "days": days,
        "seconds": round(time.monotonic() - began, 1),
        "ticks": story["ticks"],
        "tick_ms": round(1000 * story["ticks_s"] / story["ticks"], 1),
        "mails": len(accepted),
        "rows": statuses,
        "late_p99_s": late[int(len(late) * 0.99)] if late else None,
        "late_most_s": late[-1] if late else None,
        "sizes_on_day": {str(day): story["sizes"][day] for day in (0, len(story["sizes"]) // 2, -1)},
        "changes": story["changes"],
        "waiting_for_done_work": story["leftovers"],
        **keys,
    }
    return figures, missed(figures, accepted, story["due"])


def through_a_broker(ground: Ground, ticks: int) -> dict[str, Any]:
    """Nudge a real worker again and again, as commits do; what stands in the broker before and after."""
    ground.fleet.add_workers(1)
    _wait_until_ready(ground)
    nudge = through_broker(ground.valkey.url)
    before: dict[str, int] = {}
    for number in range(ticks):
        nudge()
        if number == min(20, ticks // 2):
            _wait_until_empty(ground)
            before = ground.valkey.keys()
        time.sleep(0.005)
    _wait_until_empty(ground)
    after, memory = ground.valkey.keys(), ground.fleet.memory_mb()
    ground.fleet.close()
    ground.fleet.members.clear()
    return {
        "nudges": ticks,
        "broker_keys_before": before,
        "broker_keys_after": after,
        "worker_mb": max(memory.values()),
    }


def missed(figures: dict[str, Any], accepted: list[Accepted], due: dict[str, str]) -> list[str]:
    """The bars that the figures miss."""
    faults = []
    if figures["late_p99_s"] is None or figures["late_p99_s"] >= LATE_S:
        faults.append(f"p99 lateness of {figures['late_p99_s']} s")
    if figures["broker_keys_before"] != figures["broker_keys_after"]:
        faults.append("the broker's keys changed")
    faults += unexplained_growth(figures)
    if doubled := [times for times in Counter(mail.message_id for mail in accepted).values() if times > 1]:
        faults.append(f"{len(doubled)} mails went twice")
    on_the_day = Counter(token for mail in accepted for token in mail.tokens if f"due {due.get(token)}" in mail.subject)
    if silent := [token for token in due if not on_the_day[token]]:
        faults.append(f"{len(silent)} follow-ups came due without a mail that names the day: {silent[:5]}")
    return faults


def unexplained_growth(figures: dict[str, Any]) -> list[str]:
    """Tables that grew by more than was done, and rows that wait for what will never come."""
    first, middle, last = figures["sizes_on_day"].values()
    faults = [f"{name} grew to {last[name]} rows" for name in STEADY if last[name] > middle[name]]
    for name, most in MOST_FOR_A_CHANGE.items():
        grown, allowed = last[name] - first[name], most * figures["changes"] + MOST_FOR_A_DAY * figures["days"]
        if grown > allowed:
            faults.append(f"{name} grew by {grown} rows, {figures['changes']} changes explain {allowed}")
    if waiting := figures["waiting_for_done_work"]:
        faults.append(f"{waiting} reminders wait for work that is done")
    return faults


def _wait_until_ready(ground: Ground) -> None:
    end = time.monotonic() + 60
    while "ready." not in ground.fleet.workers[0].said() and time.monotonic() < end:
        time.sleep(0.2)


def _wait_until_empty(ground: Ground) -> None:
    """No job waits or runs: neither the queue nor what was not acknowledged has anything in it."""
    end = time.monotonic() + 120
    while {"celery", "unacked"} & ground.valkey.keys().keys() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.5)


def main(arguments: list[str]) -> int:
    words = argparse.ArgumentParser(prog="python -m chaos soak", description=__doc__)
    words.add_argument("--days", type=int, default=30)
    words.add_argument("--follow-ups", type=int, default=500, help="open at any time")
    words.add_argument("--nudges", type=int, default=5000, help="ticks through a real broker and worker")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--keep", type=Path, default=None, help="leave the logs in this folder")
    given = words.parse_args(arguments)
    figures, faults = soak(given.days, given.follow_ups, given.nudges, given.seed, given.keep)
    print(json.dumps({"passed": not faults, "missed": faults, **figures}, indent=1))
    return 1 if faults else 0
