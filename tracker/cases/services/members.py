"""Who works on a case: memberships with a reason, from–to, and who gave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.access.levels import Level, MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.policy import Action
from tracker.accounts.models import Person, PersonRole
from tracker.audit.services import record
from tracker.cases.happened import MembershipChanged
from tracker.cases.models import Case
from tracker.cases.queries import history_of
from tracker.cases.services.guard import take_case
from tracker.cases.services.settling import settle_history
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.events import announce


def add_member(
    session: Session,
    actor: Actor,
    case_id: UUID,
    person_id: UUID,
    kind: str,
    reason: str,
    ends_at: datetime | None = None,
    starts_at: datetime | None = None,
) -> CaseMembership:
    """Make somebody a member, or a member of another kind: the old membership ends and stays on record.

    `starts_at`: None for at once; later than now, nothing is seen until then.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.MANAGE_MEMBERS)
    unended = _unended(session, case.id)
    members = _running(unended)
    _check(session, person_id, kind, reason, ends_at)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Invalid(Fault("ends_on", _("The end lies before the beginning.")))
    former = next((one for one in unended if one.person_id == person_id), None)
    if former is not None:
        is_later = starts_at is not None and starts_at > clock.now()
        stays = kind == MembershipKind.LEAD and ends_at is None and not is_later
        _refuse_unled(case, members, former, stays_lead=stays)
        _refuse_going_blind(actor, case, former, is_later=is_later)
        _end(actor, former)
        session.flush()
    membership = CaseMembership(
        case_id=case.id,
        person_id=person_id,
        kind=kind,
        reason=reason.strip(),
        ends_at=ends_at,
        given_by_id=actor.person_id,
        **({"starts_at": starts_at} if starts_at is not None and starts_at > clock.now() else {}),
    )
    session.add(membership)
    leads = [one.person_id for one in members if one.kind == MembershipKind.LEAD and one is not former]
    _keep_lead(session, actor, case, [*leads, *([person_id] if kind == MembershipKind.LEAD else [])])
    _tell(session, actor, case, person_id, "case.member_added", kind)
    return membership


def end_membership(
    session: Session, actor: Actor, case_id: UUID, membership_id: UUID, next_lead_id: UUID | None = None
) -> None:
    """End a membership. The last lead of a restricted or sealed case goes only when `next_lead_id` takes over.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.MANAGE_MEMBERS)
    members = _running(_unended(session, case.id))
    membership = next((one for one in members if one.id == membership_id), None)
    if membership is None:
        raise NotVisible(_("There is no such membership."))
    if next_lead_id is not None and next_lead_id != membership.person_id:
        reason = _("Takes over as lead")
        members.append(add_member(session, actor, case_id, next_lead_id, MembershipKind.LEAD, reason))
        session.flush()
    members = [one for one in members if one.ended_at is None]
    _refuse_unled(case, members, membership, stays_lead=False)
    leads = [one.person_id for one in members if one.kind == MembershipKind.LEAD and one is not membership]
    _keep_lead(session, actor, case, leads)  # first: afterwards the actor may not see the case any more
    _tell(session, actor, case, membership.person_id, "case.member_removed", membership.kind)
    session.flush()
    _end(actor, membership)
    session.flush()


def _unended(session: Session, case_id: UUID) -> Sequence[CaseMembership]:
    """What nobody has ended: also what ran out by itself, and what began after this transaction did."""
    statement = select(CaseMembership).where(CaseMembership.case_id == case_id, CaseMembership.ended_at.is_(None))
    return session.scalars(statement.order_by(CaseMembership.starts_at, CaseMembership.id)).all()


def _running(memberships: Sequence[CaseMembership]) -> list[CaseMembership]:
    return [one for one in memberships if one.ends_at is None or one.ends_at > clock.now()]


def _check(session: Session, person_id: UUID, kind: str, reason: str, ends_at: datetime | None) -> None:
    faults = []
    if kind not in list(MembershipKind):
        faults.append(Fault("kind", _("Choose one of the kinds offered.")))
    if not reason.strip():
        faults.append(Fault("reason", _("Say why this person needs to know.")))
    if ends_at is not None and ends_at <= clock.now():
        faults.append(Fault("ends_on", _("The end lies in the past.")))
    if not _may_be_member(session, person_id):
        faults.append(Fault("person", _("Choose a person who works on cases and is active.")))
    if faults:
        raise Invalid(*faults)


def _may_be_member(session: Session, person_id: UUID) -> bool:
    statement = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.id == person_id, Person.active, PersonRole.role.in_(CASE_READERS))
        .limit(1)
    )
    return session.scalar(statement) is not None


def _refuse_unled(case: Case, members: Sequence[CaseMembership], going: CaseMembership, *, stays_lead: bool) -> None:
    """What members alone see has a lead at every time: one whose end is set, or who begins later, is none."""
    if not Level(case.level).members_only or going.kind != MembershipKind.LEAD or stays_lead:
        return
    if not any(_leads_for_good(one) for one in members if one is not going):
        message = _("This is the last lead of a case that only members see. Name the next lead first.")
        raise Invalid(Fault("next_lead", message))


def _refuse_going_blind(actor: Actor, case: Case, former: CaseMembership, *, is_later: bool) -> None:
    """What members alone see is not given up until a later day by oneself: nothing of it could be settled any more."""
    if is_later and former.person_id == actor.person_id and Level(case.level).members_only:
        message = _("Until then you would not see this case. Ask another lead, or stay as you are.")
        raise Invalid(Fault("starts_on", message))


def _leads_for_good(one: CaseMembership) -> bool:
    is_lead = one.kind == MembershipKind.LEAD and one.ended_at is None and one.ends_at is None
    return is_lead and one.starts_at <= clock.now()


def _end(actor: Actor, membership: CaseMembership) -> None:
    membership.ended_at = clock.now()
    membership.ended_by_id = actor.person_id


def _keep_lead(session: Session, actor: Actor, case: Case, leads: list[UUID]) -> None:
    if case.lead_id not in leads:
        case.lead_id = leads[0] if leads else None
    settle_history(session, case, history_of(session, actor, case))


def _tell(session: Session, actor: Actor, case: Case, person_id: UUID, action: str, kind: str) -> None:
    record(
        session, actor, action, "case", case.id, case_id=case.id, version=case.version, person=str(person_id), kind=kind
    )
    announce(session, MembershipChanged(case.id, person_id, actor))
