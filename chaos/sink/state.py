"""What all conversations of the relay share: the log, the plan of faults, who is held where, and how each one ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from chaos.sink.accept_log import AcceptLog
from chaos.sink.endings import Ending
from chaos.sink.faults import FaultPlan


@dataclass(slots=True)
class Freeze:
    """The next `left` conversations that come to `phase` are held there, until somebody lets them go."""

    phase: str
    left: int


@dataclass(slots=True)
class Held:
    """One conversation that is held."""

    connection: int
    phase: str
    message_id: str
    go_on: Callable[[], None]
    hang_up: Callable[[], None]


@dataclass
class State:
    """`idle_s`: a client that says nothing for so long within DATA is hung up on; `patience_s`: anywhere else."""

    log: AcceptLog
    plan: FaultPlan = field(default_factory=FaultPlan)
    idle_s: float = 5.0
    patience_s: float = 120.0
    hang_s: float = 15.0
    slow_s: float = 2.0
    """How long a slow answer takes; a client's grace has to be longer."""
    offers_starttls: bool = False
    freeze: Freeze | None = None
    held: list[Held] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    """Message-ID → the code that refused it for good; refusals before the header was read are under ``""``."""
    refusals: Counter[str] = field(default_factory=Counter)
    connections: count[int] = field(default_factory=lambda: count(1))
    open_connections: int = 0

    def as_json(self) -> dict[str, Any]:
        """The state at a glance."""
        return {
            "accepted": len(self.log.accepted),
            "message_ids": len(self.log.times),
            "doubled": sum(times > 1 for times in self.log.times.values()),
            "faults": dict(self.plan.given),
            "refusals": dict(self.refusals),
            "open": self.open_connections,
            "held": [{"connection": one.connection, "phase": one.phase, "id": one.message_id} for one in self.held],
        }
