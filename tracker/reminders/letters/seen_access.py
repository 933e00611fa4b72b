"""Who sees a case, and one's own key, as the recipient of a reminder sees them now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.access.models import CaseMembership
from tracker.access.visibility import member_case_ids
from tracker.approvals.models import Approval
from tracker.approvals.queries import visible_approvals
from tracker.core.actor import Actor
from tracker.core.statements import kept_statement
from tracker.openpgp.models import OpenPgpKey
from tracker.reminders.kinds import MEMBERSHIP_TAKEN
from tracker.reminders.letters import Matter
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, Promise
from tracker.reminders.letters.seen_work import IDS, found_by_id
from tracker.reminders.planning.access_news import day_of_key
from tracker.reminders.reasons import Reason


def access_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The memberships of these rows, on cases whose member the actor is, by id. One statement."""
    return found_by_id(session, _memberships(actor), wanted)


def access_matter(row: Promise, found: Any | None, _to: Addressee) -> Matter:
    """Number and link, whatever the level of the case: who sees what is told in the app. Raises NoLongerHolds.

    Whoever was taken off a case sees nothing of it, and is told so all the same.
    """
    if found is None and row.kind != MEMBERSHIP_TAKEN:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    return Matter(row.kind, row.number)


def answers_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The requests of these rows, as far as the actor sees them, by id. One statement."""
    return found_by_id(session, _answers(actor), wanted)


def answer_matter(row: Promise, found: Any | None, _to: Addressee) -> Matter:
    """Number and link: what was asked for, and what the answer is, stand in the app. Raises NoLongerHolds."""
    if found is None:
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    return Matter(row.kind, row.number)


def keys_seen(session: Session, actor: Actor, wanted: Iterable[Promise]) -> dict[UUID, Any]:
    """The actor's own key, by their id. One statement."""
    return found_by_id(session, _own_key(actor), wanted)


def key_matter(row: Promise, found: Any | None, _to: Addressee) -> Matter:
    """The day on which the key ends, and nothing of any case. Raises NoLongerHolds."""
    if found is None or found.expires_at is None:
        raise NoLongerHolds(Reason.CLOSED)
    ends_on = day_of_key(found.expires_at)
    if ends_on != row.due_on:
        raise NoLongerHolds(Reason.DATE_CHANGED)
    return Matter(row.kind, row.number, ends_on, is_bare=False)


@kept_statement
def _memberships(actor: Actor) -> Select[*tuple[Any, ...]]:
    return select(CaseMembership.id).where(CaseMembership.id == IDS, CaseMembership.case_id.in_(member_case_ids(actor)))


@kept_statement
def _answers(actor: Actor) -> Select[*tuple[Any, ...]]:
    return visible_approvals(actor).with_only_columns(Approval.id).where(Approval.id == IDS)


@kept_statement
def _own_key(actor: Actor) -> Select[*tuple[Any, ...]]:
    return select(OpenPgpKey.person_id.label("id"), OpenPgpKey.expires_at).where(
        OpenPgpKey.person_id == IDS, OpenPgpKey.person_id == actor.person_id
    )
