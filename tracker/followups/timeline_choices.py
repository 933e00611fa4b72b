"""What may be applied to a case as a timeline: sets that the house keeps, standard follow-ups of its pathway."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.followups import timeline_sets
from tracker.followups.models import TimelineSet
from tracker.followups.timeline_sets import Item
from tracker.pathways.offers import offered_follow_ups
from tracker.pathways.store import definitions

OF_STATUS = "status:"
"""Before the key of a status: the standard follow-ups of the pathway, as a set; with `:fact` those from it."""


def items_of(session: Session, case: Case, chosen: str) -> tuple[str, list[Item]]:
    """Title and lines of what somebody chose; none where there is no such set."""
    if chosen.startswith(OF_STATUS):
        return _items_of_status(case, chosen.removeprefix(OF_STATUS))
    try:
        one = session.get(TimelineSet, UUID(chosen))
    except ValueError:
        return "", []
    return (one.title, timeline_sets.items_of(one)) if one is not None else ("", [])


def _items_of_status(case: Case, key: str) -> tuple[str, list[Item]]:
    definition = definitions().get(case.pathway)
    key, _colon, anchor = key.partition(":")
    status = definition.by_key.get(key)
    if status is None:
        return "", []
    start = date(2001, 1, 1)
    fact = next((one.label for one in status.facts if one.key == anchor), anchor)
    from_entry, from_anchor = (start, {}) if not anchor else (None, {anchor: start})
    offers = [one for one in offered_follow_ups(definition, key, from_entry, from_anchor) if one.due_on is not None]
    days = [((offer.due_on or start) - start).days for offer in offers]
    rows = zip(offers, days, strict=True)
    label = f"{status.label}: {fact}" if anchor else status.label
    return label, [Item(offer.title, f"{count:+d}", "lead", offer.kind) for offer, count in rows]


def sets_of_statuses(case: Case) -> list[tuple[str, str]]:
    """(key, label) of each status with follow-ups around its day, and of each fact of one that others count from."""
    keys = [
        f"{row.key}:{anchor}" if anchor else row.key
        for row in definitions().get(case.pathway).statuses
        for anchor in dict.fromkeys(one.anchor for one in row.follow_ups)
    ]
    found = [(OF_STATUS + key, *_items_of_status(case, key)) for key in keys]
    return [(key, label) for key, label, items in found if items]
