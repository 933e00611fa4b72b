"""Changing the status: lawful by the pathway, permitted by the policy, with everything known that it asks to know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.policy import require
from tracker.cases.happened import CaseCloses
from tracker.cases.history import Projection
from tracker.cases.lawfulness import Judged, Move, judge_move, newly_unlawful
from tracker.cases.models import Case, CaseEvent
from tracker.cases.policy import can_move
from tracker.cases.projection import sight_of
from tracker.cases.queries import history_of, lock_case
from tracker.cases.services.details import check_facts
from tracker.cases.services.entries import NewEntry, check_entry, hidden_beside, insert_entry, place_of, split_at
from tracker.cases.services.guard import refuse_stale
from tracker.cases.services.levels import refuse_too_open
from tracker.cases.services.settling import is_told_to_all, settle_history, standing_of, tell_recorded
from tracker.cases.wording import entry_label
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotLawful
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.pathways.demands import Gap, missing
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A change of status that would be taken: its kind, its place, and the history around it."""

    definition: Definition
    kind: str
    place: Decimal
    before: list[CaseEvent]
    after: list[CaseEvent]
    target: str = ""
    was_closed: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the case's status is the new one; a backfilled one lies in the past."""
        return not any(event.status for event in self.after)

    @property
    def closes(self) -> bool:
        """Whether the case ends with it. A closed status that lives on, such as a treaty in force, ends nothing."""
        return self.is_last and not self.was_closed and _ends(self.definition, self.target)


def plan_move(
    actor: Actor, case: Case, membership: MembershipKind | None, history: Sequence[CaseEvent], entry: NewEntry
) -> PlannedMove:
    """Everything that is asked before a change of status, and nothing written: for the preview and for the change.

    Raises NotVisible, NotPermitted, NotLawful, Invalid (each missing fact by name).
    """
    standing = standing_of(history)
    definition = definitions().get(case.pathway)
    faults = [*check_entry(case, entry, actor, membership), *_check_said(definition, entry)]
    place, unplaced = _place(standing, entry)
    before, after = split_at(standing, place) if place is not None else (standing, [])
    try:
        kind = judged_kind(definition, case, before, after, entry)
    except NotLawful:
        if faults or unplaced:
            raise Invalid(*faults, *unplaced) from None
        raise
    require_move(actor, case, membership, definition, kind, before, entry)
    faults = _in_one_round(faults, unplaced, missing_faults(definition, case, entry, kind))
    if faults or place is None:
        raise Invalid(*faults)
    refuse_broken(definition, case, standing, [*before, as_move(entry, kind), *after])
    left = next((event.status for event in reversed(before) if event.status), None)
    plan = PlannedMove(definition, kind, place, before, after, entry.status or "", _ends(definition, left))
    if plan.is_last:  # what was sealed in the past may be public by now
        refuse_too_open(definition, entry.status, highest(case.level, entry.level))
    return plan


def change_status(
    session: Session,
    actor: Actor,
    case_id: UUID,
    entry: NewEntry,
    expected_version: int | None = None,
    left_open: Collection[UUID] = (),
) -> CaseEvent:
    """Add an entry that gives a status. Backfilled, it stands where it belongs, and what follows must still be lawful.

    `left_open`: follow-ups that stay open when the case closes; others refuse the closing (followups.closing.OpenWork).
    Raises NotVisible, NotPermitted, Conflict, NotLawful, Invalid (each missing fact by name).
    """
    case, membership = lock_case(session, actor, case_id)
    history = history_of(session, actor, case)
    return move_locked_case(session, actor, case, membership, history, entry, expected_version, left_open)


def move_locked_case(
    session: Session,
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    history: Sequence[CaseEvent],
    entry: NewEntry,
    expected_version: int | None = None,
    left_open: Collection[UUID] = (),
) -> CaseEvent:
    """The same for a case that `lock_case` gave, with all of its history that `actor` sees."""
    refuse_stale(case, expected_version)
    plan = plan_move(actor, case, membership, history, entry)
    if plan.closes:
        announce(session, CaseCloses(case, actor, frozenset(left_open)))
    event = insert_entry(
        session,
        actor,
        case,
        entry,
        plan.place,
        move=plan.kind,
        definition_version=plan.definition.version,
        hidden_until=hidden_beside(case, membership, actor, plan.after),
    )
    settle_history(session, case, [*plan.before, event, *plan.after], tells_all=is_told_to_all(case, event))
    tell_recorded(session, actor, case, event, "case.status_changed", status=event.status, kind=plan.kind)
    return event


