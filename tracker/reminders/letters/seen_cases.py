"""Entries of a history and periods of cases, as the recipient of a reminder sees them now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.models import CaseMembership
from tracker.access.visibility import sees, sees_own_level
from tracker.cases.models import Case, CaseEvent, CaseWatcher
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.pathways.models import StoredDefinition
from tracker.reminders.letters import Because, Matter
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, Promise
from tracker.reminders.letters.seen_work import IDS, found_by_id, leads_case, stood_in_for
from tracker.reminders.reasons import Reason


def entries_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The entries of these rows that the actor sees, by id, each with the words of its status. One statement."""
    return found_by_id(session, _entries(actor), wanted)


def entry_matter(row: Promise, found: Any | None, to: Addressee) -> Matter:
    """What may be said of a new status; `found` is from `entries_seen`. Raises NoLongerHolds."""
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    if found.voided_at is not None or found.status is None:
        raise NoLongerHolds(Reason.CLOSED)
    if not (found.watches or found.stands_in):
        raise NoLongerHolds(Reason.UNWANTED)
    if to.is_bare(highest(found.case_level, found.level)):
        return Matter(row.kind, row.number)
    return Matter(
        kind=row.kind,
        number=row.number,
        reference=found.reference,
        case_title=found.case_title,
        is_bare=False,
        because=Because.WATCHES_CASE if found.watches else Because.SUBSTITUTE,
        case_id=found.case_id,
        since=exact_day(found.occurred_on),
        status=found.status_label or found.status.replace("_", " "),
    )


def periods_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The cases of these rows that the actor sees, by id. One statement."""
    return found_by_id(session, _periods(actor), wanted)


def period_matter(row: Promise, found: Any | None, to: Addressee) -> Matter:
    """What may be said of a period that ends; `found` is from `periods_seen`. Raises NoLongerHolds."""
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    if found.phase == "closed":
        raise NoLongerHolds(Reason.CLOSED)
    if found.expires_on is None or found.expires_on != row.due_on:
        raise NoLongerHolds(Reason.DATE_CHANGED)
    because = _because(found, to.actor)
    if to.is_bare(highest(found.level)):
        return Matter(row.kind, row.number, found.expires_on, subject_id=found.id)
    return Matter(
        kind=row.kind,
        number=row.number,
        due_on=found.expires_on,
        reference=found.reference,
        case_title=found.title,
        is_bare=False,
        because=because,
        subject_id=found.id,
        case_id=found.id,
    )


def definition_of_entry() -> ColumnElement[bool]:
    """Joins the pathway's definition that judged an entry."""
    return and_(StoredDefinition.key == Case.pathway, StoredDefinition.version == CaseEvent.definition_version)


def status_label() -> ColumnElement[Any]:
    """The words of an entry's status in its definition's English; null where the definition has no such status."""
    path: ColumnElement[Any] = literal_column("'$.statuses[*] ? (@.key == $key).label'::jsonpath")
    found = func.jsonb_path_query_first(StoredDefinition.body, path, func.jsonb_build_object("key", CaseEvent.status))
    return found.op("#>>")(literal_column("'{}'::text[]"))


def exact_day(text: str | None) -> date | None:
    """The day of an entry that happened on a known day; None for a vague one."""
    return date.fromisoformat(text) if text and len(text) == 10 else None


@kept_statement
def _entries(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CaseEvent.id,
            CaseEvent.case_id,
            CaseEvent.status,
            CaseEvent.occurred_on,
            CaseEvent.voided_at,
            CaseEvent.level,
            Case.reference,
            Case.title.label("case_title"),
            Case.level.label("case_level"),
            status_label().label("status_label"),
            _watches(CaseWatcher.person_id == actor.person_id).label("watches"),
            _watches(CaseWatcher.person_id.in_(stood_in_for(actor))).label("stands_in"),
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(StoredDefinition, definition_of_entry())
        .where(
            CaseEvent.id == IDS,
            sees(actor, Case.level, Case.id),
            sees_own_level(actor, CaseEvent.level, CaseEvent.case_id),
        )
    )


@kept_statement
def _periods(actor: Actor) -> Select[*tuple[Any, ...]]:
    return select(
        Case.id,
        Case.reference,
        Case.title,
        Case.level,
        Case.expires_on,
        Case.phase,
        leads_case(CaseMembership.person_id == actor.person_id).label("leads"),
        leads_case(CaseMembership.person_id.in_(stood_in_for(actor))).label("stands_in"),
        _watches(CaseWatcher.person_id == actor.person_id).label("watches"),
    ).where(Case.id == IDS, sees(actor, Case.level, Case.id))


def _because(found: Any, actor: Actor) -> Because:
    if found.leads:
        return Because.LEAD
    if found.stands_in:
        return Because.SUBSTITUTE
    if actor.has_role("coordinator"):
        return Because.COORDINATOR
    if found.watches:
        return Because.WATCHES_CASE
    raise NoLongerHolds(Reason.REASSIGNED)


def _watches(who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of the people that `who` picks watches the row's case."""
    return exists().where(CaseWatcher.case_id == Case.id, who)
