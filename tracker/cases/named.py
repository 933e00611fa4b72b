"""Which case somebody means who types its reference, or words of its title."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_
from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseVisit
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor

MOST_CASES = 12
MOST_WORDS = 6


def cases_named(session: Session, actor: Actor, text: str) -> Sequence[Case]:
    """The case whose reference begins the text, else those whose titles have all its words, the liveliest first.

    Only what `actor` sees; nothing for no text. A # in front is left out: in a line it is what begins a case.
    """
    words = text.replace("\x00", " ").strip().removeprefix("#").split()[:MOST_WORDS]
    if not words:
        return []
    named = session.scalars(visible_cases(actor).where(Case.reference == words[0].upper().strip(",;:·"))).all()
    if named:
        return named
    query = visible_cases(actor)
    for word in words:
        like = Case.title.icontains(word, autoescape=True)
        query = query.where(or_(Case.reference.istartswith(word, autoescape=True), like))
    return session.scalars(query.order_by(Case.activity_at.desc(), Case.id.desc()).limit(MOST_CASES)).all()


def last_case(session: Session, actor: Actor) -> Case | None:
    """The case that the person looked at last and still sees."""
    visited = visible_cases(actor).join(CaseVisit, CaseVisit.case_id == Case.id)
    mine = visited.where(CaseVisit.person_id == actor.person_id)
    return session.scalars(mine.order_by(CaseVisit.seen_at.desc(), Case.id).limit(1)).one_or_none()
