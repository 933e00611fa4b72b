"""The mishaps of a run at random moments: who is killed or stopped, which server goes down, how soon all is well."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chaos.doubt import Blow
from chaos.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of each mishap, and within how many seconds. `longest_stop_s`: of a SIGSTOP."""

    kills: int = 0
    stops: int = 0
    broker_restarts: int = 0
    flushes: int = 0
    postgres_restarts: int = 0
    relay_kills: int = 0
    seconds: float = 60.0
    longest_stop_s: float = 30.0

    def plan(self, chance: random.Random) -> list[tuple[float, str]]:
        """(seconds from the start, what), in order."""
        counts = {
            "kill": self.kills,
            "stop": self.stops,
            "broker_restart": self.broker_restarts,
            "flush": self.flushes,
            "postgres_restart": self.postgres_restarts,
            "relay_kill": self.relay_kills,
        }
        return sorted((chance.uniform(0, self.seconds), what) for what, count in counts.items() for _ in range(count))


@dataclass(slots=True)
class Happened:
    """One mishap: when it began and was over (Unix time), and when a tick was seen to work again after it."""

    what: str
    to_whom: str
    began: float
    over: float = 0.0
    recovered_s: float | None = None


@dataclass
class Mishaps:
    """Carries the plan out, step by step. `acts`: what each name does, beside what the fleet can do itself."""

    wanted: Wanted
    fleet: Fleet
    seed: int
    acts: dict[str, Callable[[], Any]]
    happened: list[Happened] = field(default_factory=list)
    _asleep: list[tuple[float, int, Blow, Happened]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._left = self.wanted.plan(self._chance)
        self.began = time.monotonic()

    def begin(self) -> None:
        """The clock of the plan starts now."""
        self.began = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether everything has happened and everybody is awake."""
        return not self._left and not self._asleep

    def look(self) -> None:
        """Do what is due now."""
        self._wake()
        while self._left and time.monotonic() - self.began >= self._left[0][0]:
            self._do(self._left.pop(0)[1])

    def waiting_to_recover(self) -> Iterator[Happened]:
        """What is over, and not yet known to be got over."""
        return (one for one in self.happened if one.over and one.recovered_s is None)

    def recoveries(self) -> dict[str, dict[str, float]]:
        """Seconds from the end of each mishap to the next tick that worked: the middle one and the longest."""
        found = {}
        for what in {one.what for one in self.happened}:
            seconds = sorted(
                one.recovered_s for one in self.happened if one.what == what and one.recovered_s is not None
            )
            if seconds:
                found[what] = {"median_s": round(seconds[len(seconds) // 2], 1), "longest_s": round(seconds[-1], 1)}
        return found

    def counts(self) -> Counter[str]:
        """How many of each there were."""
        return Counter(one.what for one in self.happened)

    def _do(self, what: str) -> None:
        happened = Happened(what, "", time.time())
        self.happened.append(happened)
        if what == "stop":
            self._stop(happened)
            return
        happened.to_whom = self.fleet.kill_one(self._chance) if what == "kill" else str(self.acts[what]() or "")
        happened.over = time.time()

    def _stop(self, happened: Happened) -> None:
        """SIGSTOP of one process of a worker, its parent or a child; SIGCONT some seconds later."""
        member = self._chance.choice(self.fleet.workers)
        pid = self._chance.choice([member.pid, *member.children()])
        blow = self.fleet.stop(pid)
        seconds = self._chance.uniform(0.5, self.wanted.longest_stop_s)
        happened.to_whom = f"{member.name} for {seconds:.1f} s"
        self._asleep.append((time.monotonic() + seconds, pid, blow, happened))

    def _wake(self) -> None:
        for entry in [one for one in self._asleep if one[0] <= time.monotonic()]:
            self._asleep.remove(entry)
            _, pid, blow, happened = entry
            self.fleet.wake(pid, blow)
            happened.over = time.time()
