"""Where a status can lead: reachability in the table of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.pathways.schema import Definition


def reach(following: Mapping[str, Iterable[str]], start: Iterable[str]) -> frozenset[str]:
    """Every status that can follow one of ``start``, in one move or many."""
    seen: set[str] = set()
    frontier = [target for key in start for target in following.get(key, ())]
    while frontier:
        key = frontier.pop()
        if key not in seen:
            seen.add(key)
            frontier.extend(following.get(key, ()))
    return frozenset(seen)


def reachable(definition: Definition, status: str, without: frozenset[str] = frozenset()) -> frozenset[str]:
    """The statuses to which a ``jump`` from ``status`` may lead, never passing through one of ``without``."""
    following = {row.key: [move.to for move in row.next if move.to not in without] for row in definition.statuses}
    return reach(following, [status])
