"""Follow-ups as the recipient of a reminder sees them now, and whether the reminder still holds for this recipient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current, sees, sees_own_level
from tracker.accounts.models import PersonRole
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.followups.models import ACTIVE_STATUSES, ClockMove, FollowUp, FollowUpWatcher
from tracker.reminders import kinds
from tracker.reminders.letters import Because, Matter
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, Promise
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning.escalation import AT_ONCE
from tracker.reminders.planning.ruling_news import key_of, still_says
from tracker.reminders.planning.watching import is_of_end
from tracker.reminders.reasons import Reason

OF_OTHERS = frozenset({kinds.ESCALATION, kinds.FOLLOW_UP_CHANGED, kinds.RULE_CHANGED})
"""Kinds that go to others than the assignee: for them, who stands where about the follow-up is read as well."""
UNVERSIONED = frozenset({kinds.ASSIGNED, kinds.FOLLOW_UP_CHANGED, kinds.RULE_CHANGED})
"""Kinds that hold whatever the day has become since: they are no reminder of the day."""
LEAD = "lead"
ORPHAN = "orphan"
IDS: ColumnElement[Any] = any_(bindparam("ids", type_=ARRAY(Uuid)))
"""One of the ids that a statement is run with: as an array, so that its text is the same for one and for many."""
_ROLE_REASONS = {"coordinator": Because.COORDINATOR, "head": Because.HEAD}


def found_by_id(session: Session, query: Select[*tuple[Any, ...]], wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """What `query` finds of the subjects of these rows, by id; its ids are `IDS`. One statement."""
    return {row.id: row for row in session.execute(query, {"ids": [row.subject_id for row in wanted]})}


def work_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The follow-ups of these rows that the actor sees, by id. One statement."""
    rows = list(wanted)
    query = _of_others(actor) if any(row.kind in OF_OTHERS for row in rows) else _own(actor)
    return found_by_id(session, query, rows)


def work_matter(row: Promise, found: Any | None, to: Addressee) -> Matter:
    """What the reminder may say of a follow-up; `found` is from `work_seen`. Raises NoLongerHolds."""
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    _require_open(row, found)
    because = _because(row, found, to.actor)
    _require_same_day(row, found)
    if to.is_bare(highest(found.case_level, found.level)):
        return Matter(row.kind, row.number, found.due_on, subject_id=found.id, version=found.due_version)
    return Matter(
        kind=row.kind,
        number=row.number,
        due_on=found.due_on,
        title=found.title,
        reference=found.reference,
        case_title=found.case_title,
        is_bare=False,
        because=because,
        subject_id=found.id,
        case_id=found.case_id,
        version=found.due_version,
        since=found.waiting_since if row.kind == kinds.WAITING else None,
        change=_change(row, found),
        rule_was=found.rule_was if row.kind == kinds.RULE_CHANGED else None,
        rule_gives=found.rule_gives if row.kind == kinds.RULE_CHANGED else None,
    )


def _change(row: Promise, found: Any) -> str:
    if row.kind == kinds.FOLLOW_UP_CHANGED:
        return str(found.status)
    if row.kind == kinds.RULE_CHANGED:
        return "stopped" if found.rule_gives is None else "moved" if found.due_on == found.rule_gives else "flagged"
    return ORPHAN if row.kind == kinds.ESCALATION and row.due_key.split(":")[1:2] == [AT_ONCE] else ""


def _require_open(row: Promise, found: Any) -> None:
    if row.kind == kinds.FOLLOW_UP_CHANGED:
        _require_news(row, found)
        return
    if found.status not in ACTIVE_STATUSES:
        raise NoLongerHolds(Reason.CLOSED)
    if row.kind == kinds.WAITING and found.status != "waiting":
        raise NoLongerHolds(Reason.CLOSED)


def _require_news(row: Promise, found: Any) -> None:
    """That it was done or dropped is no news once it is open again, nor its day once it has moved on."""
    has_ended = found.status not in ACTIVE_STATUSES
    if is_of_end(row.due_key) and not has_ended:
        raise NoLongerHolds(Reason.SUPERSEDED)
    if not is_of_end(row.due_key) and (has_ended or _version(row) != str(found.due_version)):
        raise NoLongerHolds(Reason.SUPERSEDED)


def _version(row: Promise) -> str:
    return row.due_key.partition(":")[0]


def _require_same_day(row: Promise, found: Any) -> None:
    if row.kind not in UNVERSIONED and _version(row) != str(found.due_version):
        raise NoLongerHolds(Reason.DATE_CHANGED)
    if row.kind == kinds.RULE_CHANGED and not (
        row.due_key == key_of(found.rule_number)
        and still_says(found.rule_gives, found.rule_by_hand, found.due_on, found.due_to_check)
    ):
        raise NoLongerHolds(Reason.SUPERSEDED)  # it changed again, or somebody set another day
    if row.kind == kinds.WAITING and not row.due_key.endswith(f":{found.waiting_since}"):
        raise NoLongerHolds(Reason.DATE_CHANGED)  # it waits again, for something else


