"""Workers and beats as a process manager keeps them: what ends is started again, and who ended it is written down."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chaos.doubt import Blow
from chaos.victims import pids_of_group, ports_of
from embedded.processes import send_signal, tied_to_parent

ROOT = Path(__file__).resolve().parent.parent
LAST_WORDS = 3
"""So many of the last complaints of a process that ended by itself are told."""


@dataclass
class Member:
    """One supervised process and its children."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    was_ended_by_us: bool = False
    starts: int = 0

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self.process is not None
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def children(self) -> list[int]:
        """The processes that do its work, none for a beat."""
        try:
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        except OSError:
            return []

    def said(self) -> str:
        """What it wrote to its log."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def last_words(self) -> str:
        """Its last complaints, or its last line where it had none."""
        lines = self.said().splitlines()
        complaints = [line for line in lines if "level='critical'" in line or "Error" in line]
        return " | ".join((complaints or lines)[-LAST_WORDS:])

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in a process group of its own."""
        self.was_ended_by_us = False
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(environment),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGKILL),
            )

    def kill(self) -> None:
        """kill -9 of the whole group, as when its host goes down."""
        self.was_ended_by_us = True
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(20)

    def signal(self, sent: signal.Signals) -> None:
        """Signal the whole group."""
        try:
            os.killpg(self.pid, sent)
        except ProcessLookupError:
            pass


@dataclass
class Fleet:
    """All workers and beats of a run. Call `look` often, from the main thread."""

    environment: dict[str, str]
    folder: Path
    members: list[Member] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    """Ends that nobody here brought about, with the last words."""
    blows: list[Blow] = field(default_factory=list)
    """Every kill -9 and SIGSTOP of ours."""
    restarts_after_s: float = 0.5
    _due: dict[str, float] = field(default_factory=dict)

    def add_workers(self, count: int, concurrency: int = 1) -> None:
        """Start workers, each a `celery -A worker.app worker` of its own."""
        for _ in range(count):
            name = f"worker{len(self.workers) + 1}"
            words = ["worker", "--concurrency", str(concurrency), "--hostname", f"{name}@%h", "--loglevel", "INFO"]
            self._add(name, words)

    def add_beats(self, count: int) -> None:
        """Start beats, each a `celery -A worker.app beat` of its own."""
        for _ in range(count):
            self._add(f"beat{len(self.beats) + 1}", ["beat", "--pidfile=", "--loglevel", "INFO"])

    @property
    def workers(self) -> list[Member]:
        """The workers."""
        return [member for member in self.members if member.name.startswith("worker")]

    @property
    def beats(self) -> list[Member]:
        """The beats."""
        return [member for member in self.members if member.name.startswith("beat")]

    def look(self) -> None:
        """Start again what ended, a moment after it did."""
        for member in self.members:
            if member.is_alive:
                continue
            if member.name not in self._due:
                self._due[member.name] = time.monotonic() + self.restarts_after_s
                if not member.was_ended_by_us:
                    code = member.process.returncode if member.process is not None else None
                    self.exits.append(f"{member.name} ended by itself with {code}: {member.last_words()}")
            elif time.monotonic() >= self._due[member.name]:
                del self._due[member.name]
                self._end_group(member)
                member.start(self.environment)

    def kill_one(self, chance: random.Random) -> str:
        """kill -9 of a worker at random: its parent, one of its children, or all of them; who it was."""
        member = chance.choice([one for one in self.workers if one.is_alive] or self.workers)
        children = member.children()
        what = chance.choice(("group", "parent", "child"))
        if what == "child" and children:
            victim = chance.choice(children)
            self._note_kill([victim])
            send_signal(victim, signal.SIGKILL)
        elif what == "parent" and member.is_alive:
            self._note_kill(pids_of_group(member.pid))  # the kernel takes its children with it
            member.was_ended_by_us = True
            send_signal(member.pid, signal.SIGKILL)
        else:
            self._note_kill(pids_of_group(member.pid))
            member.kill()
        return f"{what} of {member.name}"

    def stop(self, pid: int) -> Blow:
        """SIGSTOP of one process; `wake` it again."""
        began = time.time()
        send_signal(pid, signal.SIGSTOP)
        blow = Blow(began, math.inf, ports_of([pid]))
        self.blows.append(blow)
        return blow

    def wake(self, pid: int, blow: Blow) -> None:
        """SIGCONT."""
        blow.over = time.time()
        send_signal(pid, signal.SIGCONT)

    def memory_mb(self) -> dict[str, float]:
        """Resident memory of every process that does work, in megabytes."""
        sizes = {}
        for member in self.members:
            for pid in [member.pid, *member.children()]:
                if size := _resident_mb(pid):
                    sizes[f"{member.name}:{pid}"] = size
        return sizes

    def close(self) -> None:
        """kill -9 of everybody."""
        for member in self.members:
            member.signal(signal.SIGCONT)
            member.kill()

    def _note_kill(self, pids: Iterable[int]) -> None:
        """Before the blow: afterwards nobody knows any more what they held. It takes a moment to die of it."""
        ports, now = ports_of(pids), time.time()
        self.blows.append(Blow(now, now, ports))

    def _end_group(self, member: Member) -> None:
        """A worker's children outlive their parent for a while: with a process manager they would go with it."""
        if left := pids_of_group(member.pid):
            self._note_kill(left)
            member.signal(signal.SIGKILL)

    def _add(self, name: str, words: list[str]) -> None:
        command = [sys.executable, "-m", "celery", "-A", "worker.app", *words]
        member = Member(name, command, self.folder / f"{name}.log")
        member.start(self.environment)
        self.members.append(member)


def _resident_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
