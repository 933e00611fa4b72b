"""What stands beside a case's history: meetings, papers, linked cases. Columns only, one statement for the three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, String, bindparam, cast, literal_column, null, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from tracker.access.visibility import sees
from tracker.cases.models import Case, CaseLink
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement
from tracker.core.web import actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Engagement, EngagementCase
from tracker.engagements.queries import visible_engagements

_OTHER = aliased(Case)
_NOTHING = cast(null(), String)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Beside:
    """One meeting, paper or link to another case.

    Of a link `id`, `title` and `place` are the other case's id, title and reference; `level` is "out" where this case
    says the link of the other.
    """

    what: str
    id: UUID
    title: str
    kind: str | None
    occurred_on: str | None
    date_text: str | None
    place: str | None
    level: str | None

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on)


def beside_read(case_id: UUID) -> Read[dict[str, list[Beside]]]:
    """Meetings and papers, the newest first, and links to cases that the reader sees; by those names. One statement."""
    return Read(_statement(actor()), {"case_id": case_id}, _by_name)


def _by_name(lines: Rows) -> dict[str, list[Beside]]:
    rows = [Beside(*row[:-1]) for row in lines]
    found: dict[str, list[Beside]] = {"engagements": [], "documents": [], "links": []}
    for row in rows:
        found[row.what].append(row)
    return found


def contact_days(meetings: Sequence[Beside], today: date) -> tuple[Beside | None, Beside | None]:
    """The last of the meetings whose first possible day has come by `today`, and the next; the newest come first."""
    known = [(one.when.earliest, one) for one in meetings]
    last = next((one for day, one in known if day is not None and day <= today), None)
    coming = [one for day, one in known if day is not None and day > today]
    return last, coming[-1] if coming else None


@kept_statement
def _statement(reader: Actor) -> CompoundSelect[*tuple[Any, ...]]:
    here = bindparam("case_id", type_=CaseLink.from_case_id.type)
    arms = (_meetings(reader, here), _papers(reader, here), _links(reader, here))
    both = arms[0].union_all(*arms[1:])
    return both.order_by(literal_column("sorted DESC NULLS LAST"), literal_column("title"))


def _meetings(reader: Actor, here: Any) -> Select[*tuple[Any, ...]]:
    on_case = select(EngagementCase.engagement_id).where(EngagementCase.case_id == here)
    newest = (
        visible_engagements(reader)
        .where(Engagement.id.in_(on_case))
        .order_by(Engagement.sort_on.desc().nulls_last(), Engagement.id.desc())
        .limit(SHOWN)
        .subquery()
    )
    said = newest.c
    columns = (said.id, said.summary.label("title"), said.kind, said.occurred_on, said.date_text, said.place)
    return select(
        literal_column("'engagements'").label("what"), *columns, said.level, cast(said.sort_on, String).label("sorted")
    )


def _papers(reader: Actor, here: Any) -> Select[*tuple[Any, ...]]:
    paper = DocumentRecord
    columns = (paper.id, paper.title, _NOTHING, paper.dated_on, _NOTHING, paper.from_text, paper.level, paper.dated_on)
    return (
        select(literal_column("'documents'"), *columns)
        .join(DocumentCase, DocumentCase.document_id == paper.id)
        .where(DocumentCase.case_id == here, sees(reader, paper.level, DocumentCase.case_id))
    )


def _links(reader: Actor, here: Any) -> Select[*tuple[Any, ...]]:
    outward = when((CaseLink.from_case_id == here, literal_column("'out'")), else_=literal_column("'in'"))
    columns = (_OTHER.id, _OTHER.title, CaseLink.kind, _NOTHING, _NOTHING, _OTHER.reference)
    return (
        select(literal_column("'links'"), *columns, outward, CaseLink.kind)
        .join(
            _OTHER,
            or_(
                (CaseLink.from_case_id == here) & (_OTHER.id == CaseLink.to_case_id),
                (CaseLink.to_case_id == here) & (_OTHER.id == CaseLink.from_case_id),
            ),
        )
        .where(
            or_(CaseLink.from_case_id == here, CaseLink.to_case_id == here),
            _OTHER.removed_at.is_(None),
            sees(reader, _OTHER.level, _OTHER.id),
        )
    )
