"""Entries of a case's history after which limitation may run otherwise: the case pauses, or is taken up again.

What a law makes of either is for whoever reads it: a pause may stop a period, or not. So it moves nothing, and asks for
a look. So does an entry of this kind that was voided after somebody had looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.pathways.store import definitions

Paused = tuple[tuple[str, str], ...]
"""Of each pathway the statuses in which a case pauses: (pathway, status)."""


def paused_statuses() -> Paused:
    """Those of all pathways."""
    return tuple(
        (definition.key, status.key)
        for definition in definitions().all()
        for status in definition.statuses
        if status.phase == "paused"
    )


def turns_of(pathway: str, events: Iterable[Any]) -> list[Any]:
    """Those among `events`, which are what the reader sees of one case's history, in order; voided ones among them.

    A voided one that another stands for is left out: that one asks.
    """
    paused = {status.key for status in definitions().get(pathway).statuses if status.phase == "paused"}
    found, is_paused = [], False
    for event in events:
        if event.status is None:
            continue
        if event.voided_at is not None:
            turns = event.status in paused or event.move == "resume"
        else:
            turns = event.status in paused or is_paused
            is_paused = event.status in paused
        if turns:
            found.append(event)
    replaced = {event.replaces_id for event in found if event.voided_at is None}
    return [event for event in found if event.voided_at is None or event.id not in replaced]
