"""Each query of a page, a letter or a file alone: where the session shows every row, it still answers for whom it asks.

What somebody is answered in a session that sees everything is what they are answered in their own, which the policies
of the database guard too. (Statements by themselves: test_rules_alone.py; the policies alone: test_row_security.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, inspect, select, text
from sqlalchemy.orm import Session

from tests.factories.case import join
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.file import make_file, make_paper
from tests.factories.person import acting, make_person
from tests.factories.recommendation import make_recommendation
from tests.factories.reminder import make_due_work, make_promise, make_reminder
from tests.integration.access.queries_asked import ABOUT_ONE, DAY, NOON, OF_ALL, ON_A_PAGE, RULE, Asked, Query
from tests.integration.access.sample import Sample, make_sample
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person, SavedView
from tracker.approvals.models import Approval
from tracker.cases.models import Case, CaseEvent, CaseLink, CaseVisit, Comment, CommentMention, Dossier, Subject
from tracker.contacts.models import Contact, ContactPrivate, Organisation, Post
from tracker.core import clock
from tracker.core.actor import OPERATOR, Actor
from tracker.core.database import Database
from tracker.core.errors import TrackerError
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import ClockMove, FollowedClock, FollowUp, FollowUpDependency, Timeline
from tracker.limitation.models import ChargeFollowUp
from tracker.periods.models import PeriodFollowUp
from tracker.recommendations.models import Recommendation, RecommendationFollowUp, Repetition
from tracker.sittings.models import Sitting

LEVELS = ("internal", "sealed")
MOST_OF_A_GROUP = 12
ON_THE_DAY: dict[str, Any] = {"occurred_on": str(DAY), "sort_on": DAY}
EVERYTHING: dict[str, Any] = {
    "cases": Case,
    "entries": CaseEvent,
    "work": FollowUp,
    "comments": Comment,
    "meetings": Engagement,
    "promises": Commitment,
    "recommendations": Recommendation,
    "contacts": Contact,
    "organisations": Organisation,
    "papers": DocumentRecord,
    "memberships": CaseMembership,
    "requests": Approval,
}


def about_one(samples: dict[str, Asked]) -> Iterator[tuple[str, Query, Asked]]:
    for name, query in ABOUT_ONE.items():
        yield from ((f"{name}, {level}", query, sample) for level, sample in samples.items())
    yield from ((name, query, samples["internal"]) for name, query in ON_A_PAGE.items())


def of_all(samples: dict[str, Asked]) -> Iterator[tuple[str, Query, Asked]]:
    yield from ((name, query, samples["internal"]) for name, query in OF_ALL.items())


@pytest.mark.parametrize(
    "who",
    [
        "head",
        pytest.param("counsel", marks=pytest.mark.long),
        pytest.param("coordinator", marks=pytest.mark.long),
        pytest.param("lead without a passkey", marks=pytest.mark.long),
        pytest.param("administrator", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("asked", [about_one, of_all])
def test_each_query_alone_answers_what_it_answers_with_the_policies(
    app: Flask, database_url: str, who: str, asked: Callable[[dict[str, Asked]], Iterator[tuple[str, Query, Asked]]]
) -> None:
    owner = Database(database_url)
    with app.app_context():
        with owner.unit_of_work(OPERATOR) as session:
            samples, viewers = make_world(session)
        with owner.unit_of_work(viewers[who]) as session:
            both = {name: answer(session, viewers[who], query, it) for name, query, it in asked(samples)}
            see_every_row(session)
            alone = {name: answer(session, viewers[who], query, it) for name, query, it in asked(samples)}
    owner.dispose()
    wrong = [f"{name}\n  {alone[name]}\n  {both[name]}" for name in alone if alone[name] != both[name]]
    assert not wrong, "\n".join(wrong)


def see_every_row(session: Session) -> None:
    """As the owner of the tables, whom no policy asks anything; the person whom functions ask for stays the same."""
    session.execute(text("SET LOCAL ROLE NONE"))


def answer(session: Session, viewer: Actor, query: Query, it: Asked) -> Any:
    """In words to be compared."""
    session.expunge_all()
    try:
        return _plain(query(session, viewer, it))
    except TrackerError as refused:
        return type(refused).__name__


def _plain(value: Any) -> Any:
    """To be compared: of a row of the database, which it is."""
    if hasattr(value, "__mapper__"):
        return type(value).__name__, *map(str, inspect(value).identity or ())
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, *(_plain(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, list | tuple | Row):
        return tuple(map(_plain, value))
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def make_world(session: Session) -> tuple[dict[str, Asked], dict[str, Actor]]:
    """A case of each level with everything on it, and things that are more secret than it, and more open."""
    roles = ("legal_officer", "head", "outside_counsel", "coordinator", "administrator")
    lead, head, counsel, coordinator, administrator = (make_person(session, role) for role in roles)
    samples = {level: make_sample(session, level, lead, {}) for level in LEVELS}
    for sample in samples.values():
        for who in (head, counsel):
            session.add(CaseVisit(case_id=sample.case.id, person_id=who.id, seen_at=clock.now()))
        sample.case.phase = "open"
        sample.case.expires_on = sample.case.next_due_on = sample.case.review_due_on = DAY
    join(session, samples["internal"].case, counsel)
    join(session, samples["sealed"].case, make_person(session, "coordinator"))
    first, *others = (sample.values["recommendation_id"] for sample in samples.values())
    for other in others:
        session.add(Repetition(recommendation_id=first, predecessor_id=other))
        session.add(Repetition(recommendation_id=other, predecessor_id=first))
    known: dict[str, dict[str, Any]] = {}
    shared = _shared(session, samples)
    for level, sample in samples.items():
        known[level] = shared | _beside(session, sample, lead, head) | _papers(session, sample.case)
        known[level] |= _work(session, sample, known[level], lead, head)
    for one in known.values():
        one["requests"] = list(session.scalars(select(Approval)))
    _asked(session, samples, known, lead, head)
    session.add_all([Dossier(title="Empty"), Subject(name="On no case"), DocumentRecord(title="Loose")])
    session.add_all([Engagement(level="internal"), Commitment(text="Of nobody")])
    session.add(SavedView(owner_id=lead.id, area="cases", name="Everybody's", query="", is_shared=True))
    session.flush()
    everything = {name: list(session.scalars(select(model.id))) for name, model in EVERYTHING.items()}
    session.flush()
    asked = {level: Asked(sample, lead, known[level], everything) for level, sample in samples.items()}
    viewers = {"head": acting(head), "counsel": acting(counsel), "coordinator": acting(coordinator)}
    viewers["lead without a passkey"] = replace(acting(lead), is_assured=False)
    return asked, viewers | {"administrator": acting(administrator)}


def _beside(session: Session, sample: Sample, lead: Person, head: Person) -> dict[str, Any]:
    """On the case: sealed and restricted entries, a sealed remark, meetings and promises of several levels."""
    case, values = sample.case, sample.values
    entry = make_event(session, case, 5, "2026-04-30", "signed", entered_at=NOON, level="sealed")
    make_event(session, case, 4, "2026-04-29", level="restricted")
    remark = Comment(case_id=case.id, author_id=lead.id, body="Quietly", level="sealed")
    session.add(remark)
    session.flush()
    session.add_all(CommentMention(comment_id=one, person_id=head.id) for one in (remark.id, values["comment_id"]))
    make_recommendation(session, case, "9.9", voided_at=NOON, void_reason="Twice")
    meeting = make_engagement(session, case, level="sealed", **ON_THE_DAY)
    make_commitment(session, meeting, text="Unheard", due_on=DAY)
    promised = make_commitment(
        session, session.get_one(Engagement, values["engagement_id"]), case, due_on=DAY, created_by_id=lead.id
    )
    private = ContactPrivate(contact_id=values["contact_id"])
    private.email = "minister@example.org"
    session.add(private)
    for kind, subject in (("commitment", promised), ("case_event", entry), ("case", case)):
        make_promise(session, lead, kind, "status", subject_id=subject.id, case_id=case.id, status="dead")
    make_promise(session, head, "case", "period_ends", subject_id=case.id, case_id=case.id)
    return {
        "contact_name": session.get_one(Contact, values["contact_id"]).name,
        "organisation_name": session.get_one(Organisation, values["organisation_id"]).name,
        "quiet_event_id": entry.id,
        "quiet_comment_id": remark.id,
        "quiet_engagement_id": meeting.id,
        "open_engagement_id": make_engagement(session, case, level="internal", **ON_THE_DAY).id,
        "promised_id": promised.id,
        "loose_promise_id": make_commitment(session, None, case, due_on=DAY, text="By letter").id,
    }


def _asked(
    session: Session, samples: dict[str, Sample], known: dict[str, dict[str, Any]], lead: Person, head: Person
) -> None:
    """On the open case: something sealed, and a file, that wait for a second person; and what two agreed to."""
    now = clock.now()
    said: dict[str, Any] = {"reason": "Why", "asked_by_id": lead.id, "asked_at": now, "expires_at": now + timedelta(3)}
    part = {"case_id": samples["internal"].case.id, "object_id": known["internal"]["quiet_work_id"]}
    agreed = {"decision": "agreed", "decided_by_id": head.id, "decided_at": now}
    requests = [
        Approval(kind="unseal", payload={"level": "internal", "what": "follow_up"}, **part, **said),
        Approval(kind="clock_rule", payload={"rule": RULE}, **said),
        Approval(kind="destroy", payload={}, object_id=samples["internal"].values["file_id"], **said),
        Approval(kind="break_glass", payload={"reference": "ACC-1"}, **agreed, **said),
    ]
    for one in requests:
        one.digest = one.content_digest()
    session.add_all(requests)
    session.flush()


def _papers(session: Session, case: Case) -> dict[str, Any]:
    """On the case a sealed one and an open one, each with a file; and that somebody asked to destroy a file."""
    quiet, opened = (make_paper(session, case, level=level) for level in ("sealed", "internal"))
    return {
        "quiet_paper_id": quiet.id,
        "quiet_file_id": make_file(session, case, document_id=quiet.id).id,
        "open_file_id": make_file(session, case, document_id=opened.id).id,
    }


def _work(session: Session, sample: Sample, known: dict[str, Any], lead: Person, head: Person) -> dict[str, Any]:
    """On the case: sealed work of several people, about everything; and so much of it that it fills a group of home."""
    case, values, sealed = sample.case, sample.values, {"level": "sealed"}
    about = {"engagement_id": values["engagement_id"], "waiting_on_contact_id": values["contact_id"]}
    about |= {"post_id": values["post_id"], "timeline_id": values["timeline_id"], "due_offset": "-30"}
    work = make_due_work(session, case, lead, DAY, **about, **sealed)
    session.add(ChargeFollowUp(follow_up_id=work.id, charge_id=values["charge_id"], due_on=DAY))
    session.add(PeriodFollowUp(follow_up_id=work.id, period_id=values["period_id"], due_on=DAY))
    session.add(RecommendationFollowUp(follow_up_id=work.id, recommendation_id=values["recommendation_id"]))
    said = {
        "institution": "hrc",
        "name": "65th session",
        "starts_on": DAY,
        "certainty": "unverified",
        "source": "A guess",
    }
    sitting = Sitting(key=f"hrc-{case.level}", **said)
    session.add(sitting)
    session.flush()
    on_it = {"reference_on": DAY, "sitting_id": sitting.id, "sitting_on": DAY}
    session.add(Timeline(case_id=case.id, title="Quiet steps", **on_it, **sealed))
    of_head = make_due_work(session, case, head, DAY, **sealed)
    make_due_work(session, case, lead, DAY, status="done", completed_on=date(2026, 4, 30), **sealed)
    for _number in range(MOST_OF_A_GROUP + 1):
        make_due_work(session, case, head, DAY - timedelta(days=2), **sealed)
    session.add(FollowUpDependency(follow_up_id=values["follow_up_id"], needs_id=work.id))
    clock_of = {"follow_up_id": work.id, "rule_key": "none", "event_id": values["event_id"]}
    session.add(FollowedClock(**clock_of, due_on=DAY))
    session.add(ClockMove(follow_up_id=work.id, new_on=DAY, cause="followed"))
    if case.level == "sealed":
        check = {"commitment_id": known["promised_id"], "engagement_id": values["engagement_id"]}
        make_reminder(session, make_due_work(session, case, lead, DAY, **check), head)
    session.flush()
    make_reminder(session, work, lead)
    make_reminder(session, work, lead, status="dead", due_key="2:0")
    return {"quiet_work_id": work.id, "number_to_head": make_reminder(session, of_head, head).number}


def _shared(session: Session, samples: dict[str, Sample]) -> dict[str, Any]:
    """Open, about both cases: a meeting, a paper, a link. And what was made for the sealed case alone."""
    opened, sealed = (sample.case for sample in samples.values())
    meeting = make_engagement(session, opened, sealed, level="internal", **ON_THE_DAY)
    make_commitment(session, meeting, text="In front of all", due_on=DAY)
    paper = make_paper(session, opened, level="internal")
    session.add(DocumentCase(document_id=paper.id, case_id=sealed.id))
    session.add(CaseLink(from_case_id=opened.id, to_case_id=sealed.id, kind="related"))
    organisation = Organisation(name="Quiet ministry", compartment_id=sealed.id)
    session.add(organisation)
    session.flush()
    contact = Contact(name="Quiet minister", compartment_id=sealed.id)
    post = Post(title="Quiet post", organisation_id=organisation.id, compartment_id=sealed.id)
    session.add_all([contact, post])
    session.flush()
    private = ContactPrivate(contact_id=contact.id)
    private.email = "quiet@example.org"
    session.add(private)
    far = samples["sealed"].values
    return {
        "shared_engagement_id": meeting.id,
        "shared_paper_id": paper.id,
        "far_contact_id": far["contact_id"],
        "far_post_id": far["post_id"],
        "made_contact_id": contact.id,
        "made_organisation_id": organisation.id,
        "made_post_id": post.id,
        "made_contact": SimpleNamespace(id=contact.id, compartment_id=sealed.id, created_by_id=None),
    }
