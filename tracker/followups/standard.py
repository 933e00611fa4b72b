"""Making the standard follow-ups of a status: once per period, however often it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.audit.services import record
from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.followups import policy, rules
from tracker.followups.changing import note_made
from tracker.followups.checks import require_assignable, require_own_level
from tracker.followups.happened import FollowUpsMade
from tracker.followups.models import FollowUp, Timeline
from tracker.followups.offers import StandardFollowUp
from tracker.pathways.store import definitions


def add_standard(
    session: Session, actor: Actor, case: Case, event: CaseEvent, rows: Sequence[StandardFollowUp]
) -> list[FollowUp]:
    """Make `rows` for the period that `event` opened; those made before are skipped. Answers the new ones.

    They take the event's own level, since a title may give away what happened. Faults are named `rows.<n>.<field>`.
    """
    return add_standard_as(session, actor, case, membership_of(session, actor, case.id), event, rows) if rows else []


def add_standard_as(
    session: Session,
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    event: CaseEvent,
    rows: Sequence[StandardFollowUp],
) -> list[FollowUp]:
    """The same for whoever asked already what `actor` is on the case, in this transaction."""
    if not rows:
        return []
    with session.no_autoflush:  # so that the trail of the entry and that of the follow-ups are written together
        made = _make(session, actor, case, membership, event, rows)
    for follow_up in made:
        template = follow_up.template_key
        record(session, actor, "follow_up.created", "follow_up", follow_up.id, case_id=case.id, template=template)
    if made:
        note_made(session, actor, made, new_id())
        announce(session, FollowUpsMade(tuple(follow_up.id for follow_up in made), case.id, actor))
    return made


def _make(
    session: Session,
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    event: CaseEvent,
    rows: Sequence[StandardFollowUp],
) -> list[FollowUp]:
    require(policy.may_create(actor, case, membership))
    level = rules.handed_level(event.level, case.level)
    require_own_level(actor, case, level, membership)
    checked: set[Any] = set()
    for number, row in enumerate(rows):
        rules.require_well_formed(rules.clean_line(row.title), row.due_on, row.kind, None, f"rows.{number}.")
        if row.assignee_id not in checked:
            path = f"rows.{number}.assignee_id"
            require_assignable(session, actor, case, level, row.assignee_id, membership, path)
            checked.add(row.assignee_id)
    around = _timelines(session, actor, case, event, level, rows)
    made = _insert(session, [_values(actor, case, event, level, row, around) for row in rows])
    for timeline in around.values():
        if all(follow_up.timeline_id != timeline.id for follow_up in made):  # all of it was made before
            session.delete(timeline)
        else:
            record(session, actor, "timeline.applied", "timeline", timeline.id, case_id=case.id, set="")
    return made


def _timelines(
    session: Session,
    actor: Actor,
    case: Case,
    event: CaseEvent,
    level: str | None,
    rows: Sequence[StandardFollowUp],
) -> Mapping[UUID, Timeline]:
    """One around each sitting from which rows count, by its id (ADR 30)."""
    sittings = {row.sitting.id: row.sitting for row in rows if row.sitting is not None}
    if not sittings:
        return {}
    definition = definitions().as_written(case.pathway, event.definition_version)
    label = definition.by_key[event.status].label if event.status else case.reference
    around = {
        one.id: Timeline(
            id=new_id(),
            case_id=case.id,
            title=f"{label}: {one.name}"[: rules.LONGEST_TITLE],
            reference_on=one.starts_on,
            sitting_id=one.id,
            sitting_on=one.starts_on,
            level=level,
            applied_by_id=actor.person_id,
        )
        for one in sittings.values()
    }
    session.add_all(around.values())
    session.flush()
    return around


def _values(
    actor: Actor,
    case: Case,
    event: CaseEvent,
    level: str | None,
    row: StandardFollowUp,
    around: Mapping[UUID, Timeline],
) -> dict[str, Any]:
    sitting = row.sitting
    return {
        "timeline_id": around[sitting.id].id if sitting is not None else None,
        "due_offset": f"{row.days:+d}" if sitting is not None else None,
        "due_by_hand": sitting is not None and row.due_on != sitting.starts_on + timedelta(days=row.days),
        "id": new_id(),
        "case_id": case.id,
        "title": rules.clean_line(row.title),
        "due_on": row.due_on,
        "assignee_id": row.assignee_id,
        "kind": row.kind,
        "level": level,
        "template_key": row.template_key,
        "period_key": str(event.id),
        "every_days": row.every_days,
        "created_by_id": actor.person_id,
        "next_plan_at": clock.now(),
    }


def _insert(session: Session, values: list[dict[str, Any]]) -> list[FollowUp]:
    """In one statement; the unique index over case, template and period settles races too. Case and event stand."""
    made = session.scalars(insert(FollowUp).on_conflict_do_nothing().returning(FollowUp), values)
    return sorted(made, key=lambda follow_up: follow_up.id)
