"""The list of subjects: people and entities whom visible cases are about."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from tracker.access.visibility import sees
from tracker.cases.models import Case, CaseSubject, Subject
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page

PAGE_SIZE = 50


class SubjectLine(NamedTuple):
    """`cases`: how many of those that the reader sees are about them."""

    id: UUID
    name: str
    kind: str
    office: str | None
    aliases: list[str]
    cases: int


_BY_NAME = Order(Subject.name, Subject.id, str, lambda line: (line.name, line.id), may_be_empty=False)


def subject_page_of(session: Session, actor: Actor, said: str, cursor: str | None) -> Page[SubjectLine]:
    """One page by name. `said` is a name in any spelling. Who is on no case that `actor` sees is not listed."""
    visible = _cases_seen(actor)
    statement = select(Subject.id, Subject.name, Subject.kind, Subject.office, Subject.aliases, visible.label("cases"))
    statement = statement.where(visible > 0)
    if said:
        statement = statement.where(Subject.id.in_(select(func.app_search_ids("subject", said))))
    page = read_page(session, statement, _BY_NAME, cursor, PAGE_SIZE)
    return Page([SubjectLine(*row) for row in page.rows], page.next_cursor, page.previous_cursor)


def subjects_hidden(session: Session, actor: Actor) -> int:
    """How many subjects are on visible cases at all, counted no further than a reader needs."""
    return counted_up_to(session, select(Subject.id).where(_cases_seen(actor) > 0))


def _cases_seen(actor: Actor) -> ScalarSelect[int]:
    """How many cases that `actor` sees are about the subject."""
    return (
        select(func.count(CaseSubject.id))
        .join(Case, Case.id == CaseSubject.case_id)
        .where(CaseSubject.subject_id == Subject.id, Case.removed_at.is_(None), sees(actor, Case.level, Case.id))
        .correlate(Subject)
        .scalar_subquery()
    )