def _ends(definition: Definition, status: str | None) -> bool:
    row = definition.by_key.get(status or "")
    return row is not None and row.phase == "closed" and not row.living


def _place(standing: Sequence[CaseEvent], entry: NewEntry) -> tuple[Decimal | None, tuple[Fault, ...]]:
    """Where the entry stands; else what hinders it."""
    try:
        return place_of(standing, entry), ()
    except Invalid as problem:
        return None, problem.faults


def _in_one_round(said: list[Fault], unplaced: Sequence[Fault], missing: Sequence[Fault]) -> list[Fault]:
    """Every fault at once, one for each field. A date that has to be known anyway needs no place instead."""
    needs_date = any(fault.path == "occurred_on" for fault in (*said, *missing))
    found: dict[str, Fault] = {}
    for fault in (*said, *(() if needs_date else unplaced), *missing):
        found.setdefault(fault.path, fault)
    return list(found.values())


def _check_said(definition: Definition, entry: NewEntry) -> list[Fault]:
    row = definition.by_key.get(entry.status or "")
    return check_facts(row.facts, entry.facts) if row is not None else []


def judged_kind(
    definition: Definition, case: Case, before: Sequence[CaseEvent], after: Sequence[CaseEvent], entry: NewEntry
) -> str:
    """The kind of the move, as the definition judges it. Raises NotLawful."""
    if entry.status is None:
        raise Invalid(Fault("status", _("Choose what happened.")))
    verdict = judge_move(definition, before, after, entry.status, entry.kind, case.details)
    if not verdict.lawful or verdict.kind is None:
        raise NotLawful(verdict.message, verdict.lawful_next)
    return verdict.kind


def require_move(
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    definition: Definition,
    kind: str,
    before: Sequence[CaseEvent],
    entry: NewEntry,
) -> None:
    """Raises NotVisible or NotPermitted."""
    came_to: Projection = sight_of(case, before)
    phase = definition.status(entry.status or "").phase
    require(can_move(actor, case.level, membership, kind, came_to.phase, phase))


def missing_facts(definition: Definition, details: dict[str, Any], entry: NewEntry, kind: str) -> tuple[Gap, ...]:
    """What the status and the kind of the move ask to know and `entry` does not say; a vague date is a date."""
    fields = entry.fields()
    if entry.when.earliest is not None or entry.when.latest is not None:
        fields["occurred_on"] = fields["occurred_on"] or "between"
    return missing(
        definition,
        entry.status or "",
        kind,
        facts=entry.facts,
        resume_to=entry.resume_to,
        outcome=entry.outcome,
        reason=entry.reason,
        new_facts=entry.new_facts,
        fields=fields,
        details=details,
    )


def refuse_missing(
    definition: Definition, case: Case, entry: NewEntry, kind: str, known_gaps: frozenset[str] = frozenset()
) -> None:
    """Raises Invalid with each fact that is missing, but for those of `known_gaps`."""
    found = missing_faults(definition, case, entry, kind, known_gaps)
    if found:
        raise Invalid(*found)


def missing_faults(
    definition: Definition, case: Case, entry: NewEntry, kind: str, known_gaps: frozenset[str] = frozenset()
) -> list[Fault]:
    """A fault for each fact that is missing, but for those of `known_gaps`."""
    found = [gap for gap in missing_facts(definition, case.details, entry, kind) if gap.key not in known_gaps]
    return [Fault(gap.field or f"facts.{gap.key}", _fault_words(gap)) for gap in found]


def _fault_words(gap: Gap) -> str:
    """In the words of the form, which asks one question for the date, whatever a status calls it."""
    label = _("When it happened") if gap.field == "occurred_on" else gap.label
    return str(_("%(label)s: this has to be known for this status.", label=label))


def as_move(entry: NewEntry, kind: str | None) -> Move:
    """The entry as the judgement of a history reads it, before it is written."""
    return Move(new_id(), entry.status, kind, entry.resume_to)


def refuse_broken(definition: Definition, case: Case, old: Sequence[CaseEvent], new: Sequence[Judged]) -> None:
    """Raises NotLawful, naming the first entry that the change would make unlawful."""
    broken = newly_unlawful(definition, old, new, case.details)
    if broken is None:
        return
    event_id, why = broken
    named = next((entry_label(event) for event in old if event.id == event_id), "")
    message = _("With this, the later entry “%(label)s” would no longer be lawful. %(why)s", label=named, why=why)
    raise NotLawful(message)
