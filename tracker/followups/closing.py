"""A case closes while work on it is open: refused by name, unless somebody says what becomes of each piece.

Only what the actor sees counts: hidden work must not show itself by a refusal. It stays open, and the case's page tells
those who see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.audit.services import record
from tracker.cases.happened import CaseCloses
from tracker.cases.models import Case
from tracker.cases.queries import get_case_by_id
from tracker.cases.services.comments import add_comment
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.followups import policy, rules
from tracker.followups.checks import require_assignable, require_own_level, tell
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, WorkItem, WorkLine, line, visible_follow_ups, visible_lines
from tracker.followups.services import cancel, complete

KEEP: Final = "keep"
COMPLETE: Final = "complete"
CANCEL: Final = "cancel"
HAND_OVER: Final = "hand_over"
CHOICES: Final = (CANCEL, COMPLETE, KEEP, HAND_OVER)


class OpenWork(Invalid):
    """The case can't close before somebody says what becomes of `follow_ups`."""

    def __init__(self, follow_ups: Sequence[WorkLine]) -> None:
        self.follow_ups = tuple(follow_ups)
        titles = ", ".join(f"“{one.follow_up.title}”" for one in follow_ups)
        words = ngettext(
            "A follow-up is still open: %(titles)s. Say what becomes of it.",
            "Follow-ups are still open: %(titles)s. Say what becomes of them.",
            len(follow_ups),
            titles=titles,
        )
        super().__init__(Fault("open_work", words))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of one open follow-up when its case closes. `to_case_id`: for HAND_OVER, the case that takes it."""

    follow_up_id: UUID
    choice: str
    to_case_id: UUID | None = None


def open_work(session: Session, actor: Actor, case_id: UUID) -> Sequence[WorkLine]:
    """What is still to be done on the case, as far as `actor` sees it, by day. One statement."""
    statement = visible_lines(actor).where(FollowUp.case_id == case_id, IS_ACTIVE)
    return [line(row) for row in session.execute(statement.order_by(FollowUp.due_on, FollowUp.id))]


def refuse_open_work(session: Session, event: CaseCloses) -> None:
    """Raises OpenWork, naming what nobody has decided about."""
    undecided = [
        one for one in open_work(session, event.actor, event.case.id) if one.follow_up.id not in event.left_open
    ]
    if undecided:
        raise OpenWork(undecided)


def choices_for(actor: Actor, case: Case, item: WorkItem, membership: MembershipKind | None) -> tuple[str, ...]:
    """What `actor` may let become of one follow-up: whoever may close a case may not therefore do everybody's work."""
    as_row = FollowUp(level=item.level, assignee_id=item.assignee_id)
    may_edit = policy.may_edit(actor, case, as_row, membership).allowed
    may_progress = policy.may_progress(actor, case, as_row, membership).allowed
    allowed = {KEEP: True, CANCEL: may_edit, COMPLETE: may_progress, HAND_OVER: may_edit}
    return tuple(choice for choice in CHOICES if allowed[choice])


def settle_open_work(
    session: Session, actor: Actor, case: Case, settlements: Sequence[Settlement], reason: str = ""
) -> None:
    """Do what was chosen, in the transaction that closes the case and after the case has closed.

    What stays open needs a `reason`, which becomes a comment on the case. A recurring follow-up that is completed here
    does not come again. Raises NotPermitted, NotVisible, and Invalid with each fault at `work.<follow-up's id>` or
    `work_reason`.
    """
    chosen = {one.follow_up_id: one for one in settlements}
    statement = visible_follow_ups(actor).where(FollowUp.id.in_(chosen), FollowUp.case_id == case.id)
    rows = session.scalars(statement.order_by(FollowUp.id)).all()
    _refuse_unsaid(rows, chosen, reason)
    for follow_up in rows:
        settlement = chosen[follow_up.id]
        if settlement.choice == COMPLETE:
            complete(session, actor, follow_up)
        elif settlement.choice == CANCEL:
            cancel(session, actor, follow_up)
        elif settlement.choice == HAND_OVER and settlement.to_case_id is not None:
            hand_over(session, actor, case, follow_up, settlement.to_case_id)
    _end_recurrences(session, actor, case, [row.id for row in rows if chosen[row.id].choice == COMPLETE])
    _explain(session, actor, case, [row for row in rows if chosen[row.id].choice == KEEP], reason)


