"""What people do with meetings and commitments: one function per intention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.access.levels import Level, highest
from tracker.access.policy import Decision, require
from tracker.access.queries import memberships_of
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.contacts.posts import current_posts
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.ids import new_id
from tracker.engagements import policy
from tracker.engagements.checks import require_contacts, visible_cases_of_ids
from tracker.engagements.commitment_services import add_commitments
from tracker.engagements.facts import (
    CommitmentFacts,
    EngagementFacts,
    NextStep,
    ParticipantFacts,
    require_engagement,
    require_next_steps,
)
from tracker.engagements.models import Engagement, EngagementCase, Participant
from tracker.engagements.newcomers import with_new_contacts
from tracker.engagements.queries import cases_of, is_about_cases
from tracker.followups.changing import change
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.followups.rules import handed_level
from tracker.followups.services import add_follow_up


def record_engagement(
    session: Session,
    actor: Actor,
    facts: EngagementFacts,
    commitments: Sequence[CommitmentFacts] = (),
    next_steps: Sequence[NextStep] = (),
) -> Engagement:
    """Write down a meeting with what was promised there and what is to be done now, in one step.

    Raises NotPermitted, NotVisible, Invalid (paths `commitments-0-text`, `follow_ups-0-assignee_id`, …).
    """
    cases = visible_cases_of_ids(session, actor, facts.case_ids)
    memberships = memberships_of(session, actor, facts.case_ids)
    require(policy.may_record(actor, cases, memberships))
    require_engagement(facts)
    level = _level(actor, facts, cases, memberships)
    facts, commitments = with_new_contacts(session, actor, facts, commitments, level)
    engagement = Engagement(id=new_id(), level=level, created_by_id=actor.person_id, **_columns(facts))
    session.add(engagement)
    session.flush()
    _link(session, engagement, facts.case_ids)
    _take_part(session, actor, engagement, facts.participants)
    record(session, actor, "engagement.recorded", "engagement", engagement.id, case_id=_first(facts.case_ids))
    add_commitments(session, actor, engagement, facts.case_ids, commitments)
    _add_next_steps(session, actor, engagement, cases, next_steps)
    return engagement


def edit_engagement(
    session: Session,
    actor: Actor,
    engagement: Engagement,
    facts: EngagementFacts,
    commitments: Sequence[CommitmentFacts] = (),
    next_steps: Sequence[NextStep] = (),
    expected_version: int | None = None,
) -> Engagement:
    """Change a meeting, and add commitments and follow-ups to it. Cases of it that the actor can't see stay.

    Raises Conflict, NotPermitted, Invalid.
    """
    _lock(session, engagement, expected_version)
    before = cases_of(session, actor, [engagement.id]).get(engagement.id, [])
    cases = visible_cases_of_ids(session, actor, facts.case_ids)
    memberships = memberships_of(session, actor, {case.id for case in (*before, *cases)})
    require(policy.may_record(actor, before, memberships))
    require(policy.may_record(actor, cases, memberships))
    if not cases and is_about_cases(session, engagement.id):
        raise Invalid(Fault("cases", _("Keep at least one case: without it nobody on the case would see the meeting.")))
    require_engagement(facts)
    level = _level(actor, facts, cases, memberships, engagement.level)
    if Level(level).rank < Level(engagement.level).rank:
        _refuse("level", policy.may_lower(actor, engagement.level, level, before, memberships))
    elif Level(level).rank > Level(engagement.level).rank:
        _raise_work(session, actor, engagement, level)
    facts, commitments = with_new_contacts(session, actor, facts, commitments, level)
    old = {case.id for case in before}
    new = [case_id for case_id in facts.case_ids if case_id not in old]
    # New links first, old ones last: the meeting never is without the case through which the actor sees it.
    _link(session, engagement, new)
    changed = _write(engagement, _columns(facts) | {"level": level})
    only_rows_changed = not changed
    changed += _take_part(session, actor, engagement, facts.participants)
    gone = _unlink(session, engagement, old - set(facts.case_ids))
    if new or gone:
        changed.append("cases")
    if changed:
        if only_rows_changed:
            flag_modified(engagement, "kind")  # participants and cases are other rows: the version rises for them too
        session.flush()
        record(
            session, actor, "engagement.edited", "engagement", engagement.id,
            case_id=_first(facts.case_ids), fields=sorted(changed),
        )  # fmt: skip
    add_commitments(session, actor, engagement, facts.case_ids, commitments)
    _add_next_steps(session, actor, engagement, cases, next_steps)
    return engagement


def _level(
    actor: Actor,
    facts: EngagementFacts,
    cases: Sequence[Case],
    memberships: policy.Memberships,
    before: str | None = None,
) -> str:
    """The level to store: what was chosen, what stands, or what the cases ask for. Raises Invalid."""
    least = policy.least_level(cases)
    level = Level(facts.level) if facts.level else max(least, Level(before or least), key=lambda one: one.rank)
    if cases and level.rank < least.rank:
        raise Invalid(Fault("level", _("One of these cases is more confidential: choose at least its level.")))
    _refuse("level", policy.may_have_level(actor, level, cases, memberships))
    return level.value


def _refuse(path: str, decision: Decision) -> None:
    if not decision:
        raise Invalid(Fault(path, str(decision.reason)))


def _columns(facts: EngagementFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "occurred_on": facts.occurred_on,
        "date_text": facts.date_text,
        "place": facts.place,
        "summary": facts.summary,
        "sort_on": VagueDate(facts.occurred_on).latest,
    }


def _write(engagement: Engagement, said: dict[str, Any]) -> list[str]:
    changed = [name for name, value in said.items() if getattr(engagement, name) != value]
    for name in changed:
        setattr(engagement, name, said[name])
    return changed


def _link(session: Session, engagement: Engagement, case_ids: Iterable[UUID]) -> None:
    for case_id in dict.fromkeys(case_ids):
        session.add(EngagementCase(engagement_id=engagement.id, case_id=case_id))
    session.flush()


def _unlink(session: Session, engagement: Engagement, case_ids: set[UUID]) -> bool:
    session.flush()
    if case_ids:
        session.execute(
            delete(EngagementCase).where(
                EngagementCase.engagement_id == engagement.id, EngagementCase.case_id.in_(case_ids)
            )
        )
    return bool(case_ids)


def _take_part(
    session: Session, actor: Actor, engagement: Engagement, participants: Sequence[ParticipantFacts]
) -> list[str]:
    require_contacts(session, actor, (one.contact_id for one in participants), "participants")
    rows = session.scalars(select(Participant).where(Participant.engagement_id == engagement.id)).all()
    standing = [ParticipantFacts(row.contact_id, row.name) for row in sorted(rows, key=lambda row: row.position)]
    if standing == list(participants):
        return []
    for row in rows:
        session.delete(row)
    session.flush()
    held = current_posts(session, (one.contact_id for one in participants))
    posts: dict[UUID | None, UUID | None] = dict(held.items())
    posts |= {row.contact_id: row.post_id for row in rows}  # the office that they held then
    for position, one in enumerate(participants):
        session.add(
            Participant(
                engagement_id=engagement.id,
                position=position,
                contact_id=one.contact_id,
                name=one.name,
                post_id=posts.get(one.contact_id) if one.contact_id else None,
            )
        )
    session.flush()
    return ["participants"]


def _add_next_steps(
    session: Session, actor: Actor, engagement: Engagement, cases: Sequence[Case], steps: Sequence[NextStep]
) -> None:
    by_id = {case.id: case for case in cases}
    require_next_steps(tuple(steps), tuple(by_id))
    for number, step in enumerate(steps):
        case = by_id[step.case_id] if step.case_id else cases[0]
        try:
            add_follow_up(
                session,
                actor,
                case,
                title=step.title,
                due_on=step.due_on,
                assignee_id=step.assignee_id,
                level=engagement.level,
                engagement_id=engagement.id,
            )
        except Invalid as problem:
            problem.faults = tuple(replace(fault, path=f"follow_ups-{number}-{fault.path}") for fault in problem.faults)
            raise


def _raise_work(session: Session, actor: Actor, engagement: Engagement, level: str) -> None:
    """What was made from the meeting says what was said there: it becomes as secret as the meeting. Raises Invalid."""
    from_here = visible_follow_ups(actor).add_columns(Case).where(FollowUp.engagement_id == engagement.id)
    rows = session.execute(from_here).all()
    memberships = memberships_of(session, actor, {case.id for _follow_up, case in rows})
    for follow_up, case in rows:
        handed = handed_level(level, case.level)
        if handed is None or Level(handed).rank <= highest(follow_up.level).rank:
            continue
        _refuse("level", policy.may_have_level(actor, level, [case], memberships))
        values = {"level": handed}
        change(session, actor, follow_up, values, "edited", "follow_up.edited", fields=["level"])


def _lock(session: Session, engagement: Engagement, expected_version: int | None) -> None:
    current = session.scalar(
        select(Engagement.version).where(Engagement.id == engagement.id).with_for_update(key_share=True)
    )
    if current != engagement.version or (expected_version is not None and expected_version != current):
        raise Conflict(_("Somebody else changed this in the meantime."), current)


def _first(case_ids: Sequence[UUID]) -> UUID | None:
    return case_ids[0] if case_ids else None
