"""The long run: mails come due while everything around them breaks, then calm; then every mail is accounted for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from chaos.ground import Ground, Pace
from chaos.mishaps import Mishaps, Wanted
from chaos.outside import OutsideGround
from chaos.sink.accept_log import Accepted
from chaos.verdict import Verdict, judge
from chaos.work import Work

LOOK_EVERY_S = 0.2
IMPORT_EVERY_S = 20.0
BLIND_S = 2.0
AT_WORK = {"celery", "unacked", "unacked_index", "unacked_mutex"}
"""Keys that are there while a job waits or runs."""
OF_EVERY_RUN = ("dot_drop_taken", "dot_drop", "answered_drop_taken") * 2


SHORT = {
    "reminders": 500, "kills": 6, "stops": 3, "broker_restarts": 1, "flushes": 2, "postgres_restarts": 2, "people": 2,
    "concurrency": 1, "lease": 8, "grace": 4, "tick": 3, "seconds": 24.0, "longest_stop": 14.0, "drain_within": 150.0,
}  # fmt: skip
"""The short form, as options: a few of everything within three minutes. After this time all faults are over, so that
no mail waits for a second, longer step of its backoff."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked for. `smtp_faults`: the share of mails that something goes wrong with while mishaps last."""

    reminders: int = 10_000
    mishaps: Wanted = field(default_factory=Wanted)
    smtp_faults: float = 0.1
    refusals: float = 0.01
    """At most so many of all mails are refused for good: those are dead, and accounted for."""
    workers: int = 2
    concurrency: int = 2
    beats: int = 2
    people: int = 10
    askable: bool = True
    seed: int = 1
    drain_within_s: float = 1800.0
    pace: Pace = field(default_factory=Pace)
    keep: Path | None = None
    outside: OutsideGround | None = None
    """The servers of somebody else's, instead of a ground of our own."""


