"""The one visibility rule, as SQL. It gets columns from its callers, so it knows no feature.

The same rule stands in PostgreSQL as row-level security (first migration); a query needs both.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, and_, column, exists, false, func, literal_column, or_, select, table, true

from tracker.access.entrance import CASE_READERS
from tracker.access.levels import OPEN_LEVELS, Level
from tracker.access.models import CaseMembership
from tracker.core.actor import Actor

# Cases lie above access, so their table is only named here.
_cases = table("cases", column("id"), column("level"))
_OPEN: list[Any] = [literal_column(f"'{level.value}'") for level in OPEN_LEVELS]


def member_case_ids(actor: Actor) -> Any:
    """A select of the ids of the cases of which `actor` is a member now, and which they see in this session."""
    mine = select(CaseMembership.case_id).where(CaseMembership.person_id == actor.person_id, is_current())
    if CASE_READERS.isdisjoint(actor.roles):  # an administrator is never a member
        return mine.where(false())
    if actor.is_assured:
        return mine
    sealed = exists().where(_cases.c.id == CaseMembership.case_id, _cases.c.level == Level.SEALED)
    return mine.where(~sealed)


def is_current() -> ColumnElement[bool]:
    """The condition that a membership holds now, by the database's clock as in the policies."""
    return and_(
        CaseMembership.ended_at.is_(None),
        CaseMembership.starts_at <= func.now(),
        or_(CaseMembership.ends_at.is_(None), CaseMembership.ends_at > func.now()),
    )


def sees(actor: Actor, level: Any, case_id: Any) -> ColumnElement[bool]:
    """The rule for a row with a level that belongs to a case: by role when open, else by membership.

    `level` and `case_id` are columns. For rows below a case, also require that the case itself is visible.
    """
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    if not actor.is_staff:
        return and_(_is_assured_enough(actor, level), case_id.in_(member_case_ids(actor)))
    return or_(is_open(level), and_(_is_assured_enough(actor, level), _is_member(actor, case_id)))


def _is_assured_enough(actor: Actor, level: Any) -> ColumnElement[bool]:
    """Sealed asks for an assured session (ADR 15)."""
    return true() if actor.is_assured else cast(ColumnElement[bool], level != Level.SEALED)


def is_open(level: Any) -> ColumnElement[bool]:
    """Whether a level is seen by role. Written out: SQLAlchemy would make the list anew each time it is bound."""
    return cast(ColumnElement[bool], level.in_(_OPEN))


def _is_member(actor: Actor, case_id: Any) -> Any:
    """One look-up for each row that is not open. A sub-select with IN would be hashed whole for a list of fifty."""

    return (
        select(true())
        .where(CaseMembership.case_id == case_id, CaseMembership.person_id == actor.person_id, is_current())
        .correlate_except(CaseMembership)
        .scalar_subquery()
    )


def sees_own_level(actor: Actor, level: Any, case_id: Any) -> ColumnElement[bool]:
    """The same for a row whose own level may be empty (then its case's level rules)."""
    if actor.is_operator:
        return true()
    return or_(level.is_(None), and_(level.is_not(None), sees(actor, level, case_id)))
