"""The broker emptied, stopped and restarted, workers that stand still, PostgreSQL restarted the hard way."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

from chaos.table.stage import CONSUMING_WITHIN_S, PACE, Outcome, Stage

BROKER_CONDITION = "0 lost; consuming again in <= 60 s without a hand; backlog gone in <= 120 s"
SHORTENED = 10
MAILS = 20


def _consuming_again(stage: Stage, outcome: Outcome, since: float) -> None:
    try:
        stage.until(lambda: stage.ticked_since(since), CONSUMING_WITHIN_S, "not consuming again")
        outcome.told["consuming_after_s"] = round(time.time() - since, 1)
    except TimeoutError as late:
        outcome.faults.append(str(late))


def flushall(stage: Stage, outcome: Outcome) -> None:
    """Queue and bindings vanish three times while mails go out."""
    stage.fresh()
    work = stage.work()
    for _ in range(3):
        stage.bring(work, MAILS // 3)
        stage.ground.valkey.flush()
    since = time.time()
    _consuming_again(stage, outcome, since)
    stage.settle(outcome, work)
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def broker_away(stage: Stage, outcome: Outcome) -> None:
    """The broker is gone for ten minutes, here a tenth of that; work comes in meanwhile."""
    stage.fresh()
    work = stage.work()
    stage.ground.valkey.stop(hard=True)
    began = time.monotonic()
    stage.bring(work, MAILS)
    stage.pass_time(600 / SHORTENED - (time.monotonic() - began))
    stage.ground.valkey.start()
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)
    outcome.told["shortened"] = f"{600 // SHORTENED} s instead of 600 s"
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def broker_gone_in_a_job(stage: Stage, outcome: Outcome) -> None:
    """The broker goes while the only worker is busy, and is still away when the job is done and should be told so."""
    stage.fresh()
    work = stage.work()
    stage.sink.order("/freeze", phase="dot")
    stage.bring(work, MAILS)
    stage.until(stage.held_by_relay, 60, "nobody came to the dot")
    stage.ground.valkey.stop(hard=True)
    stage.sink.order("/release")
    stage.until(lambda: bool(stage.accepted()), 60, "the mail at hand was not sent")
    stage.pass_time(5)  # the job ends, and whoever holds it can tell nobody
    stage.ground.valkey.start()
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def broker_restarts(stage: Stage, outcome: Outcome) -> None:
    """Five restarts, one after another."""
    stage.fresh()
    work = stage.work()
    for _ in range(5):
        stage.bring(work, MAILS // 5)
        stage.ground.valkey.stop(hard=True)
        stage.pass_time(1)
        stage.ground.valkey.start()
        stage.pass_time(1)
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def broker_unreachable(stage: Stage, outcome: Outcome) -> None:
    """The network to the broker is stalled, without a word, then cut."""
    stage.fresh()
    work = stage.work()
    stage.ground.to_valkey.stall()
    stage.bring(work, MAILS)
    stage.pass_time(20)
    stage.ground.to_valkey.cut()
    stage.ground.to_valkey.go()
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)


def standing_still(stage: Stage, outcome: Outcome) -> None:
    """The only worker stands still for 30 s, longer than its lease, with mails in its hands."""
    stage.fresh()
    work = stage.work()
    stage.ground.to_relay.latency_s = 0.2  # so that it is in the middle of them
    stage.bring(work, MAILS)
    stage.until(lambda: bool(stage.accepted()), 60, "nothing sent")
    stage.worker.signal(signal.SIGSTOP)
    stage.pass_time(30)
    stage.ground.to_relay.latency_s = 0
    stage.worker.signal(signal.SIGCONT)
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def postgres_restarts(stage: Stage, outcome: Outcome) -> None:
    """Five times `pg_ctl stop -m immediate` and start while mails go out slowly."""
    stage.fresh(workers=2)
    work = stage.work()
    stage.bring(work, 2 * MAILS)
    stage.ground.to_relay.latency_s = 0.05
    for _ in range(5):
        stage.bring(work, 4)
        stage.ground.postgres.restart_at_once()
        stage.pass_time(1.5)
    stage.ground.to_relay.latency_s = 0
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)
    outcome.want(not stage.fleet.exits, f"exits: {stage.fleet.exits}")


def postgres_stalled(stage: Stage, outcome: Outcome) -> None:
    """The network to PostgreSQL is pulled for longer than the lease while mails go out, then cut."""
    stage.fresh(workers=2)
    work = stage.work()
    stage.ground.to_relay.latency_s = 0.1
    stage.bring(work, MAILS)
    stage.until(lambda: bool(stage.accepted()), 60, "nothing sent")
    stage.ground.to_postgres.stall()
    stage.pass_time(PACE.lease_s + 2)
    stage.ground.to_postgres.cut()
    stage.ground.to_postgres.go()
    stage.ground.to_relay.latency_s = 0
    _consuming_again(stage, outcome, time.time())
    stage.settle(outcome, work)


def many_beats(stage: Stage, outcome: Outcome) -> None:
    """Two beats, three workers that plan and send, and an operator who ticks by hand."""
    stage.fresh(workers=3, beats=2)
    work = stage.work()
    stage.bring(work, 2 * MAILS)
    stage.ground.commands.tick()
    verdict = stage.settle(outcome, work)
    rows = stage.ledger(work).rows()
    outcome.want(len(rows) == len(work.expected), f"{len(rows)} rows for {len(work.expected)} reminders")
    outcome.want(verdict.accepted == len(work.expected), f"{verdict.accepted} mails for {len(work.expected)} reminders")


def rows() -> Iterator[tuple[str, Callable[[Stage, Outcome], None], str]]:
    """Outages, and what passes."""
    yield "FLUSHALL x 3", flushall, BROKER_CONDITION
    yield "broker stopped 10 min (a tenth of it)", broker_away, BROKER_CONDITION
    yield "broker stopped while a job ends", broker_gone_in_a_job, BROKER_CONDITION
    yield "broker restarted x 5", broker_restarts, BROKER_CONDITION
    yield "network to the broker stalled, then cut", broker_unreachable, BROKER_CONDITION
    yield "30 s SIGSTOP", standing_still, BROKER_CONDITION
    yield "PostgreSQL immediate restart x 5", postgres_restarts, "0 lost, 0 doubled; no worker exits"
    yield "network to PostgreSQL stalled past the lease, then cut", postgres_stalled, "0 lost, 0 doubled"
    yield "two beats, three planners", many_beats, "exactly the expected rows"
