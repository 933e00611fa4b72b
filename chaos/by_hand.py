"""`python -m chaos.by_hand done|sealed|withdrawn TOKEN`: what a case's lead does in the app, through its services."""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload


def change(session: Session, what: str, token: str) -> None:
    """Complete the follow-up, seal its case, or end the assignee's membership, as the case's lead."""
    from tracker.access.models import CaseMembership
    from tracker.accounts.models import Person
    from tracker.cases.models import Case
    from tracker.cases.services.levels import raise_level
    from tracker.cases.services.members import end_membership
    from tracker.core.actor import person_actor
    from tracker.core.database import become
    from tracker.followups.models import FollowUp
    from tracker.followups.progress import complete

    work = session.scalars(select(FollowUp).where(FollowUp.ref == token)).one()
    case = session.get_one(Case, work.case_id)
    memberships = session.scalars(select(CaseMembership).where(CaseMembership.case_id == case.id)).all()
    lead = session.get_one(Person, case.lead_id, options=[selectinload(Person.roles)])
    actor = person_actor(lead.id, frozenset(lead.role_keys))
    circle: dict[Any, Any] = {one.person_id: one.id for one in memberships if one.ended_at is None}
    assignee_id, version = work.assignee_id, case.version
    become(session, actor)
    acts: dict[str, Any] = {
        "done": lambda: complete(session, actor, work),
        "sealed": lambda: raise_level(session, actor, case.id, "sealed", version),
        "withdrawn": lambda: end_membership(session, actor, case.id, circle[assignee_id]),
    }
    acts[what]()


def main(what: str, token: str) -> None:
    from config import load_settings
    from tracker import create_app
    from tracker.core.actor import OPERATOR
    from tracker.core.web import database

    with create_app(load_settings()).app_context(), database().unit_of_work(OPERATOR) as session:
        change(session, what, token)


if __name__ == "__main__":
    main(*sys.argv[1:])
