"""What people do with commitments: keep the exact words, and say later what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from tracker.contacts.posts import current_posts
from tracker.contacts.queries import visible_organisations
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.countries import COUNTRY_CODES
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.ids import new_id
from tracker.engagements import policy
from tracker.engagements.checks import require_contacts, visible_cases_of_ids
from tracker.engagements.commitments import visible_commitment_ids
from tracker.engagements.due_checks import keep_check
from tracker.engagements.facts import (
    CommitmentFacts,
    OutcomeFacts,
    SideFacts,
    require_commitments,
    require_outcome,
)
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
    made: list[Commitment] = []
    posts = current_posts(session, (side.contact_id for facts in commitments for side in (facts.by, facts.to)))
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
            **_side_columns("by", facts.by, posts),
            **_side_columns("to", facts.to, posts),
        )
        session.add(commitment)
        made.append(commitment)
        record(session, actor, "commitment.recorded", "commitment", commitment.id, case_id=facts.case_id)
    session.flush()
    for commitment in made:
        keep_check(session, actor, commitment)


def edit_commitment(
    session: Session, actor: Actor, commitment: Commitment, facts: CommitmentFacts, expected_version: int | None = None
) -> Commitment:
    """Correct what was written down; its follow-up moves with the day. Raises Conflict, NotPermitted, Invalid."""
    _lock(session, commitment, expected_version)
    require(may_settle(session, actor, commitment))
    require_commitments((facts,), _cases_open_to(session, actor, commitment))
    _require_sides(session, actor, (facts,))
    said = {"kind": facts.kind, "text": facts.text, "due_on": facts.due_on, "case_id": facts.case_id}
    for which, side in (("by", facts.by), ("to", facts.to)):
        if side.contact_id != getattr(commitment, f"{which}_contact_id"):
            said |= _side_columns(which, side, current_posts(session, (side.contact_id,)))
        else:
            said |= _side_columns(which, side, {})
            del said[f"{which}_post_id"]  # whoever held it then: it does not move with the contact
    changed = sorted(name for name, value in said.items() if getattr(commitment, name) != value)
    for name in changed:
        setattr(commitment, name, said[name])
    if changed:
        session.flush()
        record(
            session, actor, "commitment.edited", "commitment", commitment.id,
            case_id=commitment.case_id, fields=changed,
        )  # fmt: skip
        keep_check(session, actor, commitment)
    return commitment


def settle_commitment(
    session: Session,
    actor: Actor,
    commitment: Commitment,
    outcome: OutcomeFacts | str,
    expected_version: int | None = None,
) -> Commitment:
    """Say what became of a commitment; the actor is who checked it. Its follow-up is done with it.

    `outcome` as a text is only the status. Raises Conflict, NotPermitted, Invalid.
    """
    facts = OutcomeFacts(outcome) if isinstance(outcome, str) else outcome
    _lock(session, commitment, expected_version)
    require(may_settle(session, actor, commitment))
    require_outcome(facts, commitment.id)
    _require_successor(session, actor, facts.superseded_by_id)
    said: dict[str, Any] = {
        "status": facts.status,
        "check_note": facts.note,
        "settled_on": facts.settled_on,
        "superseded_by_id": facts.superseded_by_id,
    }
    changed = sorted(name for name, value in said.items() if getattr(commitment, name) != value)
    if changed:
        for name in changed:
            setattr(commitment, name, said[name])
        commitment.checked_by_id = actor.person_id
        commitment.checked_at = clock.now()
        session.flush()
        record(
            session, actor, "commitment.settled", "commitment", commitment.id,
            case_id=commitment.case_id, status=facts.status,
        )  # fmt: skip
        keep_check(session, actor, commitment)
    return commitment


def may_settle(session: Session, actor: Actor, commitment: Commitment) -> Decision:
    """Asked of its case; where it has none, of the cases of its meeting."""
    cases: Sequence[Case] = ()
    if commitment.case_id is not None:
        cases = visible_cases_of_ids(session, actor, (commitment.case_id,))
    elif commitment.engagement_id is not None:
        cases = cases_of(session, actor, [commitment.engagement_id]).get(commitment.engagement_id, [])
    return policy.may_record(actor, cases, memberships_of(session, actor, [case.id for case in cases]))


def _lock(session: Session, commitment: Commitment, expected_version: int | None) -> None:
    """Hold the row until the end of the transaction. Raises Conflict when somebody else was faster."""
    current = session.scalar(
        select(Commitment.version).where(Commitment.id == commitment.id).with_for_update(key_share=True)
    )
    if current != commitment.version or (expected_version is not None and expected_version != current):
        raise Conflict(_("Somebody else changed this in the meantime."), current)


def _cases_open_to(session: Session, actor: Actor, commitment: Commitment) -> tuple[UUID, ...]:
    """The cases on which it may be: those of its meeting, and the one on which it is."""
    own = (commitment.case_id,) if commitment.case_id else ()
    if commitment.engagement_id is None:
        return own
    met = cases_of(session, actor, [commitment.engagement_id]).get(commitment.engagement_id, [])
    return (*own, *(case.id for case in met))


def _require_successor(session: Session, actor: Actor, commitment_id: UUID | None) -> None:
    if commitment_id is None:
        return
    if session.scalar(visible_commitment_ids(actor).where(Commitment.id == commitment_id)) is None:
        raise Invalid(Fault("superseded_by", _("There is no such commitment.")))


def _side_columns(which: str, side: SideFacts, posts: Mapping[UUID, UUID]) -> dict[str, Any]:
    """A contact speaks in the office that they hold: the post is bound with them."""
    return {
        f"{which}_post_id": posts.get(side.contact_id) if side.contact_id else None,
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