def _because(row: Promise, found: Any, actor: Actor) -> Because:
    """By what right the recipient gets this one now. Raises NoLongerHolds where that has gone."""
    if row.kind == kinds.FOLLOW_UP_CHANGED:
        if not (found.watches or found.stands_in_for_watcher):
            raise NoLongerHolds(Reason.UNWANTED)
        return Because.WATCHES_WORK if found.watches else Because.SUBSTITUTE
    if row.kind == kinds.ESCALATION:
        return _escalated_to(row.due_key.rpartition(":")[2], found, actor)
    if found.assignee_id == row.recipient_id:
        return Because.ASSIGNED
    if found.substitute_id == row.recipient_id:
        return Because.SUBSTITUTE
    if row.kind == kinds.RULE_CHANGED and (because := _concerned(found)):
        return because
    raise NoLongerHolds(Reason.REASSIGNED)


def _concerned(found: Any) -> Because | None:
    """Whoever leads the case of work that nobody has, or watches it."""
    if found.leads:
        return Because.LEAD
    if found.watches:
        return Because.WATCHES_WORK
    return Because.SUBSTITUTE if found.stands_in_for_lead or found.stands_in_for_watcher else None


def _escalated_to(step: str, found: Any, actor: Actor) -> Because:
    """`step`: to whom the chain of escalation leads here, the lead or the holders of a role."""
    if step == LEAD and found.leads:
        return Because.LEAD
    if step != LEAD and actor.has_role(step):
        return _ROLE_REASONS.get(step, Because.COORDINATOR)
    if (step == LEAD and found.stands_in_for_lead) or step in found.stands_in_for_roles:
        return Because.SUBSTITUTE
    raise NoLongerHolds(Reason.REASSIGNED)


@kept_statement
def _own(actor: Actor) -> Select[*tuple[Any, ...]]:
    substitute = select(ReminderPreference.substitute_id).where(ReminderPreference.person_id == FollowUp.assignee_id)
    return (
        select(
            FollowUp.id,
            FollowUp.case_id,
            FollowUp.title,
            FollowUp.due_on,
            FollowUp.due_version,
            FollowUp.status,
            FollowUp.assignee_id,
            FollowUp.level,
            FollowUp.waiting_since,
            Case.reference,
            Case.title.label("case_title"),
            Case.level.label("case_level"),
            substitute.scalar_subquery().label("substitute_id"),
        )
        .join(Case, Case.id == FollowUp.case_id)
        .where(
            FollowUp.id == IDS,
            sees(actor, Case.level, Case.id),
            sees_own_level(actor, FollowUp.level, FollowUp.case_id),
        )
    )


@kept_statement
def _of_others(actor: Actor) -> Select[*tuple[Any, ...]]:
    roles = select(PersonRole.role).where(PersonRole.person_id.in_(stood_in_for(actor)))
    return _own(actor).add_columns(
        leads_case(CaseMembership.person_id == actor.person_id).label("leads"),
        leads_case(CaseMembership.person_id.in_(stood_in_for(actor))).label("stands_in_for_lead"),
        func.array(roles.scalar_subquery()).label("stands_in_for_roles"),
        _watches(FollowUpWatcher.person_id == actor.person_id).label("watches"),
        _watches(FollowUpWatcher.person_id.in_(stood_in_for(actor))).label("stands_in_for_watcher"),
        FollowUp.due_to_check,
        *_MOVED_BY_RULE,
    )


def _last_move(column: Any, name: str) -> ColumnElement[Any]:
    """Of the last line of the follow-up's ledger that a changed rule caused."""
    moves = select(column).where(ClockMove.follow_up_id == FollowUp.id, ClockMove.cause == "rule_changed")
    return moves.order_by(ClockMove.rule_version.desc()).limit(1).scalar_subquery().label(name)


_MOVED_BY_RULE = (
    _last_move(ClockMove.rule_version, "rule_number"),
    _last_move(ClockMove.old_on, "rule_was"),
    _last_move(ClockMove.new_on, "rule_gives"),
    _last_move(ClockMove.is_by_hand, "rule_by_hand"),
)


def _watches(who: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(FollowUpWatcher.follow_up_id == FollowUp.id, who)


def stood_in_for(actor: Actor) -> Select[UUID]:
    """Those who named the actor as their substitute."""
    return select(ReminderPreference.person_id).where(ReminderPreference.substitute_id == actor.person_id)


def leads_case(who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of the people that `who` picks leads the row's case now."""
    return exists().where(CaseMembership.case_id == Case.id, CaseMembership.kind == LEAD, is_current(), who)
