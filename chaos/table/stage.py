"""Where the rows of the table are played: one ground for all, proxies between everything, fresh work for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chaos.fleet import Member
from chaos.ground import Ground, Pace
from chaos.ledger import Ledger
from chaos.sink.accept_log import Accepted
from chaos.verdict import Verdict, judge
from chaos.work import Work

PACE = Pace(lease_s=9, grace_s=5, tick_s=3)
GONE_WITHIN_S = 120.0
CONSUMING_WITHIN_S = 60.0


@dataclass
class Outcome:
    """What a row showed. `faults`: what the pass condition wanted and was not so; `skipped`: why it was not played."""

    row: str
    condition: str
    faults: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    skipped: str = ""
    seconds: float = 0.0

    @property
    def result(self) -> str:
        """One word for the table."""
        return "skipped" if self.skipped else "FAILED" if self.faults else "passed"

    def want(self, holds: bool, otherwise: str) -> None:
        """Note a fault unless it holds."""
        if not holds:
            self.faults.append(otherwise)

    def as_json(self) -> dict[str, Any]:
        """For the figures."""
        said = {"row": self.row, "condition": self.condition, "result": self.result, "seconds": round(self.seconds, 1)}
        return said | ({"skipped": self.skipped} if self.skipped else {"faults": self.faults, **self.told})


class Stage:
    """Helps rows: fresh work, fresh workers, waiting, judging."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.fleet = ground.fleet
        self.sink = ground.sink
        self._people: list[str] = []
        self._accepted_before = 0
        self._given_before = 0

    # -- the beginning of a row

    def fresh(
        self,
        environment: Mapping[str, str | None] | None = None,
        *,
        workers: int = 1,
        beats: int = 1,
        goes_on: bool = False,
    ) -> None:
        """End whoever works, put servers and relay right, and start `workers` and `beats`.

        `environment`: what they find changed in it, None: missing. `goes_on`: the row is still the same one, and what
        the relay took in it counts.
        """
        self.quiet()
        if not goes_on:
            self._forget_older_work()
        changed = {**self.ground.environment(), **(environment or {})}
        self.fleet.environment = {name: value for name, value in changed.items() if value is not None}
        self.fleet.exits.clear()
        self.sink.misbehave(idle_s=self.idle_s, offers_starttls=False, slow_s=PACE.grace_s / 3)
        if not goes_on:
            self._accepted_before = self.sink.count()
            self._given_before = self._all_given()
        if workers:
            self.fleet.add_workers(workers)
            self.fleet.add_beats(beats)
            began = time.time()
            self.until(lambda: self.ticked_since(began), 90, "no worker ticked")

    def _forget_older_work(self) -> None:
        """A row is judged by its own mails: what an older one left undone must not go out in it."""
        with self.ground.postgres.connect() as connection:
            connection.execute("DELETE FROM reminders")
            connection.execute("UPDATE follow_ups SET status = 'done', completed_on = due_on, next_plan_at = NULL")

    def quiet(self) -> None:
        """Nobody works, everything passes."""
        self.fleet.close()
        self.fleet.members.clear()
        for proxy in (self.ground.to_postgres, self.ground.to_valkey, self.ground.to_relay):
            proxy.latency_s = 0.0
            proxy.cut()
            proxy.go()
        self.sink.order("/release", hang_up=True)

    @property
    def idle_s(self) -> float:
        """After so long the relay hangs up on a client that says nothing within DATA; shorter than lease + grace."""
        return (PACE.lease_s + PACE.grace_s) / 3

    def work(self) -> Work:
        """Work of its own for a row, for the same two colleagues: accounts take longest to make."""
        work = Work(people=2)
        if not self._people:
            self._people = work.emails()
            self.ground.commands.make_people(work)
        work.addresses = self._people
        return work

    def bring(self, work: Work, count: int) -> None:
        """Import `count` follow-ups that are due now; they are planned by the import."""
        for file in work.files(len(work.expected) + count, self.ground.folder / "dossiers"):
            self.ground.commands.take_in(file)

    def plan_only(self) -> None:
        """A tick without a relay: it plans, and sends nothing."""
        commands = self.ground.commands
        silent = {name: value for name, value in commands.environment.items() if not name.startswith(("SMTP", "RELAY"))}
        type(commands)(silent).tick()

    def given(self) -> int:
        """How many faults the relay has given since the row began."""
        return self._all_given() - self._given_before

    def _all_given(self) -> int:
        faults: dict[str, int] = self.sink.ask("/state")["faults"]
        return sum(faults.values())

    # -- waiting

    def until(self, condition: Callable[[], bool], seconds: float, otherwise: str) -> float:
        """Seconds until `condition`; looks after the fleet meanwhile. Raises TimeoutError."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"{otherwise} within {seconds:.0f} s")
            self.fleet.look()
            time.sleep(0.1)
        return time.monotonic() - began

    def pass_time(self, seconds: float) -> None:
        """Look after the fleet for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.fleet.look()
            time.sleep(0.1)

    def ticked_since(self, instant: float) -> bool:
        """Whether a tick was seen after `instant` (Unix time)."""
        age = self.ground.ledger(Work()).last_tick_s()
        return age is not None and time.time() - age > instant

    def drained(self, work: Work, seconds: float) -> float:
        """Seconds until all that is due is sent or dead; then as long again as a straggler could need."""
        ledger = self.ledger(work)
        took = self.until(lambda: ledger.unsettled() == 0, seconds, f"not drained, {ledger.statuses()},")
        self.pass_time(PACE.grace_s)
        return took

    def held_by_relay(self) -> bool:
        """Whether the relay holds somebody where it was told to."""
        return bool(self.sink.ask("/state")["held"])

    # -- the account

    def ledger(self, work: Work) -> Ledger:
        """The outbox of this row."""
        return self.ground.ledger(work)

    def accepted(self) -> list[Accepted]:
        """What the relay took since the row began."""
        return self.sink.accepted(self._accepted_before)

    def doubtful(self) -> set[int]:
        """Acceptances whose sender may not know of them: the relay's word was not said, or nobody went on behind it.

        A row does one thing wrong by itself, so that nobody needs to be asked who was struck when.
        """
        return {number for number, ending in self.sink.endings().items() if ending.is_open}

    def verdict(self, work: Work, most_refused: int = 0) -> Verdict:
        """Hold the row's input against what the relay took."""
        return judge(
            work.expected,
            work.silent,
            self.accepted(),
            self.ledger(work).rows(),
            self.doubtful(),
            most_refused,
        )

    def settle(self, outcome: Outcome, work: Work, *, askable: bool = True, seconds: float = GONE_WITHIN_S) -> Verdict:
        """Wait for the end, judge, and put the figures into the outcome."""
        try:
            outcome.told["drained_s"] = round(self.drained(work, seconds), 1)
        except TimeoutError as late:
            outcome.faults.append(str(late))
        verdict = self.verdict(work)
        outcome.faults += verdict.faults(askable=askable)
        for name in ("expected", "accepted", "lost", "doubled", "ambiguous_doubled"):
            outcome.told[name] = verdict.as_json()[name]
        return verdict

    @property
    def worker(self) -> Member:
        """The first worker."""
        return self.fleet.workers[0]
