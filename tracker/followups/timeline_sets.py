"""Standard timelines as such: named sets of work around a reference date, kept by those who work on cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_WORKERS
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from tracker.core.ids import new_id
from tracker.followups import rules
from tracker.followups.models import TimelineSet
from tracker.followups.offsets import clean_offset
from tracker.pathways.store import definitions

ROLES = ("lead", "me", "none")
MOST_ITEMS = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a set. `role`: who gets it: the case's lead, whoever applies the set, nobody yet."""

    title: str
    offset: str
    role: str = "none"
    kind: str = "follow_up"


def may_keep(actor: Actor) -> bool:
    """Legal officers and coordinators keep the sets."""
    return actor.is_operator or not CASE_WORKERS.isdisjoint(actor.roles)


def all_sets(session: Session) -> Sequence[TimelineSet]:
    """Those in use first, by title. One statement."""
    return session.scalars(select(TimelineSet).order_by(TimelineSet.archived_at.is_not(None), TimelineSet.title)).all()


def sets_for(session: Session, pathway: str, *, only_its_own: bool = False) -> Sequence[TimelineSet]:
    """Sets in use that are offered on cases of `pathway`; `only_its_own`: without those for all. One statement."""
    own = TimelineSet.pathway == pathway
    wanted = own if only_its_own else or_(own, TimelineSet.pathway.is_(None))
    query = select(TimelineSet).where(TimelineSet.archived_at.is_(None), wanted)
    return session.scalars(query.order_by(TimelineSet.title)).all()


def get_set(session: Session, set_id: UUID) -> TimelineSet:
    """Raises NotVisible."""
    found = session.get(TimelineSet, set_id)
    if found is None:
        raise NotVisible
    return found


def items_of(one: TimelineSet) -> list[Item]:
    """The lines of a set."""
    return [
        Item(**{name: item[name] for name in ("title", "offset", "role", "kind") if name in item}) for item in one.items
    ]


def save_set(
    session: Session,
    actor: Actor,
    one: TimelineSet | None,
    *,
    title: str,
    pathway: str | None,
    items: Sequence[Item],
    expected_version: int | None = None,
) -> TimelineSet:
    """Make a set, or change one. Timelines applied before stay as they are. Raises NotPermitted, Invalid, Conflict."""
    _require_keeper(actor)
    values = _checked(title, pathway, items)
    if one is None:
        one = TimelineSet(id=new_id(), created_by_id=actor.person_id, **values)
        session.add(one)
        action = "timeline_set.created"
    else:
        if expected_version is not None and one.version != expected_version:
            raise Conflict(_("Somebody else changed this timeline in the meantime."), one.version)
        for name, value in values.items():
            setattr(one, name, value)
        action = "timeline_set.edited"
    session.flush()
    record(session, actor, action, "timeline_set", one.id)
    return one


def archive_set(session: Session, actor: Actor, one: TimelineSet, is_archived: bool) -> None:
    """Offer it no longer, or again."""
    _require_keeper(actor)
    if (one.archived_at is not None) != is_archived:
        one.archived_at = clock.now() if is_archived else None
        record(session, actor, f"timeline_set.{'archived' if is_archived else 'restored'}", "timeline_set", one.id)


def _checked(title: str, pathway: str | None, items: Sequence[Item]) -> dict[str, Any]:
    faults, kept = [], []
    title = rules.clean_line(title)
    if not title or len(title) > rules.LONGEST_TITLE:
        faults.append(Fault("title", _("Give it a title.")))
    if pathway is not None and pathway not in {one.key for one in definitions().all()}:
        faults.append(Fault("pathway", _("Choose one of the pathways.")))
    if not items or len(items) > MOST_ITEMS:
        faults.append(Fault("items", _("Give it between one line and %(number)s.", number=MOST_ITEMS)))
    for number, item in enumerate(items):
        found = list(_item_faults(item, f"items.{number}."))
        faults += found
        if not found:
            offset = clean_offset(item.offset)
            kept.append({"title": rules.clean_line(item.title), "offset": offset, "role": item.role, "kind": item.kind})
    if faults:
        raise Invalid(*faults)
    return {"title": title, "pathway": pathway, "items": kept}


def _item_faults(item: Item, path: str) -> Sequence[Fault]:
    faults = []
    if not rules.clean_line(item.title) or len(item.title) > rules.LONGEST_TITLE:
        faults.append(Fault(path + "title", _("Say in a few words what is to be done.")))
    try:
        clean_offset(item.offset)
    except ValueError:
        faults.append(Fault(path + "offset", _("Give a distance such as +14, -30, +2w or +10wd.")))
    if item.role not in ROLES or item.kind not in rules.KINDS:
        faults.append(Fault(path + "role", _("Choose one of those offered.")))
    return faults


def _require_keeper(actor: Actor) -> None:
    if not may_keep(actor):
        raise NotPermitted(_("Legal officers and coordinators keep the standard timelines."))
