"""Who may see a case, or something more secret on it: for mentions, and for whoever asks "Who can see this?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.access.levels import Level, MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.policy import sees
from tracker.access.visibility import is_current
from tracker.accounts.models import Person, PersonRole
from tracker.core.actor import Actor, person_actor


@dataclass(frozen=True, slots=True)
class Reader:
    """An active person whose roles open cases; `may_see`: this one, at the level that was asked about."""

    id: UUID
    name: str
    membership: MembershipKind | None
    may_see: bool


def possible_readers(session: Session, actor: Actor, case_id: UUID, level: Level | str) -> Sequence[Reader]:
    """Active people by name, whether they see what has `level` on the case or not. One statement.

    Outside counsel learn of the case's members only.
    """
    query = (
        select(Person.id, Person.name, func.array_agg(PersonRole.role), func.max(CaseMembership.kind))
        .join(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(
            CaseMembership,
            and_(CaseMembership.person_id == Person.id, CaseMembership.case_id == case_id, is_current()),
        )
        .where(Person.active)
        .group_by(Person.id)
        .order_by(Person.name, Person.id)
    )
    found = [_reader(person_id, name, roles, kind, level) for person_id, name, roles, kind in session.execute(query)]
    all_staff = actor.is_operator or actor.is_staff
    return [reader for reader in found if reader is not None and (all_staff or reader.membership is not None)]


def _reader(person_id: UUID, name: str, roles: Sequence[str], kind: str | None, level: Level | str) -> Reader | None:
    if CASE_READERS.isdisjoint(roles):
        return None
    membership = MembershipKind(kind) if kind else None
    may_see = sees(person_actor(person_id, frozenset(roles)), level, membership)
    return Reader(person_id, name, membership, may_see)
