"""The people whom planning deals with: their wishes, roles and stand-ins, read once for a batch; and who sees what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.policy import Action, decide
from tracker.core.actor import person_actor
from tracker.core.working_days import working_days_of
from tracker.reminders.planning.people import MONDAY_TO_FRIDAY, Recipient, said_in

_PEOPLE = text(
    """
    WITH wanted AS (
      SELECT unnest(CAST(:ids AS uuid[])) AS id
      UNION SELECT person_id FROM person_roles WHERE role IN ('coordinator', 'head')
    ), circle AS (
      SELECT id FROM wanted
      UNION SELECT w.substitute_id FROM reminder_preferences w JOIN wanted ON w.person_id = wanted.id
             WHERE w.substitute_id IS NOT NULL AND w.away_until IS NOT NULL
    )
    SELECT p.id, p.active, p.time_zone, p.country,
           ARRAY(SELECT role FROM person_roles r WHERE r.person_id = p.id) AS roles,
           w.person_id IS NOT NULL AS has_wishes, w.wants_mail, w.send_time, w.days_before, w.overdue_every,
           w.unwanted_kinds, w.working_days, w.only_working_days, w.quiet_from, w.quiet_until, w.delivery, w.digest_day,
           w.paused_until, w.away_from, w.away_until, w.substitute_id
      FROM circle JOIN people p ON p.id = circle.id LEFT JOIN reminder_preferences w ON w.person_id = p.id
     ORDER BY p.id
    """
)

Sight = Callable[[UUID], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """The memberships of one case: who is what now, the leads in order, and when somebody's begins or ends next."""

    kinds: Mapping[UUID, str]
    leads: tuple[UUID, ...]
    changes: Mapping[UUID, datetime]


@dataclass(frozen=True, slots=True)
class Directory:
    """People by id, in the order of their ids, and their roles."""

    people: Mapping[UUID, Recipient]
    roles: Mapping[UUID, frozenset[str]]

    def sight(self, level: Level, members: Known, *, is_removed: bool = False) -> Sight:
        """Who may see something of `level` on a case with these members; nobody, of a case that was removed."""

        def sees(person_id: UUID) -> bool:
            roles = self.roles.get(person_id)
            return roles is not None and not is_removed and _may_see(roles, level, members.kinds.get(person_id))

        return sees

    def coordinators(self, sight: Sight, members: Known) -> tuple[UUID, ...]:
        """To whom work of a case goes up: the coordinators among its members, else all who may see it.

        So a case in whose circle there is a coordinator is not cried out to the others; one that only members see
        is never told to anybody else.
        """
        found = self._having("coordinator", sight)
        return tuple(one for one in found if one in members.kinds) or found

    def heads(self, sight: Sight) -> tuple[UUID, ...]:
        return self._having("head", sight)

    def among(self, wanted: Collection[UUID]) -> dict[UUID, Recipient]:
        """Those people, and whoever stands in for them."""
        found = {one: self.people[one] for one in wanted if one in self.people}
        stands_in = [one.substitute_id for one in found.values() if one.away_until is not None]
        found.update({one: self.people[one] for one in stands_in if one is not None and one in self.people})
        return found

    def _having(self, role: str, sight: Sight) -> tuple[UUID, ...]:
        return tuple(
            one for one, roles in self.roles.items() if role in roles and self.people[one].is_active and sight(one)
        )


def people_for(session: Session, wanted: Collection[UUID]) -> Directory:
    """These people, every coordinator and head, and whoever stands in for one of them. One statement."""
    rows = session.execute(_PEOPLE, {"ids": list(wanted)}).all()
    return Directory({row.id: _recipient(row) for row in rows}, {row.id: frozenset(row.roles) for row in rows})


@lru_cache(maxsize=1000)
def _may_see(roles: frozenset[str], level: Level, membership: str | None) -> bool:
    """The decision that followups.assignees takes for people, once for each kind of them."""
    return decide(person_actor(UUID(int=0), roles), Action.BE_ASSIGNED, level, membership).allowed


def _recipient(row: Any) -> Recipient:
    calendar = working_days_of(row.country)
    if not row.has_wishes:
        return Recipient(row.id, row.time_zone, calendar, is_active=row.active)
    said = said_in(row)
    week = said["working_days"]
    own_days = None if week == MONDAY_TO_FRIDAY else working_days_of(row.country, week)
    return Recipient(row.id, row.time_zone, calendar, row.active, own_days, **said)
