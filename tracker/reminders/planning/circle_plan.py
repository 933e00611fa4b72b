"""The reminders of one follow-up for everybody at once: looking at one person withdraws nothing of another's. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.escalation import escalations
from tracker.reminders.planning.people import Calendar, Circle, Recipient
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.rules import DueFact, Plan, Wanted, assignment, plan
from tracker.reminders.planning.ruling_news import MovedByRule, of_rule


@dataclass(frozen=True, slots=True)
class Subject:
    """One follow-up, as planning needs it; `recipient` is its assignee, `circle` are the others."""

    follow_up_id: UUID
    case_id: UUID
    fact: DueFact
    recipient: Recipient | None
    circle: Circle = field(default_factory=Circle)

    closed_on: date | None = None
    moved_by_rule: MovedByRule | None = None

    @property
    def promise(self) -> Promise:
        return Promise("follow_up", self.follow_up_id, self.case_id, self.fact.due_on)

    def person(self, person_id: UUID) -> Recipient | None:
        """Whoever may get reminders of it by this id; None for somebody who has no part in it any more."""
        if self.recipient is not None and self.recipient.person_id == person_id:
            return self.recipient
        return self.circle.people.get(person_id)

    def told_for_assignee(self, person_id: UUID) -> bool:
        """Whether `person_id` is the assignee, or their substitute."""
        one = self.recipient
        return one is not None and person_id in (one.person_id, one.substitute_id)


def plan_all(subject: Subject, now: datetime, covered_until: datetime | None = None) -> Plan:
    """Every row of the follow-up as things stand at `now`; `covered_until`: when its assignee was told it is theirs."""
    if not subject.fact.is_active:
        return Plan()
    doer = _doer(subject)
    own = plan(subject.fact, doer, now, covered_until, subject.circle.in_place_by(now))
    others = escalations(subject.fact, subject.recipient, subject.circle, _calendar(subject), now)
    returns = [one.back_at for one in (subject.recipient, *subject.circle.people.values()) if one is not None]
    looks = [own.next_plan_at, others.next_plan_at, subject.circle.sight_changes_at, *returns]
    ahead = [at for at in looks if at is not None and at > now]
    return Plan(own.wanted + others.wanted, own.holding + others.holding, min(ahead, default=None))


def assigned(subject: Subject, now: datetime) -> Wanted | None:
    """The mail that says "this is yours now", to whoever stands in for them if they are away."""
    doer = _doer(subject)
    return assignment(subject.fact, doer, now, subject.circle.in_place_of) if doer else None


def rule_news(subject: Subject, now: datetime, told: Collection[UUID]) -> list[Wanted]:
    """The lines that say that a changed rule of law moved its day; `told`: who has heard that already."""
    return of_rule(subject.fact, subject.moved_by_rule, subject.recipient, subject.circle, now, told)


def _doer(subject: Subject) -> Recipient | None:
    """The assignee, if a reminder to them can be of use."""
    one = subject.recipient
    return one if one is not None and subject.circle.reaches(one) else None


def _calendar(subject: Subject) -> Calendar:
    return subject.recipient.calendar if subject.recipient else working_days_of(None)
