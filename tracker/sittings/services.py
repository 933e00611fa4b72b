"""Taking a file of sittings in: what it would change is said first; twice the same file changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.ids import new_id
from tracker.sittings.models import Sitting
from tracker.sittings.policy import may_keep
from tracker.sittings.reading import GivenSitting


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the preview. `before`: as it stands here, where it is known; `changed`: names of the fields."""

    given: GivenSitting
    before: Sitting | None
    changed: tuple[str, ...]

    @property
    def kind(self) -> str:
        """new, changed or same."""
        return "new" if self.before is None else "changed" if self.changed else "same"


def plan(session: Session, actor: Actor, given: Sequence[GivenSitting]) -> list[Planned]:
    """What taking it in would do. Nothing is written. Raises NotPermitted."""
    require(may_keep(actor))
    keys = [one.key for one in given]
    known = {row.key: row for row in session.scalars(select(Sitting).where(Sitting.key.in_(keys)))}
    return [Planned(one, known.get(one.key), _changed(one, known.get(one.key))) for one in given]


def new_days(planned: Sequence[Planned]) -> dict[UUID, date]:
    """The sittings that would begin on another day than they do here, each with that day."""
    return {
        one.before.id: one.given.starts_on
        for one in planned
        if one.before is not None and one.before.starts_on != one.given.starts_on
    }


def take(session: Session, actor: Actor, given: Sequence[GivenSitting]) -> list[Planned]:
    """Write what the plan says; what the file doesn't name stays. Raises NotPermitted."""
    planned = plan(session, actor, given)
    for one in planned:
        if one.kind == "same":
            continue
        row = one.before or Sitting(id=new_id(), key=one.given.key)
        for name, value in one.given.values().items():
            setattr(row, name, value)
        row.taken_at, row.taken_by_id = clock.now(), actor.person_id
        session.add(row)
    counts = {kind: sum(one.kind == kind for one in planned) for kind in ("new", "changed", "same")}
    if counts["new"] or counts["changed"]:
        record(session, actor, "sittings.taken", "sitting", None, counts=counts)
    session.flush()
    return planned


def _changed(given: GivenSitting, row: Sitting | None) -> tuple[str, ...]:
    if row is None:
        return ()
    return tuple(name for name, value in given.values().items() if getattr(row, name) != value)
