"""What people do with commitments: keep the exact words, and say later what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Decision, require
from tracker.access.queries import memberships_of
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.contacts.models import Organisation
from tracker.contacts.queries import visible_organisations
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.countries import COUNTRY_CODES
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.ids import new_id
from tracker.engagements import policy
from tracker.engagements.checks import require_contacts, visible_cases_of_ids
from tracker.engagements.facts import COMMITMENT_STATUSES, CommitmentFacts, SideFacts, require_commitments
from tracker.engagements.models import Commitment, Engagement
from tracker.engagements.queries import cases_of


def add_commitments(
    session: Session,
    actor: Actor,
    engagement: Engagement,
    case_ids: Sequence[UUID],
    commitments: Sequence[CommitmentFacts],
) -> None:
    """Add `commitments` to a meeting about `case_ids`, whose right the caller has checked. Raises Invalid."""
    if not commitments:
        return
    require_commitments(tuple(commitments), tuple(case_ids))
    _require_sides(session, actor, commitments)
    standing = session.scalars(select(Commitment.position).where(Commitment.engagement_id == engagement.id)).all()
    for position, facts in enumerate(commitments, start=max(standing, default=-1) + 1):
        commitment = Commitment(
            id=new_id(),
            engagement_id=engagement.id,
            case_id=facts.case_id,
            position=position,
            kind=facts.kind,
            text=facts.text,
            due_on=facts.due_on,
            created_by_id=actor.person_id,
            **_side_columns("by", facts.by),
            **_side_columns("to", facts.to),
        )
        session.add(commitment)
        record(session, actor, "commitment.recorded", "commitment", commitment.id, case_id=facts.case_id)
    session.flush()


def settle_commitment(
    session: Session, actor: Actor, commitment: Commitment, status: str, expected_version: int | None = None
) -> Commitment:
    """Say what became of a commitment; the actor is who checked it. Raises Conflict, NotPermitted, Invalid."""
    current = session.scalar(
        select(Commitment.version).where(Commitment.id == commitment.id).with_for_update(key_share=True)
    )
    if current != commitment.version or (expected_version is not None and expected_version != current):
        raise Conflict(_("Somebody else changed this in the meantime."), current)
    require(may_settle(session, actor, commitment))
    if status not in COMMITMENT_STATUSES:
        raise Invalid(Fault("status", _("Choose one of: %(statuses)s.", statuses=", ".join(COMMITMENT_STATUSES))))
    if status != commitment.status:
        commitment.status = status
        commitment.checked_by_id = actor.person_id
        commitment.checked_at = clock.now()
        session.flush()
        record(
            session, actor, "commitment.settled", "commitment", commitment.id,
            case_id=commitment.case_id, status=status,
        )  # fmt: skip
    return commitment


def may_settle(session: Session, actor: Actor, commitment: Commitment) -> Decision:
    """Asked of its case; where it has none, of the cases of its meeting."""
    cases: Sequence[Case] = ()
    if commitment.case_id is not None:
        cases = visible_cases_of_ids(session, actor, (commitment.case_id,))
    elif commitment.engagement_id is not None:
        cases = cases_of(session, actor, [commitment.engagement_id]).get(commitment.engagement_id, [])
    return policy.may_record(actor, cases, memberships_of(session, actor, [case.id for case in cases]))


def _side_columns(which: str, side: SideFacts) -> dict[str, Any]:
    return {
        f"{which}_contact_id": side.contact_id,
        f"{which}_organisation_id": side.organisation_id,
        f"{which}_country": side.country,
        f"{which}_text": side.text,
    }


def _require_sides(session: Session, actor: Actor, commitments: Sequence[CommitmentFacts]) -> None:
    sides = [side for facts in commitments for side in (facts.by, facts.to)]
    require_contacts(session, actor, (side.contact_id for side in sides), "commitments")
    organisation_ids = {side.organisation_id for side in sides if side.organisation_id is not None}
    if organisation_ids:
        visible = visible_organisations(actor).where(Organisation.id.in_(organisation_ids))
        if len(session.scalars(visible).all()) != len(organisation_ids):
            raise Invalid(Fault("commitments", _("There is no such organisation.")))
    if any(side.country is not None and side.country not in COUNTRY_CODES for side in sides):
        raise Invalid(Fault("commitments", _("There is no such country.")))
