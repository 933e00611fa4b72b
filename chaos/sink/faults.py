"""What the relay does wrong, and when: by seeded chance, or one fault after another as a script says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GREETING, STARTTLS, MAIL, RCPT, DATA, BODY, DOT, ANSWERED = (
    "greeting", "starttls", "mail", "rcpt", "data", "body", "dot", "answered",
)  # fmt: skip
PHASES = (GREETING, STARTTLS, MAIL, RCPT, DATA, BODY, DOT, ANSWERED)


@dataclass(frozen=True, slots=True)
class Fault:
    """`action` at `phase`: `4xx`, `5xx`, `hang`, `drop`, `slow`, `drip`; `taken`: it was accepted all the same."""

    phase: str
    action: str
    taken: bool = False

    @property
    def name(self) -> str:
        """As scripts, weights and figures write it."""
        return f"{self.phase}_{self.action}" + ("_taken" if self.taken else "")


KNOWN = {
    fault.name: fault
    for fault in (
        Fault(GREETING, "4xx"), Fault(GREETING, "drop"), Fault(GREETING, "hang"),
        Fault(STARTTLS, "4xx"),
        Fault(MAIL, "4xx"), Fault(MAIL, "5xx"), Fault(MAIL, "hang"), Fault(MAIL, "drop"),
        Fault(RCPT, "4xx"), Fault(RCPT, "5xx"), Fault(RCPT, "hang"), Fault(RCPT, "drop"),
        Fault(DATA, "4xx"), Fault(DATA, "5xx"), Fault(DATA, "hang"), Fault(DATA, "drop"),
        Fault(BODY, "drop"), Fault(BODY, "hang"),
        Fault(DOT, "4xx"), Fault(DOT, "5xx"), Fault(DOT, "hang"), Fault(DOT, "hang", True),
        Fault(DOT, "drop"), Fault(DOT, "drop", True), Fault(DOT, "slow", True), Fault(DOT, "drip", True),
        Fault(ANSWERED, "drop", True),
    )
}  # fmt: skip

WEIGHTS: Mapping[str, int] = {
    "greeting_4xx": 2, "greeting_drop": 2,
    "mail_4xx": 8, "mail_drop": 4, "rcpt_4xx": 12, "rcpt_5xx": 2, "rcpt_drop": 4, "data_4xx": 8, "data_5xx": 2,
    "data_drop": 6, "body_drop": 10, "dot_4xx": 12, "dot_5xx": 4, "dot_drop": 10, "dot_drop_taken": 10,
    "dot_slow_taken": 4,
    "dot_drip_taken": 4, "answered_drop_taken": 6, "mail_hang": 1, "data_hang": 1, "dot_hang": 1, "dot_hang_taken": 1,
}  # fmt: skip
"""Hangs are rare: each costs a worker its whole patience. A refusal of the sender (`mail_5xx`) is the fault of us all,
no single mail's, and comes by script only."""

OF_CONNECTIONS = (GREETING, STARTTLS)


@dataclass
class FaultPlan:
    """Decides for each connection and each mail whether it goes wrong, and how.

    `script` comes first, one fault a mail (or connection); then `chance`. `most_refusals`: how many mails may be
    refused for good, because each is one that is never sent.
    """

    chance: float = 0.0
    seed: int = 1
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    script: Sequence[str] = ()
    most_refusals: int = 1_000_000
    given: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        unknown = [name for name in (*self.weights, *self.script) if name not in KNOWN]
        if unknown:
            raise ValueError(f"No such fault: {', '.join(unknown)}. Known: {', '.join(KNOWN)}")
        self._random = random.Random(self.seed)
        self._left = [KNOWN[name] for name in self.script]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> FaultPlan:
        """From JSON. Raises ValueError."""
        return cls(
            chance=float(given.get("chance", 0)),
            seed=int(given.get("seed", 1)),
            weights=given.get("weights") or WEIGHTS,
            script=tuple(given.get("script", ())),
            most_refusals=int(given.get("most_refusals", 1_000_000)),
        )

    def take_over(self, other: FaultPlan) -> None:
        """Play first what is left of another plan's script."""
        self._left = other._left + self._left

    def for_connection(self) -> Fault | None:
        """What goes wrong before the first mail of a new connection."""
        return self._next(of_connection=True)

    def for_mail(self) -> Fault | None:
        """What goes wrong with the mail that begins now."""
        return self._next(of_connection=False)

    def _next(self, *, of_connection: bool) -> Fault | None:
        if self._left and (self._left[0].phase in OF_CONNECTIONS) == of_connection:
            return self._count(self._left.pop(0))
        if self._random.random() >= self.chance:
            return None
        names = [name for name in self.weights if (KNOWN[name].phase in OF_CONNECTIONS) == of_connection]
        if not names:
            return None
        weights = [self.weights[name] for name in names]
        if of_connection and self._random.random() > sum(weights) / sum(self.weights.values()):
            return None  # a connection goes wrong as often, in proportion, as its weights among all of them
        fault = KNOWN[self._random.choices(names, weights)[0]]
        refused = sum(count for name, count in self.given.items() if KNOWN[name].action == "5xx")
        if fault.action == "5xx" and refused >= self.most_refusals:
            return None
        return self._count(fault)

    def _count(self, fault: Fault) -> Fault:
        self.given[fault.name] += 1
        return fault
