"""Who may be given work on a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.access.levels import Level, MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.policy import Action, decide
from tracker.access.visibility import is_current
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case
from tracker.core.actor import Actor, person_actor
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement

_People = Select[UUID, str, Sequence[str], str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An active person; `may` says whether work on the case can be given to them now."""

    id: UUID
    name: str
    roles: frozenset[str]
    membership: MembershipKind | None
    may: bool


def candidates(session: Session, case: Case, level: Level | str, current: UUID | None = None) -> Sequence[Candidate]:
    """All active people whose roles open cases, by name, and whoever has the work now. One statement.

    `level` is that of the work.
    """
    return _candidates(session, _everybody_statement(), case.id, level, current)


def candidates_read(case: Case) -> Read[Sequence[Candidate]]:
    """The same for work at the case's own level, for a page that reads more."""
    return Read(_takers_statement(), {"case_id": case.id}, lambda rows: _made(rows, case.level))


def candidate(session: Session, case: Case, level: Level | str, person_id: UUID) -> Candidate | None:
    """One of them; None for nobody, for somebody who has left, or whose roles open no case."""
    found = _candidates(session, _one_statement(), case.id, level, person_id)
    return found[0] if found else None


def offered(
    actor: Actor, people: Sequence[Candidate], may_invite: bool, current: UUID | None = None
) -> Sequence[Candidate]:
    """Whom a form lists for `actor`: those who may; for a lead also staff who could be made members; and `current`.

    Outside counsel are shown the members of the case only.
    """
    if not actor.is_operator and not actor.is_staff:
        return [person for person in people if person.id == current or (person.may and person.membership is not None)]
    return [person for person in people if person.may or may_invite or person.id == current]


def _candidates(
    session: Session, statement: _People, case_id: UUID, level: Level | str, person_id: UUID | None
) -> Sequence[Candidate]:
    rows = session.execute(statement, {"case_id": case_id, "person_id": person_id})
    return _made(rows.all(), level)


def _made(rows: Rows, level: Level | str) -> Sequence[Candidate]:
    answers: dict[tuple[frozenset[str], str | None], bool] = {}  # the same few questions for many people
    return [_candidate(row, level, answers) for row in rows]


@kept_statement
def _everybody_statement() -> _People:
    return _statement(or_(_takes_work(), Person.id == bindparam("person_id", type_=Person.id.type)))


@kept_statement
def _takers_statement() -> _People:
    return _statement(_takes_work())


@kept_statement
def _one_statement() -> _People:
    return _statement(and_(_takes_work(), Person.id == bindparam("person_id", type_=Person.id.type)))


def _statement(which: ColumnElement[bool]) -> _People:
    roles = func.array_agg(PersonRole.role)
    return (
        select(Person.id, Person.name, roles, func.max(CaseMembership.kind))
        .join(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(
            CaseMembership,
            and_(CaseMembership.person_id == Person.id, CaseMembership.case_id == bindparam("case_id"), is_current()),
        )
        .where(which)
        .group_by(Person.id)
        .order_by(Person.name, Person.id)
    )


def _takes_work() -> ColumnElement[bool]:
    """Whoever is an administrator and nothing else can't open a case, not even as a member of one."""
    readers = select(PersonRole.person_id).where(PersonRole.role.in_(CASE_READERS))
    return and_(Person.active, Person.id.in_(readers))


def _candidate(
    row: Sequence[Any], level: Level | str, answers: dict[tuple[frozenset[str], str | None], bool]
) -> Candidate:
    person_id, name, role_keys, kind = row
    roles, membership = frozenset(role_keys), MembershipKind(kind) if kind else None
    if (roles, kind) not in answers:
        answers[roles, kind] = decide(person_actor(person_id, roles), Action.BE_ASSIGNED, level, membership).allowed
    return Candidate(person_id, name, roles, membership, answers[roles, kind])
