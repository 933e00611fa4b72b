"""What both copies hold, and the sealed case with all that hangs on it that only one of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.charge import make_act, make_charge
from tests.factories.commitment import make_commitment
from tests.factories.period import make_period, make_record
from tests.factories.person import make_person
from tests.factories.recommendation import make_assessment, make_figures, make_recommendation
from tests.factories.reminder import make_due_work, make_reminder
from tests.factories.subject import make_subject
from tests.integration.access.sample import Sample, make_sample
from tests.support.twins import UNASSURED
from tracker.accounts.models import ROLES, Person
from tracker.audit.services import record
from tracker.cases.models import Case, CaseContact, CaseLink, CaseSubject, Comment, Subject
from tracker.cases.projection import refresh
from tracker.contacts.models import Contact, ContactPrivate, Office, Organisation, Post
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement, EngagementCase, Participant
from tracker.followups.models import FollowUp, TimelineSet
from tracker.recommendations.models import RecommendationFollowUp, Repetition

SECRET_WORDS = (
    *("Quicksilver", "quick", "Кuiksilver", "Quiksilver", "Mercury", "Secretariat of shadows", "Shadowkeeper"),
    *("Ombudsman of whispers", "hush@example.org", "QSR-1", "Vault"),
)
"""What stands in the sealed case: whole, begun, misspelt."""
LEAD = "the lead"
"""The visitor who leads the sealed case: not one of those who must see no difference."""
SHARED_WORDS = ("minister", "Ministry", "dossier", "Ask", "referral", "will", "somebody", "ada", "zz")


@dataclass
class Shared:
    """What stands in both. `open` and `restricted` have one of everything; `led` is an open case of `lead` alone.

    `mandate`: an open case of theirs that the Council granted for a time.
    """

    lead: Person
    someone: Person
    open: Sample
    restricted: Sample
    led: Case
    mandate: Case
    led_recommendation_id: UUID
    sealed: Sample | None = None


def fill(session: Session) -> tuple[dict[str, Person], Shared]:
    """People of each role, counsel a member of the open case, a second head who reads the restricted one."""
    people = {role: make_person(session, role, name=f"The {role}", email=f"{role}@example.org") for role in ROLES}
    people["reader"] = make_person(session, "head", name="The reader", email="reader@example.org")
    lead = make_person(session, "legal_officer", name="The lead", email="lead@example.org")
    someone = make_person(session, "coordinator", name="Someone", email="someone@example.org")
    people[UNASSURED] = someone
    people[LEAD] = lead
    members = {people["outside_counsel"]: "member"}
    open_case = make_sample(session, "internal", lead, members, someone)
    restricted = make_sample(session, "restricted", lead, {people["reader"]: "reader"}, someone)
    for role in ("legal_officer", "coordinator", "head", "outside_counsel"):
        make_due_work(session, open_case.case, people[role], date(2026, 12, 1), title=f"Work of {role}")
    for title in ("Alpha", "Beta", "Gamma"):
        case = make_case(session, lead=people["legal_officer"], title=f"{title} and the referral")
        make_due_work(session, case, people["coordinator"], date(2026, 11, 30))
    led = make_case(session, lead=lead, title="Delta and the referral")
    make_charge(session, led, checked_at=clock.now() - timedelta(days=1))
    granted = (("established", "2024-04-04"), ("reporting", "2024-09-10"))
    mandate = make_case(session, granted, pathway="un_mechanism", lead=lead, title="Group of experts")
    recommended = make_recommendation(session, led)
    return people, Shared(lead, someone, open_case, restricted, led, mandate, recommended.id)


def add_sealed_case(session: Session, shared: Shared) -> None:
    """One row of each kind about the sealed case, and what it touches of the things that all see."""
    left_id = shared.open.values["left_id"]
    shared.sealed = make_sample(session, "sealed", shared.lead, {shared.someone: "member"}, shared.someone, left_id)
    case = session.merge(shared.sealed.case)
    case.title, case.summary = "Quicksilver", "Mercury"
    session.delete(session.get_one(TimelineSet, shared.sealed.values["set_id"]))
    shared.sealed.values["set_id"] = shared.open.values["set_id"]
    in_dossier = shared.open.values["dossier_id"]
    make_case(session, level="sealed", lead=shared.lead, title="Quicksilver too", dossier_id=in_dossier)
    granted = (("established", "2024-04-04"), ("reporting", "2024-09-10"))
    group = make_case(session, granted, pathway="un_mechanism", level="sealed", lead=shared.lead, title="Vault")
    group.expires_on = clock.today() + timedelta(days=20)
    _parties(session, shared, case)
    _papers_and_meetings(session, shared, case)
    _work(session, shared, case)
    _secret_parts_of_the_open_case(session, shared)
    session.flush()


def _add(session: Session, *rows: Any) -> None:
    for row in rows:
        session.add(row)
        session.flush()


def _parties(session: Session, shared: Shared, case: Case) -> None:
    organisation = Organisation(name="Secretariat of shadows", compartment_id=case.id)
    _add(session, organisation)
    post = Post(title="Ombudsman of whispers", organisation_id=organisation.id, compartment_id=case.id)
    contact = Contact(name="Ada Shadowkeeper", organisation_id=organisation.id, compartment_id=case.id)
    _add(session, post, contact)
    private = ContactPrivate(contact_id=contact.id)
    private.email = "hush@example.org"
    _add(session, private, Office(contact_id=contact.id, title=post.title, post_id=post.id))
    known = shared.open.values["contact_id"]
    _add(session, *(CaseContact(case_id=case.id, contact_id=one, role="prosecutor") for one in (contact.id, known)))
    subject = make_subject(session)
    session.get_one(Subject, subject.id).name = "Vault keeper"
    for one in (subject.id, shared.open.values["subject_id"]):
        _add(session, CaseSubject(case_id=case.id, subject_id=one))
    _add(session, CaseLink(from_case_id=shared.open.case.id, to_case_id=case.id, kind="joins"))
    for name in ("organisation_id", "post_id", "contact_id"):
        _seal(session, shared, name)
    record(session, OPERATOR, "contact.recorded", "contact", contact.id)


def _seal(session: Session, shared: Shared, name: str) -> None:
    assert shared.sealed is not None
    model: Any = {"organisation_id": Organisation, "post_id": Post, "contact_id": Contact}[name]
    session.get_one(model, shared.sealed.values[name]).compartment_id = shared.sealed.case.id


def _papers_and_meetings(session: Session, shared: Shared, case: Case) -> None:
    paper = DocumentRecord(title="Quicksilver letter", level="sealed")
    both = DocumentRecord(title="Vault letter", level="internal")
    meeting = Engagement(level="sealed", place="Vault", summary="Quicksilver")
    shared_meeting = Engagement(level="internal", place="Vault", summary="Mercury")
    _add(session, paper, both, meeting, shared_meeting)
    links = (DocumentCase(document_id=one.id, case_id=case.id) for one in (paper, both))
    known = EngagementCase(engagement_id=shared.open.values["engagement_id"], case_id=case.id)
    _add(
        session,
        known,
        *links,
        *(EngagementCase(engagement_id=one.id, case_id=case.id) for one in (meeting, shared_meeting)),
    )
    _add(session, Participant(engagement_id=meeting.id, contact_id=shared.open.values["contact_id"]))
    _add(session, Participant(engagement_id=shared_meeting.id, name="Shadowkeeper"))
    organisation = shared.open.values["organisation_id"]
    _add(session, Commitment(engagement_id=meeting.id, text="Quicksilver", by_organisation_id=organisation))
    make_commitment(session, case=case, text="Mercury", due_on=date(2026, 12, 1))


def _work(session: Session, shared: Shared, case: Case) -> None:
    make_event(session, case, 7, "2026-11-20", summary="Quicksilver", source="Vault", clock_rule="rome_statute_126_2")
    for who, on in ((shared.lead, date(2026, 11, 1)), (shared.someone, date(2026, 12, 1))):
        work = make_due_work(session, case, who, on, title="Vault", priority="urgent")
        make_reminder(session, work, who)
    dead = make_due_work(session, case, shared.lead, date(2026, 11, 1), title="Vault")
    make_reminder(session, dead, shared.lead, status="dead", last_error="550")
    _add(session, Comment(case_id=case.id, author_id=shared.lead.id, body="Quicksilver"))
    against = [shared.open.values["subject_id"]]
    make_act(session, make_charge(session, case, against=against, offence="Quicksilver", law="Vault"), "Mercury")
    _recommended(session, shared, case)
    soon = (clock.today() + timedelta(days=20)).isoformat()
    make_period(session, make_record(session, case, title="Quicksilver", holder="Vault"), "2025-01-01", soon)
    record(session, OPERATOR, "case.opened", "case", case.id, case_id=case.id)
    record(session, OPERATOR, "follow_up.added", "follow_up", work.id, case_id=case.id)


def _recommended(session: Session, shared: Shared, case: Case) -> None:
    """On the sealed case, which is a linked review; and what the open case's recommendation repeats."""
    secret = make_recommendation(session, case, "7.7", text="Quicksilver", theme="Vault")
    make_assessment(session, secret, "Mercury", source="Vault")
    make_figures(session, case, "Mercury", total=7)
    work = make_due_work(session, case, shared.lead, date(2026, 11, 1), title="Vault")
    _add(session, RecommendationFollowUp(follow_up_id=work.id, recommendation_id=secret.id))
    known = shared.open.values["recommendation_id"]
    _add(session, Repetition(recommendation_id=known, predecessor_id=secret.id))
    _add(session, Repetition(recommendation_id=secret.id, predecessor_id=known))
    _add(session, CaseLink(from_case_id=shared.led.id, to_case_id=case.id, kind="related"))