@dataclass
class Figures:
    """What a run saw."""

    order: dict[str, Any]
    verdict: Verdict
    faults: list[str]
    told: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every bar was met."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """Everything, as the command prints it."""
        return {
            "passed": self.passed,
            "missed": self.faults,
            **self.verdict.as_json(),
            **self.told,
            "order": self.order,
        }


class Run:
    """One run on a ground of its own."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.work = Work(people=order.people)
        self.samples: dict[str, list[float]] = {}
        self.drained_s: float | None = None

    def carry_out(self) -> Figures:
        """Set up, break things, wait until all is sent, and judge."""
        plan = self._fault_plan()
        order = self.order
        own = Ground(askable=order.askable, pace=order.pace, keep=order.keep)
        with order.outside or own as ground:
            self.ground = ground
            self.already = ground.sink.count()
            self.ledger = ground.ledger(self.work)
            ground.fleet.add_workers(self.order.workers, self.order.concurrency)
            ground.fleet.add_beats(self.order.beats)
            ground.commands.make_people(self.work)
            self._wait_for_first_tick()
            keys_before = ground.valkey.keys()
            self.mishaps = Mishaps(self.order.mishaps, ground.fleet, self.order.seed, self._acts())
            ground.sink.misbehave(**plan)
            began = time.time()
            self.mishaps.begin()
            self._bring_work()
            calm_at = self._go_on_until_calm()
            ground.sink.misbehave(goes_on=True)
            self._drain(calm_at)
            return self._figures(began, keys_before)

    def _fault_plan(self) -> dict[str, Any]:
        most = int(self.order.reminders * self.order.refusals)
        pace = self.order.pace
        return {
            "chance": self.order.smtp_faults,
            # Whatever chance says, each run has what only the fence and the look-up can mend.
            "script": OF_EVERY_RUN if self.order.smtp_faults else (),
            "seed": self.order.seed,
            "most_refusals": most,
            # What the promise rests on: the relay tires of a silent client, and accepts, sooner than anybody asks it.
            "idle_s": (pace.lease_s + pace.grace_s) / 3,
            "slow_s": pace.grace_s / 3,
        }

    def _acts(self) -> dict[str, Any]:
        ground = self.ground
        return {
            "broker_restart": self._restart_broker,
            "flush": ground.valkey.flush,
            "postgres_restart": ground.postgres.restart_at_once,
            "relay_kill": self._restart_relay,
        }

    def _restart_broker(self) -> None:
        self.ground.valkey.stop(hard=True)
        self._look_for(2.0)
        self.ground.valkey.start()

    def _restart_relay(self) -> None:
        self.ground.sink.kill()
        self._look_for(1.0)
        self.ground.sink.start()
        self.ground.sink.misbehave(**self._fault_plan() | {"script": ()})

    # -- the hours of the run

    def _bring_work(self) -> None:
        """Import dossiers one after another, evenly over the time of mishaps, as an office brings in its work."""
        seconds = self.order.mishaps.seconds * 0.8
        folder = self.ground.folder / "dossiers"
        files = list(self.work.files(self.order.reminders, folder, max(1, int(seconds / IMPORT_EVERY_S))))
        self.ground.commands = type(self.ground.commands)(self.ground.commands.environment, self._look)
        pause = seconds / len(files)
        for number, file in enumerate(files):
            while time.monotonic() - self.mishaps.began < number * pause:
                self._look_for(LOOK_EVERY_S)
            self.ground.commands.take_in(file)

    def _go_on_until_calm(self) -> float:
        while not self.mishaps.is_over:
            self._look_for(LOOK_EVERY_S)
        return time.time()

    def _drain(self, calm_at: float) -> None:
        while time.time() - calm_at < self.order.drain_within_s:
            if self.ledger.unsettled() == 0:
                self.drained_s = time.time() - calm_at
                break
            self._look_for(1.0)
        # Whoever still holds a mail that was settled by another must have had the time to send it.
        self._look_for(self.order.pace.lease_s + self.order.pace.grace_s)

    def _wait_for_first_tick(self) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            self._look_for(LOOK_EVERY_S)
            if self.ledger.last_tick_s() is not None:
                return
        raise TimeoutError("no worker ticked: " + "".join(one.said()[-2000:] for one in self.ground.fleet.workers))

    def _look_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._look()
            time.sleep(LOOK_EVERY_S)

    def _look(self) -> None:
        """Be the process manager, the bad luck and the observer."""
        self.ground.fleet.look()
        if hasattr(self, "mishaps"):
            if not self._is_within_mishap:
                self._is_within_mishap = True
                try:
                    self.mishaps.look()
                finally:
                    self._is_within_mishap = False
            self._note_recoveries()
            self._let_relay_behave()
        for name, size in self.ground.fleet.memory_mb().items():
            self.samples.setdefault(name, []).append(size)

    _is_within_mishap = False
    _relay_behaves = False

    def _let_relay_behave(self) -> None:
        """When the time of mishaps is over the relay is well again, though imports may still be under way."""
        if not self._relay_behaves and time.monotonic() - self.mishaps.began > self.order.mishaps.seconds:
            self._relay_behaves = True
            self.ground.sink.misbehave(goes_on=True)

    def _note_recoveries(self) -> None:
        waiting = list(self.mishaps.waiting_to_recover())
        if not waiting:
            return
        try:
            age = self.ledger.last_tick_s()
        except psycopg.Error:
            return
        for one in waiting:
            if age is not None and time.time() - age > one.over:
                one.recovered_s = time.time() - age - one.over

    # -- the account

    def _figures(self, began: float, keys_before: dict[str, int]) -> Figures:
        ground, order = self.ground, self.order
        accepted = ground.sink.accepted(self.already)
        state = ground.sink.ask("/state")
        doubtful = set(in_doubt(ground.sink.ask("/doubts"), accepted, self.mishaps))
        refused = sum(state["refusals"].values())
        verdict = judge(self.work.expected, self.work.silent, accepted, self.ledger.rows(), doubtful, refused)
        keys_after = ground.valkey.keys()
        faults = verdict.faults(askable=order.askable)
        if new := keys_after.keys() - keys_before.keys() - AT_WORK:
            faults.append(f"new keys in the broker: {', '.join(sorted(new))}")
        if self.drained_s is None:
            faults.append(f"not drained within {order.drain_within_s:.0f} s")
        told = {
            "seconds": round(time.time() - began, 1),
            "drained_after_calm_s": None if self.drained_s is None else round(self.drained_s, 1),
            "mails_per_second": round(len(accepted) / max(accepted[-1].at - accepted[0].at, 1), 1) if accepted else 0,
            "mishaps": dict(self.mishaps.counts()),
            "recoveries": self.mishaps.recoveries(),
            "never_recovered": sum(1 for _ in self.mishaps.waiting_to_recover()),
            "smtp_faults": state["faults"],
            "refused_for_good": refused,
            "looked_up": state["looked_up"],
            "in_doubt": len(doubtful),
            "worker_exits": ground.fleet.exits,
            "broker_keys_before": keys_before,
            "broker_keys_after": keys_after,
            "broker_keys_new": sorted(keys_after.keys() - keys_before.keys() - AT_WORK),
            "memory_mb": memory(self.samples),
            "tables": self.ledger.sizes(),
            "ledger": self.ledger.statuses(),
        }
        return Figures(_told_order(order), verdict, faults, told)


def in_doubt(doubts: list[dict[str, Any]], accepted: list[Accepted], mishaps: Mishaps) -> Iterator[str]:
    """Message-IDs whose sender may not have learnt, or not have been able to write down, that they were accepted.

    The relay knows where it withheld its word or the client vanished behind it; PostgreSQL was away, or a worker stood
    still, for as long as the mishap lasted and some seconds around it.
    """
    for doubt in doubts:
        yield doubt["message_id"]
    blind = [one for one in mishaps.happened if one.what in ("postgres_restart", "stop")]
    for mail in accepted:
        if any(one.began - BLIND_S <= mail.at <= one.over + BLIND_S for one in blind):
            yield mail.message_id


def memory(samples: dict[str, list[float]]) -> dict[str, float]:
    """The largest resident size, and what the process that lived longest grew from its first quarter to its last."""
    if not samples:
        return {}
    longest = max(samples.values(), key=len)
    quarter = max(len(longest) // 4, 1)
    first, last = longest[:quarter], longest[-quarter:]
    return {
        "largest": round(max(max(sizes) for sizes in samples.values()), 1),
        "growth_of_oldest": round(sum(last) / len(last) - sum(first) / len(first), 1),
    }


def _told_order(order: Order) -> dict[str, Any]:
    return {
        "reminders": order.reminders,
        "relay": "askable" if order.askable else "opaque",
        "seed": order.seed,
        "workers": order.workers,
        "concurrency": order.concurrency,
        "beats": order.beats,
        "smtp_faults": order.smtp_faults,
        "lease_s": order.pace.lease_s,
        "grace_s": order.pace.grace_s,
        "tick_s": order.pace.tick_s,
    }
