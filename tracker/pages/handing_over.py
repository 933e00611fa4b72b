"""What else goes to another when somebody leaves: cases that they lead, promises that they recorded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current, sees
from tracker.cases.models import Case
from tracker.cases.services.members import end_membership
from tracker.core.actor import Actor
from tracker.core.errors import Invalid, NotPermitted, NotVisible
from tracker.engagements.commitments import CommitmentLine
from tracker.engagements.due_checks import make_check

MOST = 200
Refusal = tuple[str, str]
"""(what stays with them, why)."""


def cases_led_by(session: Session, actor: Actor, person_id: UUID) -> Sequence[tuple[Case, UUID | None]]:
    """(case, the membership with which they lead it) of those that `actor` sees."""
    leading = (CaseMembership.case_id == Case.id) & (CaseMembership.person_id == person_id)
    rows = session.execute(
        select(Case, CaseMembership.id)
        .outerjoin(CaseMembership, leading & (CaseMembership.kind == "lead") & is_current())
        .where(
            sees(actor, Case.level, Case.id),
            (Case.lead_id == person_id) | CaseMembership.id.is_not(None),
            Case.removed_at.is_(None),
        )
        .order_by(Case.reference)
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def hand_leads_over(
    session: Session, actor: Actor, leads: Sequence[tuple[Case, UUID | None]], successor_id: UUID
) -> list[Refusal]:
    """Make the successor lead in their place, case by case; what stays with them."""
    refused = []
    for case, membership_id in leads:
        try:
            if membership_id is not None:
                with session.begin_nested():
                    end_membership(session, actor, case.id, membership_id, successor_id)
        except (Invalid, NotPermitted, NotVisible) as problem:
            why = problem.faults[0].message if isinstance(problem, Invalid) else problem.message
            refused.append((f"{case.reference}, {case.title}", why))
    return refused


def checks_of(session: Session, actor: Actor, lines: Sequence[CommitmentLine]) -> tuple[list[UUID], list[Refusal]]:
    """A follow-up that asks about each of these promises, to be given to somebody; and what gets none."""
    made: list[UUID] = []
    refused: list[Refusal] = []
    for line in lines:
        try:
            check = make_check(session, actor, line.commitment)
        except (Invalid, NotPermitted) as problem:
            refused.append((line.commitment.text, problem.message))
        else:
            made += [check.id] if check is not None else []
    return made, refused
