"""One case with everything on it, and the addresses of every route about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.charge import make_act, make_charge
from tests.factories.file import make_file
from tests.factories.period import make_period, make_record
from tests.factories.person import make_person
from tests.factories.recommendation import make_assessment, make_figures, make_recommendation
from tests.factories.reminder import make_due_work, make_reminder
from tests.factories.subject import make_subject
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person, SavedView
from tracker.approvals.models import Approval
from tracker.cases.models import Case, CaseContact, CaseLink, CaseSubject, Comment, Dossier
from tracker.contacts.models import Contact, Office, Organisation, Post
from tracker.core import clock
from tracker.core.ids import new_id
from tracker.engagements.models import Commitment, Engagement, EngagementCase
from tracker.followups.models import FollowUpChange, Timeline, TimelineSet
from tracker.notes.models import SecretNote
from tracker.recommendations.models import RecommendationFollowUp

NOTE = "A secret note"
NOT_OF_A_CASE = {"filename": "dist/manifest.json"}
_OF_NO_CASE = {
    *("rule_key", "deed"),
    *("person_id", "set_id", "draft_id", "merge_id", "passkey_id", "session_id", "invitation_id", "token"),
    "feed_id",
    *NOT_OF_A_CASE,
}
"""A draft is its owner's alone, and merging contacts is a matter of the role, whatever case they are on."""

_KEPT_AS = {
    ("cases.remove_contact", "on_case_id"): "case_contact_id",
    ("accounts.hand_leads_over", "person_id"): "left_id",
    ("accounts.reactivate", "person_id"): "left_id",
}
"""Where one name in two routes stands for rows of two tables."""


@dataclass(frozen=True)
class Sample:
    """What to put into an address, by the name of the variable in the route."""

    case: Case
    values: dict[str, Any]

    def address(self, app: Flask, rule: Rule) -> str:
        """The path of `rule`, about this sample."""
        with app.test_request_context():
            adapter = app.url_map.bind("localhost")
            wanted = {name: self.values[_KEPT_AS.get((rule.endpoint, name), name)] for name in rule.arguments}
            return adapter.build(rule.endpoint, wanted, method=_method(rule))

    def is_about(self, rule: Rule) -> bool:
        """Whether the address of `rule` names something on the case."""
        return bool(rule.arguments & set(self.values) - _OF_NO_CASE)


def make_sample(
    session: Session,
    level: str,
    lead: Person,
    members: dict[Person, str],
    someone: Person | None = None,
    left_id: UUID | None = None,
) -> Sample:
    """A case of `level` with one of everything; `session` acts as the operator.

    `someone`, and `left_id` of somebody who left: else new accounts.
    """

    def add(row: Any) -> Any:
        session.add(row)
        session.flush()
        return row

    dossier = add(Dossier(title="The dossier"))
    case = make_case(session, level=level, history=(), dossier_id=dossier.id, lead=lead)
    event = make_event(session, case, status="considering")
    subject = make_subject(session)
    on_case = add(CaseSubject(case_id=case.id, subject_id=subject.id))
    organisation = add(Organisation(name=f"The ministry {level}"))
    contact = add(Contact(name=f"The minister {level}", organisation_id=organisation.id))
    post = add(Post(title=f"Minister {level}", organisation_id=organisation.id))
    add(Office(contact_id=contact.id, title=post.title, post_id=post.id))
    case_contact = add(CaseContact(case_id=case.id, contact_id=contact.id, role="justice_ministry"))
    engagement = add(Engagement(level=level))
    add(EngagementCase(engagement_id=engagement.id, case_id=case.id))
    commitment = add(Commitment(engagement_id=engagement.id, text="We will"))
    follow_up = make_due_work(session, case, lead, date(2026, 5, 4))
    reminder = make_reminder(session, follow_up, lead)
    other = make_case(session, level=level, lead=lead)
    link = add(CaseLink(from_case_id=case.id, to_case_id=other.id, kind="related"))
    memberships = [join(session, case, person, kind) for person, kind in members.items()]
    comment = add(Comment(case_id=case.id, author_id=lead.id, body="A remark"))
    accused = make_subject(session)
    add(CaseSubject(case_id=case.id, subject_id=accused.id))
    charge = make_charge(session, case, against=[accused.id])
    record = make_record(session, case)
    recommendation = make_recommendation(session, case)
    add(RecommendationFollowUp(follow_up_id=follow_up.id, recommendation_id=recommendation.id))
    someone = someone or make_person(session, "legal_officer")
    values = {
        "reference": case.reference,
        "case_id": case.id,
        "event_id": event.id,
        "comment_id": comment.id,
        "draft_id": comment.id,
        "passkey_id": comment.id,
        "session_id": comment.id,
        "invitation_id": comment.id,
        "feed_id": comment.id,
        "token": "none-such",
        "subject_id": subject.id,
        "on_case_id": on_case.id,
        "case_contact_id": case_contact.id,
        "dossier_id": dossier.id,
        "link_id": link.id,
        "other_reference": other.reference,
        "contact_id": contact.id,
        "organisation_id": organisation.id,
        "post_id": post.id,
        "merge_id": post.id,
        "engagement_id": engagement.id,
        "commitment_id": commitment.id,
        "follow_up_id": follow_up.id,
        "view_id": add(SavedView(owner_id=lead.id, area="cases", name="My cases", query="")).id,
        "change_id": add(FollowUpChange(follow_up_id=follow_up.id, kind="created")).id,
        "timeline_id": add(Timeline(case_id=case.id, title="The hearing", reference_on=date(2026, 5, 4))).id,
        "set_id": add(TimelineSet(title="The hearing", items=[])).id,
        "reminder_id": reminder.id,
        "approval_id": _asked(session, case, lead).id,
        "number": reminder.number,
        "membership_id": (memberships or [_lead_of(session, case)])[0].id,
        "person_id": someone.id,
        "left_id": left_id or make_person(session, "legal_officer", active=False).id,
        "kind": "case",
        "object_id": case.id,
        "what": "follow_up",
        "part_id": follow_up.id,
        "file_id": make_file(session, case).id,
        "mark": comment.id,
        "charge_id": charge.id,
        "record_id": record.id,
        "period_id": make_period(session, record, "2025-03-01", "2099-02-28").id,
        "act_id": make_act(session, charge).id,
        "recommendation_id": recommendation.id,
        "assessment_id": make_assessment(session, recommendation).id,
        "figures_id": make_figures(session, case).id,
        "import_id": comment.id,
        "rule_key": "rome_statute_18_2",
        "deed": "verified",
        "note_id": _note_on(session, case, lead).id,
        **NOT_OF_A_CASE,
    }
    return Sample(case, values)


def _asked(session: Session, case: Case, lead: Person) -> Approval:
    """A request that only members of a sealed case see: to unseal one."""
    now = clock.now()
    asked = Approval(
        kind="unseal", case_id=case.id, payload={"level": "internal"}, reason="To publish it", asked_by_id=lead.id,
        asked_at=now, expires_at=now + timedelta(days=3),
    )  # fmt: skip
    asked.digest = asked.content_digest()
    session.add(asked)
    session.flush()
    return asked


def _note_on(session: Session, case: Case, author: Person) -> SecretNote:
    note = SecretNote(id=new_id(), object_type="case", object_id=case.id, case_id=case.id, written_by_id=author.id)
    note.note = NOTE
    session.add(note)
    session.flush()
    return note


def _lead_of(session: Session, case: Case) -> CaseMembership:
    return session.query(CaseMembership).filter_by(case_id=case.id, kind="lead").one()


def _method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else "POST"
