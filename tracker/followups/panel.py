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
from tracker.followups.queries import WorkLine
from tracker.followups.tickable import tickable_among
from tracker.followups.timelines import TimelineLine
from tracker.followups.today import today_here


def follow_ups_panel(
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    lines: Sequence[WorkLine],
    timelines: Sequence[TimelineLine],
    people: Sequence[Candidate],
) -> dict[str, Any]:
    """What `followups/_on_case.html` needs beside `case`; `people`: the candidates for work on it."""
    may_add = policy.may_create(actor, case, membership)
    form = QuickFollowUpForm(formdata=None)
    form.assignee.offer(_offered(actor, case, membership, people) if may_add else [])
    return {
        "follow_ups": lines,
        "timelines": timelines,
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
    people = assignees.candidates(session, case, highest(case.level, level), current)
    return _offered(actor, case, membership, people, current)


def _offered(
    actor: Actor,
    case: Case,
    membership: MembershipKind | None,
    people: Sequence[Candidate],
    current: UUID | None = None,
) -> Sequence[Candidate]:
    may_invite = decide(actor, Action.MANAGE_MEMBERS, case.level, membership).allowed
    return assignees.offered(actor, people, may_invite, current)
