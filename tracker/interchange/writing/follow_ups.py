"""Work to do on the cases of a file. Reminders follow from what happened to each follow-up, as everywhere else."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.models import CaseMembership
from tracker.access.policy import Action, decide
from tracker.access.visibility import is_current
from tracker.accounts.models import PersonRole
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import person_actor
from tracker.core.ids import new_id
from tracker.followups.checks import tell
from tracker.followups.happened import Change
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.interchange.findings import at_key
from tracker.interchange.schema import CaseObject, FollowUpObject
from tracker.interchange.writing.work import Work, given_values

_NAMES = {name: name for name in ("title", "kind", "status", "notes")}
_EMPTY = {"kind": "follow_up", "status": "open"}
_DAYS = ("due_on", "completed_on")


def write_follow_ups(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """Needs cases and members to be in the database. Whether anything changed, by the ref of the case."""
    sight = Sight(work.session, [work.rows.get("cases", case.ref) for case in cases if case.follow_ups])
    told: list[tuple[FollowUp, Change]] = []
    changed = {}
    for case in cases:
        written = [_write(work, work.rows.get("cases", case.ref), item, sight) for item in case.follow_ups or ()]
        told += [entry for entry in written if entry is not None]
        changed[case.ref] = any(entry is not None for entry in written)
    work.session.flush()
    for row, what in told:
        tell(work.session, work.actor, row, what, f"follow_up.{'created' if what == 'created' else 'edited'}")
    return changed


def _write(work: Work, case: Case, item: FollowUpObject, sight: Sight) -> tuple[FollowUp, Change] | None:
    row: FollowUp | None = work.rows.get("follow_ups", item.ref)
    values = _values(work, case, item, row, sight)
    if row is None:
        owner = work.actor.person_id
        row = FollowUp(id=new_id(), sender=work.sender, ref=item.ref, case_id=case.id, created_by_id=owner, **values)
        row.next_plan_at = clock.now()
        work.session.add(row)
        work.tally.count("follow_ups", is_new=True, is_changed=False)
        return row, "created"
    if row.case_id != case.id:
        work.findings.error(at_key(item.path, "ref"), f"{item.ref!r} is recorded here as a follow-up of another case")
        return None
    differing = {name for name, value in values.items() if getattr(row, name) != value}
    work.tally.count("follow_ups", is_new=False, is_changed=bool(differing))
    return (row, _change(row, values, differing)) if differing else None


def _values(work: Work, case: Case, item: FollowUpObject, row: FollowUp | None, sight: Sight) -> dict[str, Any]:
    values = given_values(item, _NAMES, _EMPTY)
    values |= {name: _day(getattr(item, name)) for name in _DAYS if name in item.given}
    if "assignee" in item.given:
        person_id = work.person(item.assignee)
        if person_id is not None and not sight.may_be_assigned(case, row, person_id):
            work.findings.gap(
                at_key(item.path, "assignee"), f"{item.assignee} may not see this case; make them a member"
            )
            person_id = None
        values["assignee_id"] = person_id
        values["assignee_named"] = item.assignee if person_id is None else None
    return values


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _change(row: FollowUp, values: dict[str, Any], differing: set[str]) -> Change:
    """Set what differs; a new day or assignee is a new promise, so the key of its reminders rises."""
    was_active = row.is_active
    for name in differing:
        setattr(row, name, values[name])
    if differing & {"due_on", "assignee_id"}:
        row.due_version += 1
    row.next_plan_at = clock.now()
    if "status" in differing and was_active != row.is_active:
        return "reopened" if row.status in ACTIVE_STATUSES else "completed" if row.status == "done" else "cancelled"
    if "assignee_id" in differing:
        return "assigned"
    return "due_changed" if "due_on" in differing else "edited"


class Sight:
    """Who may be given work on which of the cases: everybody's roles, and the memberships of these cases."""

    def __init__(self, session: Session, cases: list[Case]) -> None:
        self._roles: dict[UUID, set[str]] = {}
        self._members: dict[tuple[UUID, UUID], str] = {}
        if not cases:
            return
        for person_id, role in session.execute(select(PersonRole.person_id, PersonRole.role)):
            self._roles.setdefault(person_id, set()).add(role)
        statement = select(CaseMembership.case_id, CaseMembership.person_id, CaseMembership.kind)
        ids = [case.id for case in cases]
        for case_id, person_id, kind in session.execute(statement.where(CaseMembership.case_id.in_(ids), is_current())):
            self._members[case_id, person_id] = kind

    def may_be_assigned(self, case: Case, follow_up: FollowUp | None, person_id: UUID) -> bool:
        kind = self._members.get((case.id, person_id))
        level = highest(case.level, follow_up.level if follow_up is not None else None)
        person = person_actor(person_id, frozenset(self._roles.get(person_id, ())))
        return decide(person, Action.BE_ASSIGNED, level, MembershipKind(kind) if kind else None).allowed
