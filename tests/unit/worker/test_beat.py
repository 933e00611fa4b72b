"""Beat by a clock that nobody can set."""

from __future__ import annotations

import time
from typing import Any

import pytest
import time_machine
from celery import Celery

from worker.beat import MOST_WAITING, SteadyScheduler


@pytest.fixture
def app() -> Celery:
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "tick": {"task": "worker.jobs.tick", "schedule": 60.0, "kwargs": {"origin": "beat"}},
        "tidy": {"task": "worker.jobs.tidy", "schedule": 3600.0},
    }
    app.conf.beat_max_loop_interval = 15
    return app


class Watch:
    """The monotonic clock, as a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("worker.beat.time.monotonic", lambda: self.now)


class Scheduler(SteadyScheduler):
    """Writes down what it would send; `waiting` messages are in the queue."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.sent: list[str] = []
        self.waiting = 0
        self.is_broken = False
        super().__init__(*args, **options)

    @property
    def producer(self) -> Any:
        return None

    def _waiting(self) -> int:
        if self.is_broken:
            raise ConnectionError
        return self.waiting

    def apply_async(self, entry: Any, **_: Any) -> None:
        self.sent.append(entry.name)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


@pytest.fixture
def beat(app: Celery, watch: Watch) -> Scheduler:
    return Scheduler(app=app, lazy=False)


def test_it_ticks_at_the_start_and_every_minute(beat: Scheduler, watch: Watch) -> None:
    for _ in range(13):
        assert 0 <= beat.tick() <= 15
        watch.now += 10
    assert beat.sent.count("tick") == 3 and beat.sent.count("tidy") == 1


@pytest.mark.parametrize("hours", [-1, 1, 72])
def test_a_clock_that_was_set_changes_nothing(hours: int, app: Celery, watch: Watch) -> None:
    with time_machine.travel(time.time() + 10_000, tick=False) as wall:
        beat = Scheduler(app=app, lazy=False)
        beat.tick()
        wall.shift(hours * 3600)
        for _ in range(6):
            watch.now += 10
            beat.tick()
    assert beat.sent.count("tick") == 2


def test_a_broker_that_does_not_take_it_is_asked_again_soon(beat: Scheduler, watch: Watch) -> None:
    beat.is_broken = True
    beat.tick()
    beat.is_broken = False
    watch.now += 5
    beat.tick()
    assert "tick" in beat.sent


def test_nothing_piles_up_while_no_worker_is_there(beat: Scheduler, watch: Watch) -> None:
    beat.waiting = MOST_WAITING
    for _ in range(5):
        watch.now += 60
        beat.tick()
    assert beat.sent == []
