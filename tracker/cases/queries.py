"""Reads of cases. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.access.levels import OPEN_LEVELS, MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.queries import membership_of
from tracker.access.visibility import is_current, is_open, member_case_ids, sees, sees_own_level
from tracker.accounts.models import Person
from tracker.accounts.queries import active_people
from tracker.cases.models import Case, CaseEvent, CaseSubject, Dossier, Subject
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement

__all__ = [
    "MemberLine",
    "current_members",
    "former_members",
    "get_case",
    "get_case_by_id",
    "get_event",
    "get_subject",
    "history_of",
    "in_order",
    "lock_case",
    "members_read",
    "membership_of",
    "shared_events",
    "visible_cases",
    "visible_dossiers",
    "visible_events",
    "visible_subjects",
]


def visible_cases(actor: Actor) -> Select[Case]:
    """The cases that `actor` may see, in no order. A removed one is seen by nobody, the operator among them."""
    return select(Case).where(Case.removed_at.is_(None), sees(actor, Case.level, Case.id))


def visible_events(actor: Actor) -> Select[CaseEvent]:
    """Entries, voided ones too, of visible cases, as far as their own level lets `actor` see them."""
    visible = select(Case.id).where(sees(actor, Case.level, Case.id))
    return select(CaseEvent).where(
        CaseEvent.case_id.in_(visible), sees_own_level(actor, CaseEvent.level, CaseEvent.case_id)
    )


def get_case(session: Session, actor: Actor, reference: str) -> Case:
    """The case with this reference. Raises NotVisible."""
    case = session.scalar(visible_cases(actor).where(Case.reference == reference.upper()))
    return _or_not_visible(case)


def get_case_by_id(session: Session, actor: Actor, case_id: UUID) -> Case:
    """The case with this id. Raises NotVisible."""
    return _or_not_visible(session.scalar(visible_cases(actor).where(Case.id == case_id)))


def lock_case(session: Session, actor: Actor, which: UUID | str) -> tuple[Case, MembershipKind | None]:
    """The case, freshly read and locked until the end of the transaction, so that edits of it stand in a queue.

    `which` is its id or its reference. With what `actor` is on it. Raises NotVisible.
    """
    by_id = isinstance(which, UUID)
    said = {"which": which if isinstance(which, UUID) else which.upper()}
    options = {"populate_existing": True}
    row = session.execute(_lock_statement(actor, by_id), said, execution_options=options).one_or_none()
    if row is None:
        raise NotVisible("There is no such case.")
    case, kind = row
    return case, MembershipKind(kind) if kind else None


@kept_statement
def _lock_statement(actor: Actor, by_id: bool) -> Select[Case, str]:
    own = select(CaseMembership.kind).where(
        CaseMembership.case_id == Case.id, CaseMembership.person_id == actor.person_id, is_current()
    )
    named = (Case.id if by_id else Case.reference) == bindparam("which")
    statement = visible_cases(actor).where(named).add_columns(own.correlate(Case).scalar_subquery())
    return statement.with_for_update(of=Case, key_share=True)


def history_of(session: Session, actor: Actor, case: Case) -> Sequence[CaseEvent]:
    """What `actor` sees of the case's history, oldest first, voided entries among the others; as it stands now."""
    options = {"populate_existing": True}
    return session.scalars(_history_statement(actor), {"case_id": case.id}, execution_options=options).all()


@kept_statement
def _history_statement(actor: Actor) -> Select[CaseEvent]:
    return visible_events(actor).where(CaseEvent.case_id == bindparam("case_id")).order_by(*in_order())


def in_order() -> tuple[Any, ...]:
    """The order of what happened, then of entry."""
    return (CaseEvent.place, CaseEvent.entered_at, CaseEvent.id)


