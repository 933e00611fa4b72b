"""The sittings of institutions that facts of an entry name, and those to choose from where one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.cases.services import NewEntry
from tracker.core.web import db
from tracker.followups.sitting_days import SittingDay, coming_sittings, sittings_named
from tracker.followups.today import today_here
from tracker.pages.move_offers import Sittings
from tracker.pathways.schema import Definition, Fact


def sittings_of(definition: Definition, entry: NewEntry) -> Sittings:
    """By fact, those still to come. One statement where a fact names something, and none else."""
    return sittings_named(db(), definition, entry.status, entry.facts, today_here())


def to_choose_from(asked: Sequence[Fact]) -> Mapping[str, Sequence[SittingDay]]:
    """By institution. One statement where a sitting is asked for, and none else."""
    return coming_sittings(db(), {fact.sitting for fact in asked if fact.sitting is not None}, today_here())
