"""Recording something that happened and changes no status: a filing, a visit, a statement, a flag, a hearing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, decide, require
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import history_of, lock_case
from tracker.cases.services.entries import NewEntry, check_entry, hidden_beside, insert_entry, place_of, split_at
from tracker.cases.services.settling import is_told_to_all, settle_history, standing_of, tell_recorded
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.pathways.store import definitions


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """Where an entry would stand, and the history around it."""

    place: Decimal
    before: list[CaseEvent]
    after: list[CaseEvent]


def record_event(session: Session, actor: Actor, case_id: UUID, entry: NewEntry) -> CaseEvent:
    """Add an entry without a status. Two people may do so at once: both entries stand.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case, membership = lock_case(session, actor, case_id)
    require(decide(actor, Action.RECORD_EVENT, case.level, membership))
    entry = replace(entry, status=None, kind=None)
    plan = plan_event(session, actor, case, membership, entry)
    event = insert_entry(
        session,
        actor,
        case,
        entry,
        plan.place,
        definition_version=definitions().get(case.pathway).version,
        hidden_until=hidden_beside(case, membership, actor, plan.after),
    )
    settle_history(session, case, [*plan.before, event, *plan.after], tells_all=is_told_to_all(case, event))
    tell_recorded(session, actor, case, event, "case.event_recorded")
    return event


def plan_event(
    session: Session, actor: Actor, case: Case, membership: MembershipKind | None, entry: NewEntry
) -> PlannedEvent:
    """What is asked of an entry without a status, and nothing written: for a preview and for recording it.

    Raises Invalid.
    """
    faults = check_entry(case, entry, actor, membership)
    if faults:
        raise Invalid(*faults)
    standing = standing_of(history_of(session, actor, case))
    if not standing:
        raise Invalid(Fault("", _("This case has no history yet: its first entry gives it a status.")))
    place = place_of(standing, entry)
    return PlannedEvent(place, *split_at(standing, place))
