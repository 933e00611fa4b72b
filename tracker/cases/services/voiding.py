"""A wrong entry is voided, and entered anew where there is something right to say. Both are kept."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.policy import Action, decide, may_lower, require
from tracker.audit.services import record
from tracker.cases.happened import CaseEventVoided
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import history_of, lock_case
from tracker.cases.services.entries import NewEntry, check_entry, hidden_beside, insert_entry, place_of, split_at
from tracker.cases.services.guard import refuse_stale
from tracker.cases.services.moving import (
    as_move,
    judged_kind,
    missing_facts,
    refuse_broken,
    refuse_missing,
    require_move,
)
from tracker.cases.services.settling import is_told_to_all, settle_history, standing_of, tell_recorded
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Fault, Invalid, NotLawful, NotVisible
from tracker.core.events import announce
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions


def void_event(
    session: Session, actor: Actor, case_id: UUID, event_id: UUID, reason: str, expected_version: int | None = None
) -> CaseEvent:
    """Void an entry for good. What remains must still be lawful and give a status.

    Raises NotVisible, NotPermitted, Conflict (voided already), Invalid, NotLawful.
    """
    case, membership = lock_case(session, actor, case_id)
    require(decide(actor, Action.VOID_ENTRY, case.level, membership))
    refuse_stale(case, expected_version)
    events = list(history_of(session, actor, case))
    event = _standing_event(events, event_id)
    _require_reason(reason)
    _refuse_without_it(case, events, event)
    _void(actor, event, reason)
    settle_history(session, case, standing_of(events), tells_all=is_told_to_all(case, event))
    _tell_voided(session, actor, case, event)
    return event


def replace_event(
    session: Session,
    actor: Actor,
    case_id: UUID,
    event_id: UUID,
    reason: str,
    entry: NewEntry,
    expected_version: int | None = None,
) -> CaseEvent:
    """Void an entry and enter it anew, in one step. What the old one did not know the new one need not know either.

    Raises NotVisible, NotPermitted, Conflict, NotLawful, Invalid.
    """
    case, membership = lock_case(session, actor, case_id)
    require(decide(actor, Action.VOID_ENTRY, case.level, membership))
    refuse_stale(case, expected_version)
    events = list(history_of(session, actor, case))
    old = _standing_event(events, event_id)
    faults = [*check_entry(case, entry, actor, membership), *_lowering_faults(case, old, entry, actor, membership)]
    if faults or not reason.strip():
        raise Invalid(*faults, *_reason_faults(reason))
    definition = definitions().get(case.pathway)
    standing = standing_of(events, old.id)
    keeps_place = entry.after is None and entry.when == old.when
    place = old.place if keeps_place else place_of(standing, entry)
    before, after = split_at(standing, place)
    kind = _judge_anew(actor, case, membership, definition, before, after, old, entry)
    refuse_broken(definition, case, standing_of(events), [*before, as_move(entry, kind), *after])
    _void(actor, old, reason)
    session.flush()
    new = insert_entry(
        session,
        actor,
        case,
        entry,
        place,
        move=kind,
        definition_version=definition.version,
        replaces=old,
        hidden_until=hidden_beside(case, membership, actor, after),
    )
    tells_all = is_told_to_all(case, old) or is_told_to_all(case, new)
    settle_history(session, case, [*before, new, *after], tells_all=tells_all)
    _tell_voided(session, actor, case, old)
    tell_recorded(session, actor, case, new, "case.event_replaced", replaces=str(old.id), status=new.status)
    return new


def _judge_anew(
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    definition: Definition,
    before: list[CaseEvent],
    after: list[CaseEvent],
    old: CaseEvent,
    entry: NewEntry,
) -> str | None:
    """The kind of the move of the new entry; None when it gives no status."""
    if entry.status is None:
        require(decide(actor, Action.RECORD_EVENT, case.level, membership))
        return None
    if not any(event.status for event in before) and entry.kind is None:
        kind = old.move or "forward"  # a case may have begun anywhere
    else:
        kind = judged_kind(definition, case, before, after, entry)
    require_move(actor, case, membership, definition, kind, before, entry)
    refuse_missing(definition, case, entry, kind, _gaps_of(definition, case, old, kind))
    return kind


def _gaps_of(definition: Definition, case: Case, old: CaseEvent, kind: str) -> frozenset[str]:
    if old.status is None or old.status not in definition.by_key:
        return frozenset()
    return frozenset(gap.key for gap in missing_facts(definition, case.details, entry_from(old), old.move or kind))


def entry_from(event: CaseEvent) -> NewEntry:
    """What an entry says, to be entered anew."""
    return NewEntry(
        when=VagueDate(event.occurred_on, event.between_earliest, event.between_latest),
        summary=event.summary,
        known_on=event.known_on,
        effective_on=event.effective_on,
        expires_on=event.expires_on,
        time=event.time,
        place=event.event_place,
        authority=event.authority,
        reference_no=event.reference_no,
        source=event.source,
        level=event.level,
        facts=event.facts,
        flags=tuple(event.flags),
        status=event.status,
        kind="jump" if event.move == "jump" else None,
        resume_to=event.resume_to,
        outcome=event.outcome,
        reason=event.reason,
        new_facts=event.new_facts,
        clock_rule=event.clock_rule,
        clock_party=event.clock_party,
        clock_on=event.clock_on,
    )


def _standing_event(events: list[CaseEvent], event_id: UUID) -> CaseEvent:
    event = next((one for one in events if one.id == event_id), None)
    if event is None:
        raise NotVisible(_("There is no such entry."))
    if event.voided_at is not None:
        raise Conflict(_("Somebody has voided this entry already."))
    return event


def _lowering_faults(
    case: Case, old: CaseEvent, entry: NewEntry, actor: Actor, membership: MembershipKind | None
) -> list[Fault]:
    """Entered anew, an entry is as secret as it was, unless somebody who may lowers it."""
    if entry.level not in (None, *Level):
        return []
    lowering = may_lower(actor, highest(case.level, old.level), highest(case.level, entry.level), membership)
    return [] if lowering else [Fault("level", str(lowering.reason))]


def _reason_faults(reason: str) -> list[Fault]:
    return [] if reason.strip() else [Fault("void_reason", _("Say why the entry is wrong."))]


def _require_reason(reason: str) -> None:
    faults = _reason_faults(reason)
    if faults:
        raise Invalid(*faults)


def _refuse_without_it(case: Case, events: list[CaseEvent], event: CaseEvent) -> None:
    if event.status is None:
        return
    remaining = standing_of(events, event.id)
    if not any(one.status for one in remaining):
        raise NotLawful(
            _("This is the only entry that gives the case a status: enter it anew instead of voiding it alone.")
        )
    refuse_broken(definitions().get(case.pathway), case, standing_of(events), remaining)


def _void(actor: Actor, event: CaseEvent, reason: str) -> None:
    event.voided_at = clock.now()
    event.voided_by_id = actor.person_id
    event.void_reason = reason.strip()


def _tell_voided(session: Session, actor: Actor, case: Case, event: CaseEvent) -> None:
    record(session, actor, "case.event_voided", "case_event", event.id, case_id=case.id, version=case.version)
    announce(session, CaseEventVoided(case.id, event.id, actor))
