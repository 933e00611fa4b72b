"""The long run: mails come due while everything around them breaks, then calm; then every mail is accounted for."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import psycopg

from chaos.broker_account import UNACKED, broker_faults, most_at_work
from chaos.doubt import Outage, in_doubt
from chaos.figures import Figures, memory
from chaos.ground import Ground
from chaos.mishaps import Mishaps
from chaos.order import Order
from chaos.sink.accept_log import Accepted
from chaos.sink.endings import Ending
from chaos.verdict import judge
from chaos.work import Work

LOOK_EVERY_S = 0.2
IMPORT_EVERY_S = 20.0
OF_EVERY_RUN = ("dot_drop_taken", "dot_drop", "answered_drop_taken") * 2


class Run:
    """One run on a ground of its own."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.work = Work(people=order.people)
        self.samples: dict[str, list[float]] = {}
        self.drained_s: float | None = None
        self.endings: dict[int, Ending] = {}

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
            self._wait_for_broker()
            figures = self._figures(began, keys_before)
            ground.stays = ground.stays or not figures.passed
            return figures

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
        self.endings |= self.ground.sink.endings()
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

    def _wait_for_broker(self) -> None:
        """Jobs of killed workers are handed out again when their time has passed; then nothing may be left of them."""
        end = time.monotonic() + self.order.broker_within_s
        processes = self.order.workers * self.order.concurrency
        while time.monotonic() < end:
            keys = self.ground.valkey.keys()
            if all(keys.get(name, 0) <= processes for name in UNACKED):
                return
            self._look_for(2.0)

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
        doubts = self._doubts(accepted)
        refused = sum(state["refusals"].values())
        verdict = judge(self.work.expected, self.work.silent, accepted, self.ledger.rows(), doubts.keys(), refused)
        keys_after = ground.valkey.keys()
        exits = ground.fleet.exits
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
            "in_doubt": dict(Counter(doubts.values())),
            "ended_by_themselves": len(exits),
            "worker_exits": exits,
            "broker_keys_before": keys_before,
            "broker_keys_after": keys_after,
            "memory_mb": memory(self.samples),
            "tables": self.ledger.sizes(),
            "ledger": self.ledger.statuses(),
        }
        faults = [*verdict.faults(askable=order.askable), *self._other_faults(keys_before, keys_after)]
        if faults or order.keep:
            told["folder"] = str(ground.folder)
        return Figures(order.as_json(), verdict, faults, told)

    def _doubts(self, accepted: list[Accepted]) -> dict[int, str]:
        """Which acceptances their senders may not know of, or could not write down, and why."""
        outages = [Outage(one.began, one.over) for one in self.mishaps.happened if one.what == "postgres_restart"]
        endings = self.endings | self.ground.sink.endings()
        return in_doubt(accepted, endings, self.ground.fleet.blows, outages)

    def _other_faults(self, keys_before: dict[str, int], keys_after: dict[str, int]) -> list[str]:
        order, faults = self.order, []
        killed = 0 if order.broker_within_s else sum(self.mishaps.counts().values())
        most = most_at_work(order.workers * order.concurrency, killed * order.concurrency)
        faults += broker_faults(keys_before, keys_after, most)
        if exits := self.ground.fleet.exits:
            faults.append(f"{len(exits)} processes ended by themselves")
        if self.drained_s is None:
            faults.append(f"not drained within {order.drain_within_s:.0f} s")
        return faults