def _secret_parts_of_the_open_case(session: Session, shared: Shared) -> None:
    """More secret than their case, which shows no hole."""
    soon = clock.today() + timedelta(days=20)
    told = {"expires_on": soon, "level": "sealed", "facts": {"vote": "Mercury", "next_oral_update_on": f"{soon}"}}
    mandate = session.merge(shared.mandate)
    for place, status in ((8, "renewed"), (9, "reporting")):
        make_event(session, mandate, place, "2025-04-03", status, summary="Quicksilver", source="Vault", **told)
    refresh(session, mandate)
    case = session.merge(shared.led)
    make_event(session, case, 8, "2026-11-21", "declined_for_now", summary="Quicksilver", level="sealed")
    typed = {"clock_rule": "rome_statute_126_2", "source": "Vault", "level": "sealed"}
    make_event(session, case, 9, "2026-11-22", summary="Mercury", **typed)
    work = FollowUp(case_id=case.id, title="Quicksilver", level="sealed", due_on=date(2026, 11, 2))
    meeting = Engagement(level="sealed", place="Vault")
    paper = DocumentRecord(title="Quicksilver", level="sealed")
    _add(session, work, meeting, paper)
    _add(session, RecommendationFollowUp(follow_up_id=work.id, recommendation_id=shared.led_recommendation_id))
    _add(session, EngagementCase(engagement_id=meeting.id, case_id=case.id))
    _add(session, DocumentCase(document_id=paper.id, case_id=case.id))
    _add(session, Comment(case_id=case.id, author_id=shared.lead.id, body="Quicksilver", level="sealed"))
