"""What a follow-up needs before it can be done: other follow-ups that the actor sees too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.followups.changing import note
from tracker.followups.locking import editing
from tracker.followups.models import ACTIVE_STATUSES, FollowUp, FollowUpDependency
from tracker.followups.queries import get_follow_up, visible_follow_ups


class Need(NamedTuple):
    """One of two linked follow-ups, as a list shows it. `is_needed`: the one asked about needs it; else the reverse."""

    id: UUID
    title: str
    status: str
    is_needed: bool

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE_STATUSES


def links_of(session: Session, actor: Actor, follow_up_id: UUID) -> Sequence[Need]:
    """What it needs, and what needs it, in the order of their making. One statement."""
    query = _linked(actor, follow_up_id).where(_is_needed(follow_up_id) | _is_needing(follow_up_id))
    return [Need(*row[:4]) for row in session.execute(query.order_by(FollowUp.id))]


def links_and_others(
    session: Session, actor: Actor, follow_up: FollowUp, most: int = 100
) -> tuple[Sequence[Need], Sequence[tuple[UUID, str]]]:
    """The same, and what else is to be done on the case: ids and titles to choose from. One statement."""
    linked = _is_needed(follow_up.id) | _is_needing(follow_up.id)
    on_case = and_(FollowUp.case_id == follow_up.case_id, FollowUp.status.in_(ACTIVE_STATUSES))
    query = _linked(actor, follow_up.id).where(linked | on_case, FollowUp.id != follow_up.id)
    rows = session.execute(query.order_by(linked.desc(), FollowUp.id).limit(most)).all()
    links = [Need(*row[:4]) for row in rows if row[3] or row[4]]
    return links, [(row[0], row[1]) for row in rows if not row[3] and row[2] in ACTIVE_STATUSES]


def _linked(actor: Actor, follow_up_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (FollowUp.id, FollowUp.title, FollowUp.status, _is_needed(follow_up_id), _is_needing(follow_up_id))
    return visible_follow_ups(actor).with_only_columns(*columns)


def _is_needed(follow_up_id: UUID) -> ColumnElement[bool]:
    link = FollowUpDependency
    return FollowUp.id.in_(select(link.needs_id).where(link.follow_up_id == follow_up_id))


def _is_needing(follow_up_id: UUID) -> ColumnElement[bool]:
    link = FollowUpDependency
    return FollowUp.id.in_(select(link.follow_up_id).where(link.needs_id == follow_up_id))


def open_needs(session: Session, actor: Actor, follow_up: FollowUp) -> Sequence[tuple[UUID, str]]:
    """Ids and titles of what it needs and is not closed yet. One statement."""
    rows = session.execute(
        visible_follow_ups(actor)
        .join(FollowUpDependency, FollowUpDependency.needs_id == FollowUp.id)
        .with_only_columns(FollowUp.id, FollowUp.title)
        .where(FollowUpDependency.follow_up_id == follow_up.id, FollowUp.status.in_(ACTIVE_STATUSES))
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return [(row.id, row.title) for row in rows]


def add_need(session: Session, actor: Actor, follow_up: FollowUp, needs_id: UUID) -> None:
    """`follow_up` can't be done before the other is. Raises Invalid where that would run in a circle; NotVisible."""
    _case, follow_up, _membership = editing(session, actor, follow_up)
    other = get_follow_up(session, actor, needs_id)
    if other.id == follow_up.id:
        raise Invalid(Fault("needs", _("A follow-up can't need itself.")))
    if chain := _chain(session, other.id, follow_up.id):
        raise Invalid(Fault("needs", _("That would run in a circle: %(chain)s.", chain=_words(session, actor, chain))))
    standing = _needs(session, follow_up.id)
    if other.id in standing:
        return
    session.add(FollowUpDependency(follow_up_id=follow_up.id, needs_id=other.id))
    _note(session, actor, follow_up, standing, [*standing, other.id])


def remove_need(session: Session, actor: Actor, follow_up: FollowUp, needs_id: UUID) -> None:
    """It can be done without the other after all."""
    _case, follow_up, _membership = editing(session, actor, follow_up)
    standing = _needs(session, follow_up.id)
    if needs_id in standing:
        put_needs(session, follow_up.id, [one for one in standing if one != needs_id])
        _note(session, actor, follow_up, standing, [one for one in standing if one != needs_id])


def needs_of(session: Session, follow_up_id: UUID) -> list[str]:
    """Ids as the history keeps them."""
    return [str(one) for one in _needs(session, follow_up_id)]


def seen_among(session: Session, actor: Actor, ids: Collection[str]) -> set[str]:
    """Those of `ids`, as the history keeps them, that `actor` sees. One statement."""
    query = visible_follow_ups(actor).with_only_columns(FollowUp.id).where(FollowUp.id.in_(UUID(one) for one in ids))
    return {str(one) for one in session.scalars(query)}


def put_needs(session: Session, follow_up_id: UUID, wanted: Sequence[UUID]) -> None:
    """Let it need exactly `wanted`."""
    standing = set(_needs(session, follow_up_id))
    gone = standing - set(wanted)
    link = FollowUpDependency
    session.execute(delete(link).where(link.follow_up_id == follow_up_id, link.needs_id.in_(gone)))
    session.add_all(link(follow_up_id=follow_up_id, needs_id=one) for one in wanted if one not in standing)


def find_chain(edges: Mapping[UUID, Sequence[UUID]], start: UUID, end: UUID) -> list[UUID]:
    """The shortest way from `start` to `end` along `edges`; empty where there is none. Pure."""
    came_from: dict[UUID, UUID | None] = {start: None}
    queue = [start]
    for here in queue:
        if here == end:
            way = [here]
            while (before := came_from[way[-1]]) is not None:
                way.append(before)
            return way[::-1]
        for there in edges.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    return []


def _chain(session: Session, start: UUID, end: UUID) -> list[UUID]:
    link = FollowUpDependency
    found = select(link.follow_up_id, link.needs_id).where(link.follow_up_id == start).cte("found", recursive=True)
    further = select(link.follow_up_id, link.needs_id).join(found, found.c.needs_id == link.follow_up_id)
    edges: dict[UUID, list[UUID]] = {}
    for here, there in session.execute(select(found.union(further))):
        edges.setdefault(here, []).append(there)
    return find_chain(edges, start, end)


def _words(session: Session, actor: Actor, chain: Sequence[UUID]) -> str:
    query = visible_follow_ups(actor).with_only_columns(FollowUp.id, FollowUp.title).where(FollowUp.id.in_(chain))
    titles = {row.id: row.title for row in session.execute(query)}
    return " → ".join(titles[one] for one in [chain[-1], *chain] if one in titles)


def _needs(session: Session, follow_up_id: UUID) -> list[UUID]:
    link = FollowUpDependency
    return list(session.scalars(select(link.needs_id).where(link.follow_up_id == follow_up_id).order_by(link.needs_id)))


def _note(session: Session, actor: Actor, follow_up: FollowUp, before: Sequence[UUID], after: Sequence[UUID]) -> None:
    said = ({"needs": sorted(str(one) for one in before)}, {"needs": sorted(str(one) for one in after)})
    note(session, actor, follow_up, "edited", *said)
    record(session, actor, "follow_up.needs_changed", "follow_up", follow_up.id, case_id=follow_up.case_id)
