"""kill -9 of the worker at each point of one mail's way, with a relay that can be asked and with one that can't."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from chaos.table.stage import PACE, Outcome, Stage

CLAIM = r"SET status = 'sending'"
FENCE = r"SET status = 'committing'"
SETTLE = r"SET status = \$\d.*settled_at"
MAILS = 5
CONDITION = "0 lost; 0 doubled with an askable relay; with an opaque one only the ambiguous, same Message-ID"


@dataclass(frozen=True, slots=True)
class Point:
    """Where the worker is when it is killed. `taken`: the relay has the mail by then, or takes it on afterwards."""

    name: str
    statement: str | None = None
    before: bool = True
    phase: str | None = None
    taken: bool = False


POINTS = (
    Point("before claim", CLAIM),
    Point("after claim", CLAIM, before=False),
    Point("in the middle of the body's offer", phase="data"),
    Point("before the fence", FENCE),
    Point("after the fence, before the dot", FENCE, before=False),
    Point("after the dot; the relay takes it", phase="dot", taken=True),
    Point("after the dot; the relay does not take it", phase="dot"),
    Point("after 250, before marking sent", SETTLE, taken=True),
    Point("after marking sent", SETTLE, before=False, taken=True),
)


def rows() -> Iterator[tuple[str, Callable[[Stage, Outcome], None], str]]:
    """Each point with each kind of relay, and what passes."""
    for askable in (True, False):
        for point in POINTS:
            name = f"kill -9 {point.name} ({'askable' if askable else 'opaque'})"
            yield name, partial(kill_at, point=point, askable=askable), CONDITION


def kill_at(stage: Stage, outcome: Outcome, *, point: Point, askable: bool) -> None:
    """The worker comes to the point with five mails before it, and is killed there; the next one sends them."""
    stage.fresh({} if askable else {"RELAY_LOOKUP_URL": None})
    work = stage.work()
    reach(stage, outcome, point, lambda: stage.bring(work, MAILS))
    stage.worker.kill()
    let_go(stage, point)
    stage.settle(outcome, work, askable=askable)


def reach(stage: Stage, outcome: Outcome, point: Point, begin: Callable[[], None]) -> None:
    """Have the worker stand at `point`."""
    stop = None
    if point.statement is not None:
        # The claim of an empty outbox looks like any other: it is waited for only once there is something to claim.
        if point.statement == CLAIM:
            stage.ground.to_postgres.stall()
            begin_with_stalled(stage, begin)
        stop = stage.ground.to_postgres.stop_at(point.statement, before=point.before)
        if point.statement == CLAIM:
            stage.ground.to_postgres.flows.set()
    else:
        stage.sink.order("/freeze", phase=point.phase)
    if point.statement != CLAIM:
        begin()
    reached = stop.reached.is_set if stop is not None else stage.held_by_relay
    outcome.told["reached_after_s"] = round(stage.until(reached, 60, f"never came to: {point.name}"), 1)


def begin_with_stalled(stage: Stage, begin: Callable[[], None]) -> None:
    """Bring the work while the worker's way to the database is stalled: commands have their own."""
    begin()
    stage.pass_time(0.2)


def let_go(stage: Stage, point: Point) -> None:
    """What the dead worker had on the wire is lost, but for what the relay had received whole."""
    stage.ground.to_postgres.cut()
    stage.ground.to_postgres.go()
    stage.sink.order("/release", hang_up=not point.taken)


def stopped_past_the_fence(stage: Stage, outcome: Outcome, *, seconds: float) -> None:
    """A worker stands still between fence and dot for longer than lease and grace; another one takes its mail over."""
    stage.fresh(workers=2)
    work = stage.work()
    point = Point("after the fence, before the dot", FENCE, before=False)
    reach(stage, outcome, point, lambda: stage.bring(work, MAILS))
    for member in stage.fleet.workers:
        member.signal(signal.SIGSTOP)
    # Whoever it was: the other one goes on.
    stage.ground.to_postgres.go()
    stage.fleet.workers[1].signal(signal.SIGCONT)
    stage.pass_time(seconds)
    stage.fleet.workers[0].signal(signal.SIGCONT)
    stage.settle(outcome, work)
    outcome.told["stopped_s"] = seconds


def rows_of_stops() -> Iterator[tuple[str, Callable[[Stage, Outcome], None], str]]:
    """SIGSTOP where it hurts most."""
    seconds = PACE.lease_s + PACE.grace_s + 6.0
    yield (
        "SIGSTOP past the fence for longer than lease + grace",
        partial(stopped_past_the_fence, seconds=seconds),
        ("0 lost, 0 doubled: the relay tires of a silent client before anybody else asks it"),
    )
