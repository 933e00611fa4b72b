"""The follow-ups on a case's page: the list and the row that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.policy import Action, decide
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.followups import assignees, policy
from tracker.followups.assignees import Candidate
from tracker.followups.forms import QuickFollowUpForm
from tracker.followups.queries import follow_ups_on_case
from tracker.followups.tickable import tickable_among
from tracker.followups.timelines import timelines_on_case
from tracker.followups.today import today_here


def follow_ups_panel(session: Session, actor: Actor, case: Case, membership: MembershipKind | None) -> dict[str, Any]:
    """What `followups/_on_case.html` needs beside `case`. Three statements."""
    may_add = policy.may_create(actor, case, membership)
    lines = follow_ups_on_case(session, actor, case)
    form = QuickFollowUpForm(formdata=None)
    form.assignee.offer(offered_assignees(session, actor, case, membership) if may_add else [])
    return {
        "follow_ups": lines,
        "timelines": timelines_on_case(session, case.id),
        "tickable": tickable_among(actor, lines, {case.id: membership}),
        "may_add_follow_up": may_add,
        "quick_follow_up": form,
        "today": today_here(),
    }


def offered_assignees(
    session: Session,
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    level: str | None = None,
    current: UUID | None = None,
) -> Sequence[Candidate]:
    """Whom a form on `case` lists; `current` has the work now, and stays listed whatever they may do."""
    may_invite = decide(actor, Action.MANAGE_MEMBERS, case.level, membership).allowed
    people = assignees.candidates(session, case, highest(case.level, level), current)
    return assignees.offered(actor, people, may_invite, current)
