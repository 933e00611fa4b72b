"""A month of mail: what both copies remind of, and the sealed case that only one of them reminds of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work
from tracker.accounts.models import ROLES, Person
from tracker.cases.models import Case, CaseWatcher, Comment
from tracker.core import clock
from tracker.engagements.models import Engagement, EngagementCase
from tracker.followups.models import FollowUp, FollowUpWatcher
from tracker.reminders.models import ReminderPreference

DAYS = 30
DELIVERIES = {"coordinator": "daily", "head": "weekly", "reader": "daily", "keeper": "daily", "recorder": "daily"}


@dataclass
class Month:
    """`keeper` has nothing to do but on the sealed case; `recorder` wrote down what was promised about the open one.

    `led` is another open case, of `lead` alone.
    """

    people: dict[str, Person]
    lead: Person
    keeper: Person
    recorder: Person
    open: Case
    led: Case
    work: FollowUp

    @property
    def members(self) -> set[str]:
        """Addresses of those who know of the sealed case."""
        return {self.lead.email, self.keeper.email}


def fill_month(session: Session) -> tuple[dict[str, Person], Month]:
    """Work, periods and promises that fall due through the month, for people of each role and each way of mail."""
    names = (*ROLES, "reader", "lead", "keeper", "recorder")
    role_of: dict[str, Any] = {"reader": "head", "lead": "legal_officer", "keeper": "legal_officer"}
    people = {
        name: make_person(
            session, role_of.get(name, name if name in ROLES else "legal_officer"),
            name=f"The {name}", email=f"{name}@example.org",
        )
        for name in names
    }  # fmt: skip
    for name, delivery in DELIVERIES.items():
        session.add(ReminderPreference(person_id=people[name].id, delivery=delivery))
    lead = people["lead"]
    case = make_case(session, lead=lead, title="Alpha and the referral")
    case.expires_on = _in(20)
    join(session, case, people["outside_counsel"])
    for person in ("coordinator", "head"):
        session.add(CaseWatcher(case_id=case.id, person_id=people[person].id))
    work = None
    for place, name in enumerate(("legal_officer", "coordinator", "head", "reader", "outside_counsel", "lead")):
        for days in (-9, place, 7 + place, 14 + 2 * place):
            work = make_due_work(session, case, people[name], _in(days), title=f"Work of {name}")
    make_due_work(session, case, None, _in(4), title="Nobody's work")
    assert work is not None
    session.add(FollowUpWatcher(follow_up_id=work.id, person_id=people["legal_officer"].id))
    led = make_case(session, lead=lead, title="Beta and the referral")
    make_due_work(session, led, people["coordinator"], _in(11))
    meeting = _meeting(session, people["recorder"], [case])
    for days in (1, 9, 18):
        make_commitment(session, meeting, due_on=_in(days), created_by_id=people["recorder"].id)
    _meeting_nobody_recorded(session, case)
    session.flush()
    return people, Month(people, lead, people["keeper"], people["recorder"], case, led, work)


def seal_month(session: Session, month: Month) -> None:
    """A sealed case that reminds of the same kinds of things, and touches the open case wherever it can."""
    sealed = make_case(session, lead=month.keeper, level="sealed", title="Quicksilver")
    sealed.expires_on = _in(20)
    join(session, sealed, month.lead, "lead")
    for person in (month.keeper, month.lead):
        session.add(CaseWatcher(case_id=sealed.id, person_id=person.id))
    for days in (-30, -9, *range(0, DAYS, 3)):
        for who in (month.keeper, month.lead, None):
            work = make_due_work(session, sealed, who, _in(days), title="Vault", priority="urgent")
    session.add(FollowUpWatcher(follow_up_id=work.id, person_id=month.lead.id))
    make_due_work(session, sealed, month.keeper, _in(3), title="Vault", rrule="FREQ=DAILY", recurs="by_date")
    make_due_work(session, session.merge(month.led), month.lead, _in(5), title="Quicksilver", level="sealed")
    # Meetings that stood before the case was sealed: the open case is still among what they were about.
    for meeting in session.query(Engagement).order_by(Engagement.id).all():
        session.add(EngagementCase(engagement_id=meeting.id, case_id=sealed.id))
    hidden = _meeting(session, month.keeper, [sealed], level="sealed")
    for days in (1, 9, 18):
        make_commitment(session, hidden, due_on=_in(days), created_by_id=month.keeper.id)
        make_commitment(session, case=sealed, due_on=_in(days), created_by_id=month.lead.id)
    of_led = _meeting(session, month.lead, [session.merge(month.led)], level="sealed")
    make_commitment(session, of_led, session.merge(month.led), due_on=_in(2), created_by_id=month.lead.id)
    make_event(session, sealed, 7, str(_in(-1)), "joined", summary="Quicksilver")
    session.add(Comment(case_id=sealed.id, author_id=month.lead.id, body="Quicksilver"))
    session.flush()


def _in(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _meeting(session: Session, by: Person, cases: list[Case], level: str = "internal") -> Engagement:
    meeting = Engagement(level=level, place="Riga", created_by_id=by.id)
    session.add(meeting)
    session.flush()
    session.add_all(EngagementCase(engagement_id=meeting.id, case_id=case.id) for case in cases)
    session.flush()
    return meeting


def _meeting_nobody_recorded(session: Session, case: Case) -> None:
    """What was promised there is told to the lead of the one case that it was about."""
    meeting = Engagement(level="internal", place="Vilnius")
    session.add(meeting)
    session.flush()
    session.add(EngagementCase(engagement_id=meeting.id, case_id=case.id))
    session.flush()
    make_commitment(session, meeting, due_on=_in(6), text="We will think about it")