def hand_over(session: Session, actor: Actor, case: Case, follow_up: FollowUp, to_case_id: UUID) -> None:
    """Let another case that `actor` sees carry on the work; it is then as secret as it was, or more.

    Raises NotVisible, NotPermitted, Invalid (the assignee can't see the other case; it is more open than this one).
    """
    other = get_case_by_id(session, actor, to_case_id)
    here, there = membership_of(session, actor, case.id), membership_of(session, actor, other.id)
    require(policy.may_edit(actor, case, follow_up, here))
    require(policy.may_create(actor, other, there))
    path = f"work.{follow_up.id}"
    counting = highest(case.level, follow_up.level)
    if counting.members_only:
        message = _(
            "“%(title)s” is for the members of this case only and can't move to another.", title=follow_up.title
        )
        raise Invalid(Fault(path, message))
    level = rules.own_level(counting, other.level)
    require_own_level(actor, other, level, there)
    require_assignable(session, actor, other, level, follow_up.assignee_id, there, path)
    record(session, actor, "follow_up.handed_over", "follow_up", follow_up.id, case_id=case.id, to_case=str(other.id))
    _move(follow_up, other, level)
    session.flush()
    session.execute(select(func.app_take_comments_along(follow_up.id)))
    tell(session, actor, follow_up, "assigned", "follow_up.taken_over", from_case=str(case.id))


def _move(follow_up: FollowUp, other: Case, level: str | None) -> None:
    """To the other case; the status and the timeline that had asked for it stay behind."""
    follow_up.case_id, follow_up.level = other.id, level
    follow_up.template_key = follow_up.period_key = follow_up.every_days = None
    follow_up.timeline_id = follow_up.due_offset = None
    follow_up.due_version += 1


def _refuse_unsaid(rows: Sequence[FollowUp], chosen: dict[UUID, Settlement], reason: str) -> None:
    faults = []
    for row in rows:
        settlement = chosen[row.id]
        if settlement.choice not in CHOICES:
            message = _("Say what becomes of “%(title)s”.", title=row.title)
            faults.append(Fault(f"work.{row.id}", message))
        elif settlement.choice == HAND_OVER and settlement.to_case_id is None:
            message = _("Choose the case that takes over “%(title)s”.", title=row.title)
            faults.append(Fault(f"work.{row.id}", message))
    if any(one.choice == KEEP for one in chosen.values()) and not reason.strip():
        faults.append(Fault("work_reason", _("Say why work stays open on a closed case.")))
    if faults:
        raise Invalid(*faults)


def _end_recurrences(session: Session, actor: Actor, case: Case, completed: Sequence[UUID]) -> None:
    if not completed:
        return
    session.flush()
    following = visible_follow_ups(actor).where(
        FollowUp.case_id == case.id, IS_ACTIVE, FollowUp.recurrence_of_id.in_(completed)
    )
    for one in session.scalars(following).all():
        cancel(session, actor, one)


def _explain(session: Session, actor: Actor, case: Case, kept: Sequence[FollowUp], reason: str) -> None:
    """Why work stays open: a comment, as secret as the most secret of what it names."""
    if not kept:
        return
    titles = "; ".join(one.title for one in kept)
    body = _("Closed with work left open (%(titles)s): %(reason)s", titles=titles, reason=reason.strip())
    own = highest(case.level, *(one.level for one in kept))
    add_comment(session, actor, case.id, body, level=rules.own_level(own, case.level))
