"""What somebody is on a case, now."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, select
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement


def membership_of(session: Session, actor: Actor, case_id: UUID) -> MembershipKind | None:
    """What the acting person is on the case; None for strangers to it and for the operator."""
    return memberships_of(session, actor, [case_id]).get(case_id)


def memberships_of(session: Session, actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, MembershipKind]:
    """The same for many cases in one statement; a case without a membership is not in the answer."""
    wanted = list(case_ids)
    if not actor.is_person or not wanted:
        return {}
    rows = session.execute(_memberships(), {"person_id": actor.person_id, "case_ids": wanted})
    return {case_id: MembershipKind(kind) for case_id, kind in rows}


@kept_statement
def _memberships() -> Select[UUID, str]:
    return select(CaseMembership.case_id, CaseMembership.kind).where(
        CaseMembership.person_id == bindparam("person_id"),
        CaseMembership.case_id == any_(bindparam("case_ids", type_=ARRAY(Uuid))),
        is_current(),
    )
