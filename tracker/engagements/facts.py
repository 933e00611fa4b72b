"""What is said about meetings and commitments, checked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from tracker.core.dates import is_vague_date
from tracker.core.errors import Fault, Invalid

KINDS: Final = ("meeting", "call", "letter", "event")
COMMITMENT_KINDS: Final = ("ask", "commitment", "position", "topic", "internal")
COMMITMENT_STATUSES: Final = ("open", "kept", "partly_kept", "broken", "superseded")
LONGEST_LINE = 300
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class ParticipantFacts:
    """Who took part: a contact, or plain text. `is_new`: a contact is made of `name`, which may say the office too."""

    contact_id: UUID | None = None
    name: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class SideFacts:
    """Who says, or to whom: at most one of the four is set."""

    contact_id: UUID | None = None
    organisation_id: UUID | None = None
    country: str | None = None
    text: str | None = None


NOBODY = SideFacts()


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """The exact words, whose they are, and until when."""

    text: str
    kind: str = "commitment"
    by: SideFacts = NOBODY
    to: SideFacts = NOBODY
    due_on: date | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What became of a commitment, how that was checked, when it was kept or broken, and what took its place."""

    status: str
    note: str | None = None
    settled_on: date | None = None
    superseded_by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A follow-up to make in the same step."""

    title: str
    case_id: UUID | None
    assignee_id: UUID | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class EngagementFacts:
    """A meeting, call, letter or event. `occurred_on` is YYYY[-MM[-DD]] or None; `level` None: as its cases."""

    kind: str = "meeting"
    occurred_on: str | None = None
    date_text: str | None = None
    place: str | None = None
    summary: str = ""
    level: str | None = None
    participants: tuple[ParticipantFacts, ...] = ()
    case_ids: tuple[UUID, ...] = ()


def require_engagement(facts: EngagementFacts) -> None:
    """Raise Invalid with every fault."""
    _refuse(_engagement_faults(facts))


def require_commitments(commitments: tuple[CommitmentFacts, ...], case_ids: tuple[UUID, ...]) -> None:
    """Raise Invalid with every fault, named `commitments-<n>-<field>`."""
    _refuse(
        fault
        for number, commitment in enumerate(commitments)
        for fault in _commitment_faults(f"commitments-{number}-", commitment, case_ids)
    )


def require_outcome(facts: OutcomeFacts, commitment_id: UUID) -> None:
    """Raise Invalid with every fault of what is said about the commitment of this id."""
    _refuse(_outcome_faults(facts, commitment_id))


def require_next_steps(steps: tuple[NextStep, ...], case_ids: tuple[UUID, ...]) -> None:
    """Raise Invalid where a step belongs to no case of the meeting, named `follow_ups-<n>-case`."""
    _refuse(
        Fault(f"follow_ups-{number}-case", _("Name one of the cases of this meeting: work belongs to a case."))
        for number, step in enumerate(steps)
        if step.case_id not in case_ids
    )


def _engagement_faults(facts: EngagementFacts) -> Iterator[Fault]:
    if facts.kind not in KINDS:
        yield Fault("kind", _("Choose one of: %(kinds)s.", kinds=", ".join(KINDS)))
    if facts.occurred_on is not None and not is_vague_date(facts.occurred_on):
        yield Fault("occurred_on", _("Write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty."))
    for path, text in (("date_text", facts.date_text), ("place", facts.place)):
        if text and len(text) > LONGEST_LINE:
            yield Fault(path, _("Use at most %(number)s characters.", number=LONGEST_LINE))
    if len(facts.summary) > LONGEST_TEXT:
        yield Fault("summary", _("Use at most %(number)s characters.", number=LONGEST_TEXT))
    if not facts.summary and not facts.participants:
        yield Fault("summary", _("Say what it was about, or at least who took part."))


def _commitment_faults(path: str, commitment: CommitmentFacts, case_ids: tuple[UUID, ...]) -> Iterator[Fault]:
    if not commitment.text:
        yield Fault(f"{path}text", _("Give the words that were said."))
    elif len(commitment.text) > LONGEST_TEXT:
        yield Fault(f"{path}text", _("Use at most %(number)s characters.", number=LONGEST_TEXT))
    if commitment.kind not in COMMITMENT_KINDS:
        yield Fault(f"{path}kind", _("Choose one of: %(kinds)s.", kinds=", ".join(COMMITMENT_KINDS)))
    if commitment.case_id is not None and commitment.case_id not in case_ids:
        yield Fault(f"{path}case", _("Name one of the cases of this meeting."))


def _outcome_faults(facts: OutcomeFacts, commitment_id: UUID) -> Iterator[Fault]:
    if facts.status not in COMMITMENT_STATUSES:
        yield Fault("status", _("Choose one of: %(statuses)s.", statuses=", ".join(COMMITMENT_STATUSES)))
    if facts.note and len(facts.note) > LONGEST_TEXT:
        yield Fault("note", _("Use at most %(number)s characters.", number=LONGEST_TEXT))
    if facts.settled_on is not None and facts.status == "open":
        yield Fault("settled_on", _("A commitment that is still open was not kept or broken on any day."))
    if facts.superseded_by_id is not None and facts.status != "superseded":
        yield Fault("superseded_by", _("Only a superseded commitment has another one in its place."))
    if facts.superseded_by_id == commitment_id:
        yield Fault("superseded_by", _("A commitment can't take its own place."))


def _refuse(found: Iterator[Fault]) -> None:
    faults = list(found)
    if faults:
        raise Invalid(*faults)
