"""The standard follow-ups that entering a status offers, with their days. Pure; nothing is made here."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.pathways.schema import Definition, FollowUpTemplate, Status

REVIEW = "Review: {label}"


@dataclass(frozen=True)
class Offer:
    key: str
    title: str
    due_on: date | None
    every_days: int | None
    by_hand: bool
    kind: str = "follow_up"
    sitting: str | None = None
    """The fact that names the sitting from whose first day it counts."""
    days: int = 0
    """How far from there."""


NO_SITTINGS: Mapping[str, date] = {}


def offered_follow_ups(
    definition: Definition,
    status: str,
    reference_date: date | None,
    anchors: Mapping[str, object] | None = None,
    sittings: Mapping[str, date] = NO_SITTINGS,
) -> tuple[Offer, ...]:
    """What to offer on entering ``status`` on ``reference_date``; None there (a vague date) leaves every day open.

    ``anchors`` holds the dates by which a template may count instead: facts, and columns such as ``expires_on``.
    ``sittings`` holds the first days of the sittings that facts name. A date that is not known to the day starts
    nothing.
    """
    row = definition.status(status)
    return tuple(_offer(row, template, reference_date, anchors or {}, sittings) for template in row.follow_ups)


def title_of(row: Status, template: FollowUpTemplate) -> str:
    return template.title or REVIEW.format(label=row.label)


def _offer(
    row: Status,
    template: FollowUpTemplate,
    entered_on: date | None,
    anchors: Mapping[str, object],
    sittings: Mapping[str, date],
) -> Offer:
    start = anchors.get(template.anchor) if template.anchor is not None else entered_on
    opens_on = sittings.get(template.sitting or "") if not isinstance(start, date) else None
    start = opens_on or (start if isinstance(start, date) else None)
    due_on = _due_on(template, start)
    found = Offer(template.key, title_of(row, template), due_on, template.every_days, template.by_hand, template.kind)
    if opens_on is None or due_on is None:
        return found
    return replace(found, sitting=template.sitting, days=(due_on - opens_on).days)


def _due_on(template: FollowUpTemplate, start: date | None) -> date | None:
    if start is None or template.by_hand:
        return None
    try:
        moved = add_months(start, template.offset_months or 0)
        return moved + timedelta(days=template.offset_days or template.every_days or 0)
    except (OverflowError, ValueError):
        return None


def add_months(start: date, months: int) -> date:
    """The day with the same number, else the last of that month (code CM of the clock table)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
