"""The board of follow-ups: by who does them, or by their state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, cast, func, literal, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind, highest
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.audit.reads import note_shown
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups

NOBODY = "nobody"
PEOPLE = 8
"""Columns of people beside "nobody": more do not fit a screen."""
CARDS_OF_A_PERSON, CARDS_OF_A_STATE = 7, 25


@dataclass(frozen=True, slots=True)
class WorkCard:
    id: UUID
    title: str
    case_reference: str
    case_title: str
    due: date | None
    priority: str
    may_move: bool


@dataclass(slots=True)
class WorkColumn:
    """A person (`key` is their id, or NOBODY) or a state."""

    key: str
    label: str
    cards: list[WorkCard] = field(default_factory=list)
    more: bool = False


def columns_of_people(
    session: Session, actor: Actor, people: Sequence[tuple[UUID, str]], nobody: str
) -> list[WorkColumn]:
    """What nobody has yet, then one column for each person, the earliest day first. Two statements."""
    columns = {NOBODY: WorkColumn(NOBODY, nobody)} | {str(key): WorkColumn(str(key), name) for key, name in people}
    said = {"wanted": [key for key, _name in people], "size": CARDS_OF_A_PERSON + 1}
    rows = session.execute(_by_person(actor), said).all()
    return _filled(session, actor, columns, rows, CARDS_OF_A_PERSON, Action.ASSIGN_FOLLOW_UP)


def columns_of_states(session: Session, actor: Actor, states: Mapping[str, str], *, team: bool) -> list[WorkColumn]:
    """One column for each state, of `actor` or (`team`) of everybody; the latest done first. Two statements."""
    columns = {key: WorkColumn(key, label) for key, label in states.items()}
    said: dict[str, Any] = {"wanted": [key for key in states if key != "done"], "size": CARDS_OF_A_STATE + 1}
    rows = session.execute(_by_state(actor, team=team), said).all()
    return _filled(session, actor, columns, rows, CARDS_OF_A_STATE, Action.READ)


def _cards(actor: Actor) -> Any:
    return visible_follow_ups(actor).with_only_columns(
        FollowUp.id,
        FollowUp.title,
        FollowUp.due_on,
        FollowUp.priority,
        FollowUp.level,
        FollowUp.assignee_id,
        FollowUp.status,
        FollowUp.case_id,
        Case.reference,
        Case.title.label("case_title"),
        Case.level.label("case_level"),
        maintain_column_froms=True,
    )


@kept_statement
def _by_person(actor: Actor) -> Any:
    wanted = func.unnest(bindparam("wanted", type_=ARRAY(Uuid))).table_valued("id").alias("wanted").render_derived()
    earliest = (FollowUp.due_on, FollowUp.id)
    size: Any = bindparam("size")
    theirs = _cards(actor).where(IS_ACTIVE, FollowUp.assignee_id == wanted.c.id).order_by(*earliest).limit(size)
    loose = _cards(actor).where(IS_ACTIVE, FollowUp.assignee_id.is_(None)).order_by(*earliest).limit(size).subquery()
    own = theirs.lateral("theirs")
    of_people = (
        select(cast(wanted.c.id, String).label("column"), own).select_from(wanted).join(own, own.c.id.is_not(None))
    )
    return union_all(select(literal(NOBODY).label("column"), loose), of_people)


@kept_statement
def _by_state(actor: Actor, *, team: bool) -> Any:
    wanted = (
        func.unnest(bindparam("wanted", type_=ARRAY(String))).table_valued("status", name="wanted").render_derived()
    )
    size: Any = bindparam("size")
    cards = _cards(actor) if team else _cards(actor).where(FollowUp.assignee_id == actor.person_id)
    active = cards.where(IS_ACTIVE, FollowUp.status == wanted.c.status).order_by(FollowUp.due_on, FollowUp.id)
    own = active.limit(size).lateral("theirs")
    done = cards.where(FollowUp.status == literal_column("'done'"), FollowUp.completed_on.is_not(None))
    done = done.order_by(FollowUp.completed_on.desc(), FollowUp.id.desc())
    of_states = select(wanted.c.status.label("column"), own).select_from(wanted).join(own, own.c.id.is_not(None))
    return union_all(of_states, select(literal("done").label("column"), done.limit(size).subquery()))


def _filled(
    session: Session, actor: Actor, columns: dict[str, WorkColumn], rows: Sequence[Any], size: int, own_action: Action
) -> list[WorkColumn]:
    """`own_action`: what suffices to move one's own work; the work of others needs the right to assign."""
    memberships = memberships_of(session, actor, {row.case_id for row in rows})
    known: dict[Any, bool] = {}
    for row in rows:
        column = columns[row.column]
        if len(column.cards) >= size:
            column.more = True
            continue
        action = own_action if row.assignee_id == actor.person_id else Action.ASSIGN_FOLLOW_UP
        question = (action, row.case_level, row.level, memberships.get(row.case_id))
        if question not in known:
            known[question] = _may(actor, *question)
        note_shown(session, row.case_id, row.case_level, ("follow_up", row.id, row.level))
        column.cards.append(
            WorkCard(row.id, row.title, row.reference, row.case_title, row.due_on, row.priority, known[question])
        )
    return list(columns.values())


def _may(actor: Actor, action: Action, case_level: str, level: str | None, membership: MembershipKind | None) -> bool:
    return decide(actor, action, highest(case_level, level), membership).allowed
