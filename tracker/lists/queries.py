"""Reads of saved views: one's own, and for staff those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person, SavedView
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.core.statements import kept_statement

MOST_VIEWS = 100


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view as the head of a list shows it."""

    id: UUID
    name: str
    query: str
    is_shared: bool
    is_default: bool
    version: int
    is_own: bool
    owner_name: str


def visible_views(actor: Actor) -> Select[SavedView]:
    own = SavedView.owner_id == actor.person_id
    return select(SavedView).where(or_(own, SavedView.is_shared) if actor.is_staff else own)


def views_of(session: Session, actor: Actor, area: str) -> list[ViewLine]:
    """The views of one list that `actor` is offered, own ones first. One statement."""
    lines = [_line(actor, row) for row in session.execute(_views_statement(actor), {"area": area})]
    return sorted(lines, key=lambda line: not line.is_own)


@kept_statement
def _views_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    columns = (SavedView.id, SavedView.name, SavedView.query, SavedView.is_shared, SavedView.is_default)
    return (
        visible_views(actor)
        .with_only_columns(*columns, SavedView.version, SavedView.owner_id, Person.name.label("owner_name"))
        .join(Person, Person.id == SavedView.owner_id)
        .where(SavedView.area == bindparam("area"))
        .order_by(SavedView.name, SavedView.id)
        .limit(MOST_VIEWS)
    )


def get_view(session: Session, actor: Actor, view_id: UUID) -> SavedView:
    """The view with this id. Raises NotVisible."""
    view = session.scalar(visible_views(actor).where(SavedView.id == view_id))
    if view is None:
        raise NotVisible("There is no such view.")
    return view


def _line(actor: Actor, row: Row[*tuple[Any, ...]]) -> ViewLine:
    is_own = row.owner_id == actor.person_id
    return ViewLine(
        row.id, row.name, row.query, row.is_shared, is_own and row.is_default, row.version, is_own, row.owner_name
    )
