"""What has a level of its own on a case: a follow-up, an entry, a meeting, a paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.queries import memberships_of
from tracker.access.visibility import sees
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import get_case_by_id, visible_events
from tracker.cases.wording import entry_label
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.documents.queries import visible_documents
from tracker.engagements.models import Engagement
from tracker.engagements.queries import cases_of, get_engagement
from tracker.followups.models import FollowUp
from tracker.followups.queries import follow_up_with_case

Row = FollowUp | CaseEvent | Engagement | DocumentRecord
_ORDER = (MembershipKind.LEAD, MembershipKind.MEMBER, MembershipKind.READER, None)


@dataclass(frozen=True, slots=True)
class Part:
    """One of them as somebody sees it. `level`: what counts; `least`: the lowest that its cases allow.

    `case`: of its cases the one on which the actor is most, `membership`: what they are there.
    """

    what: str
    row: Row
    title: str
    level: Level
    least: Level
    case: Case
    membership: MembershipKind | None

    @property
    def lower_levels(self) -> list[Level]:
        return [level for level in Level if self.least.rank <= level.rank < self.level.rank]


def find_part(session: Session, actor: Actor, what: str, part_id: UUID) -> Part:
    """The thing, when `actor` sees it and a case that it hangs on. Raises NotVisible."""
    find = _FIND.get(what)
    if find is None:
        raise NotVisible
    row, title, cases = find(session, actor, part_id)
    if not cases:
        raise NotVisible
    least = highest(*(case.level for case in cases))
    memberships = memberships_of(session, actor, [case.id for case in cases])
    case = min(cases, key=lambda one: _ORDER.index(memberships.get(one.id)))
    return Part(what, row, title, highest(least, row.level), least, case, memberships.get(case.id))


def _follow_up(session: Session, actor: Actor, part_id: UUID) -> tuple[Row, str, Sequence[Case]]:
    row, case = follow_up_with_case(session, actor, part_id)
    return row, row.title, [case]


def _entry(session: Session, actor: Actor, part_id: UUID) -> tuple[Row, str, Sequence[Case]]:
    row = session.scalar(visible_events(actor).where(CaseEvent.id == part_id, CaseEvent.voided_at.is_(None)))
    if row is None:
        raise NotVisible
    return row, entry_label(row), [get_case_by_id(session, actor, row.case_id)]


def _engagement(session: Session, actor: Actor, part_id: UUID) -> tuple[Row, str, Sequence[Case]]:
    row = get_engagement(session, actor, part_id)
    return row, row.summary[:60] or str(_("Engagement")), cases_of(session, actor, [row.id]).get(row.id, [])


def _document(session: Session, actor: Actor, part_id: UUID) -> tuple[Row, str, Sequence[Case]]:
    row = session.scalar(visible_documents(actor).where(DocumentRecord.id == part_id))
    if row is None:
        raise NotVisible
    on_it = select(Case).join(DocumentCase, DocumentCase.case_id == Case.id).where(DocumentCase.document_id == row.id)
    cases = session.scalars(on_it.where(sees(actor, Case.level, Case.id)).order_by(Case.reference)).all()
    return row, row.title, cases


_FIND = {"follow_up": _follow_up, "case_event": _entry, "engagement": _engagement, "document": _document}
