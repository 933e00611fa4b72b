"""What a run is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.ground import Pace
from chaos.mishaps import Wanted
from chaos.outside import OutsideGround

SHORT = {
    "reminders": 500, "kills": 6, "stops": 3, "broker_restarts": 1, "flushes": 2, "postgres_restarts": 2, "people": 2,
    "concurrency": 1, "lease": 8, "grace": 4, "tick": 3, "seconds": 24.0, "longest_stop": 14.0, "drain_within": 150.0,
    "broker_within": 0.0,
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
    broker_within_s: float = 400.0
    """So long after the last mail jobs of killed workers may wait in the broker; 0: one for each killed process may."""
    pace: Pace = field(default_factory=Pace)
    keep: Path | None = None
    outside: OutsideGround | None = None
    """The servers of somebody else's, instead of a ground of our own."""

    def as_json(self) -> dict[str, Any]:
        """What of it the figures tell."""
        return {
            "reminders": self.reminders,
            "relay": "askable" if self.askable else "opaque",
            "seed": self.seed,
            "workers": self.workers,
            "concurrency": self.concurrency,
            "beats": self.beats,
            "smtp_faults": self.smtp_faults,
            "lease_s": self.pace.lease_s,
            "grace_s": self.pace.grace_s,
            "tick_s": self.pace.tick_s,
        }
