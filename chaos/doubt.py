"""Which senders could not know, or not write down, that their mail was taken: pure, from what was seen from outside.

A mail may come twice from a relay that can't be asked only when something went wrong between its final dot and the
moment at which its row was settled: the relay's word was withheld, the very process that held the connection was killed
or stopped, or PostgreSQL was away. What happened elsewhere or later excuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chaos.sink.accept_log import Accepted
from chaos.sink.endings import Ending

SETTLING_S = 2.0
"""A process that nobody disturbs has written down what it heard after this long, also on a busy machine."""
SLACK_S = 1.0
"""Between what happens and the time that somebody else notes for it."""

UNANSWERED, STRUCK, NO_DATABASE = "unanswered", "killed or stopped", "no database"


@dataclass(slots=True)
class Blow:
    """A kill -9, or a SIGSTOP until its SIGCONT: when (Unix time), and the TCP ports that its victims held."""

    began: float
    over: float
    ports: frozenset[int]


@dataclass(frozen=True, slots=True)
class Outage:
    """PostgreSQL was away from `began` to `over` (Unix time)."""

    began: float
    over: float


def in_doubt(
    accepted: Iterable[Accepted], endings: Mapping[int, Ending], blows: Iterable[Blow], outages: Iterable[Outage]
) -> dict[int, str]:
    """Number of each acceptance in doubt, and why. One without an ending was not answered: its relay was killed."""
    blows, outages = list(blows), list(outages)
    found = {}
    for mail in accepted:
        if why := _why(mail, endings.get(mail.number), blows, outages):
            found[mail.number] = why
    return found


def _why(mail: Accepted, ending: Ending | None, blows: list[Blow], outages: list[Outage]) -> str | None:
    if ending is None or ending.answered_at is None:
        return UNANSWERED
    begins, ends = mail.at - SLACK_S, ending.answered_at + SETTLING_S
    if ending.followed_at is not None:
        ends = min(ends, ending.followed_at)
    if any(blow.began <= ends and blow.over >= begins and ending.port in blow.ports for blow in blows):
        return STRUCK
    if any(outage.began <= ends and outage.over >= begins for outage in outages):
        return NO_DATABASE
    return None
