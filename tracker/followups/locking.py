"""Holding a follow-up while it is changed, and a case while work is made of what stands on it."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, NotVisible
from tracker.followups import policy
from tracker.followups.models import FollowUp

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('work on case ' || :case_id, 0))")


def one_maker(session: Session, case_id: UUID) -> None:
    """Of two who make the work of one charge, period or clock of a case at once, the second finds what the first made.

    Held until the end of the transaction. The case itself is not: many may make work who may not change it.
    """
    session.execute(_ONE_AT_A_TIME, {"case_id": str(case_id)})


def locked(session: Session, follow_up: FollowUp, expected_version: int | None) -> tuple[Case, FollowUp]:
    """The row as it stands, held until the end of the transaction, and its case. Raises NotVisible, Conflict."""
    standing = session.scalar(
        select(FollowUp.version).where(FollowUp.id == follow_up.id).with_for_update(key_share=True)
    )
    current, case = session.get(FollowUp, follow_up.id), session.get(Case, follow_up.case_id)
    if standing is None or current is None or case is None:
        raise NotVisible
    if expected_version is not None and standing != expected_version:
        raise Conflict(_("Somebody else changed this follow-up in the meantime."), standing)
    if standing != current.version:
        session.refresh(current)  # somebody was faster, and the caller goes on from where they left it
    return case, current


def editing(
    session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None
) -> tuple[Case, FollowUp, policy.Membership]:
    """The same for whoever may edit it. Raises NotPermitted too."""
    case, follow_up = locked(session, follow_up, expected_version)
    membership = membership_of(session, actor, case.id)
    require(policy.may_edit(actor, case, follow_up, membership))
    return case, follow_up, membership


def progressing(
    session: Session, actor: Actor, follow_up: FollowUp, expected_version: int | None = None
) -> tuple[Case, FollowUp, policy.Membership]:
    """The same for whoever may start, finish or put off the work: also its assignee."""
    case, follow_up = locked(session, follow_up, expected_version)
    membership = membership_of(session, actor, case.id)
    require(policy.may_progress(actor, case, follow_up, membership))
    return case, follow_up, membership
