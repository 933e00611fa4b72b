"""The board of one pathway: its cases by status, and where each of them may lawfully go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, Uuid, any_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.access.levels import MembershipKind
from tracker.access.queries import memberships_of
from tracker.accounts.models import Person
from tracker.audit.reads import note_shown
from tracker.cases.models import Case, CaseEvent
from tracker.cases.policy import can_move
from tracker.cases.projection import sight_by
from tracker.cases.queries import in_order, visible_cases, visible_events
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.pathways.machine import next_keys
from tracker.pathways.schema import Definition, Status
from tracker.pathways.state import CaseState

CARDS = 70
"""How many cards all columns together may show: a page stays light however many statuses a pathway has."""
MOST, FEWEST = 25, 5

_TOLD = aliased(CaseEvent)
_COLUMNS: tuple[Any, ...] = (
    Case.id,
    Case.reference,
    Case.title,
    Case.status,
    Case.level,
    Case.next_due_on,
    Case.left_status,
    Case.resume_to,
    Case.details,
    Case.activity_at,
)


@dataclass(slots=True)
class CaseCard:
    """One case. `targets`: the statuses to which the reader may move it from here, in one step."""

    reference: str
    title: str
    level: str
    due: date | None
    lead: str | None
    targets: tuple[str, ...]
    may_move: bool


@dataclass(slots=True)
class Column:
    """One status. `more`: there are further cases than these; a column of closed cases shows none."""

    status: Status
    cards: list[CaseCard] = field(default_factory=list)
    more: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """Those of its first card, and of most others."""
        return self.cards[0].targets if self.cards else ()

    @property
    def is_folded(self) -> bool:
        return self.status.phase == "closed" and not self.status.living


def case_columns(session: Session, actor: Actor, definition: Definition) -> list[Column]:
    """All statuses of the pathway in their order, the liveliest cases first. Two statements, three for some readers."""
    columns = {status.key: Column(status) for status in definition.statuses}
    shown = [key for key, column in columns.items() if not column.is_folded]
    size = max(FEWEST, min(MOST, CARDS // max(len(shown), 1)))
    said = {"statuses": shown, "pathway": definition.key, "size": size + 1}
    rows = session.execute(_statement(actor), said).all()
    memberships = memberships_of(session, actor, [row.id for row in rows])
    sights = _own_sights(session, actor, definition.key, rows, memberships)
    lawful = _Lawful(actor, definition, memberships)
    for row in rows:
        state = sights.get(row.id) or CaseState(row.status, row.left_status, row.resume_to, row.details)
        column = columns.get(state.status or "")
        if column is None or column.is_folded:
            continue
        if len(column.cards) >= size:
            column.more = True
            continue
        column.cards.append(lawful.card(row, state))
        note_shown(session, row.id, row.level)
    return list(columns.values())


@kept_statement
def _statement(actor: Actor) -> Any:
    wanted = (
        func.unnest(bindparam("statuses", type_=ARRAY(String))).table_valued("status").alias("wanted").render_derived()
    )
    of_status = (
        visible_cases(actor)
        .with_only_columns(*_COLUMNS, Case.lead_id)
        .where(Case.pathway == bindparam("pathway"), Case.status == wanted.c.status)
        .order_by(Case.activity_at.desc(), Case.id.desc())
        .limit(bindparam("size"))
        .lateral("shown")
    )
    return (
        select(of_status, Person.name.label("lead"))
        .select_from(wanted)
        .join(of_status, of_status.c.id.is_not(None))
        .outerjoin(Person, Person.id == of_status.c.lead_id)
        .order_by(of_status.c.activity_at.desc(), of_status.c.id.desc())
    )


def _own_sights(
    session: Session, actor: Actor, pathway: str, rows: Sequence[Any], memberships: Mapping[UUID, MembershipKind]
) -> dict[UUID, CaseState]:
    """Where a case stands for its member who knows entries that the row must not tell of."""
    mine = {row.id: row for row in rows if row.id in memberships}
    if not mine:
        return {}
    events: dict[UUID, list[CaseEvent]] = {}
    for event in session.scalars(_entries_statement(actor), {"case_ids": list(mine)}):
        events.setdefault(event.case_id, []).append(event)
    return {
        case_id: sight_by(pathway, mine[case_id].details, own).state(mine[case_id].details)
        for case_id, own in events.items()
        if any(event.level for event in own)
    }


@kept_statement
def _entries_statement(actor: Actor) -> Select[CaseEvent]:
    """The history of those of some cases that have an entry with a level of its own."""
    told = select(_TOLD.case_id).where(
        _TOLD.case_id == any_(bindparam("case_ids", type_=ARRAY(Uuid))), _TOLD.level.is_not(None)
    )
    entries = visible_events(actor).where(CaseEvent.case_id.in_(told), CaseEvent.voided_at.is_(None))
    return entries.order_by(*in_order())


class _Lawful:
    """Where cases may go. The same few questions for many cards are answered once."""

    def __init__(self, actor: Actor, definition: Definition, memberships: Mapping[UUID, MembershipKind]) -> None:
        self._actor, self._definition, self._memberships = actor, definition, memberships
        self._known: dict[Any, tuple[str, ...]] = {}

    def card(self, row: Any, state: CaseState) -> CaseCard:
        membership = self._memberships.get(row.id)
        details = tuple(sorted((key, str(value)) for key, value in row.details.items()))
        question = (state.status, state.left_status, state.resume_to, details, row.level, membership)
        if question not in self._known:
            self._known[question] = self._targets(state, row.level, membership)
        targets = self._known[question]
        return CaseCard(row.reference, row.title, row.level, row.next_due_on, row.lead, targets, bool(targets))

    def _targets(self, state: CaseState, level: str, membership: MembershipKind | None) -> tuple[str, ...]:
        definition = self._definition
        here = definition.by_key.get(state.status or "")
        moves = here.moves if here is not None else {}
        found = []
        for key in next_keys(definition, state):
            kind = moves[key].kind if key in moves else "resume"
            phase = definition.status(key).phase
            if can_move(self._actor, level, membership, kind, here.phase if here else None, phase).allowed:
                found.append(key)
        return tuple(found)