def shared_events(case: Case) -> Select[CaseEvent]:
    """The standing entries that everybody who sees `case` sees too: what its row may tell."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.voided_at.is_(None))
    if case.level in OPEN_LEVELS:
        statement = statement.where(or_(CaseEvent.level.is_(None), is_open(CaseEvent.level)))
    return statement.order_by(*in_order())


def visible_dossiers(actor: Actor) -> Select[Dossier]:
    """Dossiers through their visible cases; open ones by staff: one that went away would tell of a case."""
    if actor.is_operator:
        return select(Dossier)
    through = select(Case.dossier_id).where(sees(actor, Case.level, Case.id), Case.dossier_id.is_not(None))
    by_role = Dossier.is_open if actor.is_staff else false()
    return select(Dossier).where(or_(Dossier.id.in_(through), by_role))


def visible_subjects(actor: Actor) -> Select[Subject]:
    """Subjects through their visible cases; open ones by staff: one that went away would tell of a case."""
    if actor.is_operator:
        return select(Subject)
    through = (
        select(CaseSubject.subject_id)
        .join(Case, Case.id == CaseSubject.case_id)
        .where(sees(actor, Case.level, Case.id))
    )
    by_role = Subject.is_open if actor.is_staff else false()
    return select(Subject).where(or_(Subject.id.in_(through), by_role))


def get_subject(session: Session, actor: Actor, subject_id: UUID) -> tuple[Subject, Sequence[tuple[CaseSubject, Case]]]:
    """A subject and the visible cases about them. Raises NotVisible."""
    subject = session.scalar(visible_subjects(actor).where(Subject.id == subject_id))
    if subject is None:
        raise NotVisible("There is no such subject.")
    rows = session.execute(
        select(CaseSubject, Case)
        .join(Case, Case.id == CaseSubject.case_id)
        .where(CaseSubject.subject_id == subject.id, sees(actor, Case.level, Case.id))
        .order_by(Case.title, Case.id)
        .limit(500)
    )
    return subject, [(on_case, case) for on_case, case in rows]


def get_event(session: Session, actor: Actor, case: Case, event_id: UUID) -> CaseEvent:
    """One entry of the case. Raises NotVisible."""
    statement = visible_events(actor).where(CaseEvent.case_id == case.id, CaseEvent.id == event_id)
    event = session.scalar(statement)
    if event is None:
        raise NotVisible("There is no such entry.")
    return event


def current_members(session: Session, case_id: UUID) -> Sequence[tuple[CaseMembership, Person]]:
    """Who is a member now, leads first, and the person."""
    rows = session.execute(_members_statement(), {"case_id": case_id})
    return [(membership, person) for membership, person in rows]


@kept_statement
def _members_statement() -> Select[CaseMembership, Person]:
    rank = func.array_position(["lead", "member", "reader"], CaseMembership.kind)
    return (
        select(CaseMembership, Person)
        .join(Person, Person.id == CaseMembership.person_id)
        .where(CaseMembership.case_id == bindparam("case_id"), is_current())
        .order_by(rank, CaseMembership.starts_at, CaseMembership.id)
    )


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A current member as a page names them."""

    person_id: UUID
    name: str
    kind: MembershipKind
    picture: UUID | None


def members_read(case_id: UUID) -> Read[list[MemberLine]]:
    """Who is a member now, leads first: columns, for a page that reads more."""
    return Read(_member_lines_statement(), {"case_id": case_id}, _member_lines)


def _member_lines(rows: Rows) -> list[MemberLine]:
    return [MemberLine(one, name, MembershipKind(kind), picture) for one, name, kind, picture in rows]


@kept_statement
def _member_lines_statement() -> Select[*tuple[Any, ...]]:
    return _members_statement().with_only_columns(
        Person.id, Person.name, CaseMembership.kind, Person.picture, maintain_column_froms=True
    )


def former_members(
    session: Session, actor: Actor, case_id: UUID, limit: int = 100
) -> Sequence[tuple[CaseMembership, Person]]:
    """Memberships that have ended, the latest first, and the person. Outside counsel learn of none."""
    if not (actor.is_staff or actor.is_operator):
        return []
    rows = session.execute(
        select(CaseMembership, Person)
        .join(Person, Person.id == CaseMembership.person_id)
        .where(CaseMembership.case_id == case_id, ~is_current())
        .order_by(CaseMembership.starts_at.desc(), CaseMembership.id)
        .limit(limit)
    )
    return [(membership, person) for membership, person in rows]


def _or_not_visible(case: Case | None) -> Case:
    if case is None:
        raise NotVisible("There is no such case.")
    return case


def known_case_readers(session: Session, actor: Actor) -> list[Person]:
    """Whom `actor` may choose among all who read cases: outside counsel those whom they work with, and nobody else."""
    people = active_people(session, *CASE_READERS)
    if actor.is_staff:
        return list(people)
    known = _colleagues(session, actor)
    return [person for person in people if person.id in known]


def _colleagues(session: Session, actor: Actor) -> set[UUID]:
    """Everybody who is a member of a case of which `actor` is one, or was until `actor` ended it."""
    mine = CaseMembership.case_id.in_(member_case_ids(actor))
    known = or_(CaseMembership.ended_at.is_(None), CaseMembership.ended_by_id == actor.person_id)
    return set(session.scalars(select(CaseMembership.person_id).where(mine, known)))
