"""Whether a history that is changed in its middle still holds together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from tracker.pathways.machine import Verdict, judge
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState, advance


class Judged(Protocol):
    """What the judgement of a history needs of an entry that gives a status."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str | None: ...
    @property
    def move(self) -> str | None: ...
    @property
    def resume_to(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that is about to be made, as far as its lawfulness goes."""

    id: UUID
    status: str | None
    move: str | None
    resume_to: str | None


def judge_move(
    definition: Definition,
    before: Iterable[Judged],
    after: Sequence[Judged],
    status: str,
    kind: str | None,
    details: Mapping[str, Any],
) -> Verdict:
    """Whether a case that came by `before` may move to `status`; before a known later status it may begin anywhere."""
    state = _replay(definition, before, details)
    backfills = any(entry.status is not None for entry in after)
    return judge(definition, state, status, kind, importing=backfills)


def newly_unlawful(
    definition: Definition,
    old: Sequence[Judged],
    new: Sequence[Judged],
    details: Mapping[str, Any],
    new_details: Mapping[str, Any] | None = None,
) -> tuple[UUID, str] | None:
    """The first entry that was lawful in `old` and is not in `new`, and why; what was unlawful before stays so."""
    already = {entry_id for entry_id, _ in _unlawful(definition, old, details)}
    for entry_id, message in _unlawful(definition, new, details if new_details is None else new_details):
        if entry_id not in already:
            return entry_id, message
    return None


def _unlawful(
    definition: Definition, entries: Iterable[Judged], details: Mapping[str, Any]
) -> Iterator[tuple[UUID, str]]:
    state = CaseState(details=details)
    for entry in entries:
        if entry.status is None:
            continue
        verdict = _verdict(definition, state, entry)
        if not verdict.lawful:
            yield entry.id, verdict.message
        state = advance(definition, state, status=entry.status, resume_to=entry.resume_to)


def _verdict(definition: Definition, state: CaseState, entry: Judged) -> Verdict:
    """A listed pair is lawful whatever it was called when it was entered: another neighbour may change its kind."""
    assert entry.status is not None  # noqa: S101  the caller asked
    verdict = judge(definition, state, entry.status, importing=True)
    if not verdict.lawful and entry.move == "jump":
        return judge(definition, state, entry.status, "jump", importing=True)
    return verdict


def _replay(definition: Definition, entries: Iterable[Judged], details: Mapping[str, Any]) -> CaseState:
    state = CaseState(details=details)
    for entry in entries:
        if entry.status is not None:
            state = advance(definition, state, status=entry.status, resume_to=entry.resume_to)
    return state
