"""What is sealed on an open case is unsealed by two persons too: a follow-up, an entry, a meeting, a paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.engagement import make_engagement
from tests.factories.file import make_paper
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs
from tests.support.sign_in import make_stale, sign_in
from tracker.accounts.models import Person
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services.entries import NewEntry
from tracker.cases.services.voiding import replace_event
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid, NotPermitted
from tracker.documents.models import DocumentRecord
from tracker.engagements.facts import EngagementFacts, NextStep
from tracker.engagements.models import Engagement
from tracker.engagements.services import record_engagement
from tracker.followups.models import FollowUp
from tracker.followups.services import edit_follow_up
from tracker.followups.undoing import undo
from tracker.levels.services import lower

People = dict[str, Person]
Row = FollowUp | CaseEvent | Engagement | DocumentRecord
MAKE: dict[str, Callable[[Session, Case, str], Row]] = {
    "follow_up": lambda session, case, level: make_follow_up(session, case, title="Quicksilver", level=level),
    "case_event": lambda session, case, level: make_event(session, case, 9, summary="Quicksilver", level=level),
    "engagement": lambda session, case, level: make_engagement(session, case, summary="Quicksilver", level=level),
    "document": lambda session, case, level: make_paper(session, case, title="Quicksilver", level=level),
}
KINDS = pytest.mark.parametrize("what", list(MAKE))


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    """Open; led by the legal officer, the head is a member, the coordinator a reader."""
    with act_as(OPERATOR) as session:
        made = make_case(session, lead=people["legal_officer"])
        join(session, made, people["head"], "member")
        join(session, made, people["coordinator"], "reader")
        return made


def make(act_as: ActAs, case: Case, what: str, level: str = "sealed") -> Row:
    with act_as(OPERATOR) as session:
        return MAKE[what](session, session.get_one(Case, case.id), level)


def level_of(act_as: ActAs, row: Row) -> str | None:
    with act_as(OPERATOR) as session:
        found: Any = session.get_one(type(row), row.id)
        return str(found.level) if found.level else None


def ask(app: Flask, act_as: ActAs, people: People, what: str, row: Row) -> Approval:
    lead = sign_in(app.test_client(), people["legal_officer"])
    answer = lead.post(f"/levels/{what}/{row.id}", data={"level": "internal", "reason": "The court published it"})
    assert answer.status_code == 303, answer.text
    with act_as(OPERATOR) as session:
        return session.scalars(select(Approval)).one()


@KINDS
def test_it_is_unsealed_when_another_member_agrees(
    app: Flask, act_as: ActAs, people: People, case: Case, what: str
) -> None:
    row = make(act_as, case, what)
    asked = ask(app, act_as, people, what, row)
    assert level_of(act_as, row) == "sealed"
    head = sign_in(app.test_client(), people["head"])
    page = head.get("/requests").text
    assert "Quicksilver" in page and case.reference in page and "The court published it" in page
    assert head.post(f"/requests/{asked.id}/agree").status_code == 303
    assert level_of(act_as, row) in ("internal", None)
    with act_as(OPERATOR) as session:
        assert session.get_one(Approval, asked.id).done_at is not None
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == row.id)))
    assert actions >= {"approval.asked", "approval.agreed", "approval.carried_out", f"{what}.level_lowered"}
    stranger = sign_in(app.test_client(), people["other"])
    assert "Level" in stranger.get(f"/cases/{case.reference}/trail").text
    pages = f"/cases/{case.reference}", f"/cases/{case.reference}/papers"
    assert "Quicksilver" in "".join(stranger.get(page).text for page in pages)


@KINDS
def test_one_person_alone_unseals_nothing(app: Flask, act_as: ActAs, people: People, case: Case, what: str) -> None:
    row = make(act_as, case, what)
    asked = ask(app, act_as, people, what, row)
    lead = sign_in(app.test_client(), people["legal_officer"])
    assert lead.post(f"/requests/{asked.id}/agree").status_code == 403
    lowered = None if what in ("follow_up", "case_event") else "internal"
    for who in ("legal_officer", "head"):
        with pytest.raises(DBAPIError, match=r"two persons|second person"), act_as(people[who]) as session:
            session.execute(update(type(row)).where(type(row).id == row.id).values(level=lowered))
    with act_as(people["legal_officer"]) as session, pytest.raises(NotPermitted):
        lower(session, person_actor(people["legal_officer"].id, frozenset({"legal_officer"})), what, row.id, "internal")
    assert level_of(act_as, row) == "sealed"


@KINDS
@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("coordinator", 403), ("other", 404), ("administrator", 404)]
)
def test_only_a_lead_asks(
    app: Flask, act_as: ActAs, people: People, case: Case, what: str, who: str, status: int
) -> None:
    row = make(act_as, case, what)
    client = sign_in(app.test_client(), people[who])
    assert client.get(f"/levels/{what}/{row.id}").status_code == status
    assert client.post(f"/levels/{what}/{row.id}", data={"level": "internal", "reason": "Why"}).status_code == status


@pytest.mark.parametrize("who", ["coordinator", "other", "administrator", "outside_counsel"])
def test_readers_and_strangers_are_no_second_person_and_learn_nothing(
    app: Flask, act_as: ActAs, people: People, case: Case, who: str
) -> None:
    row = make(act_as, case, "follow_up")
    asked = ask(app, act_as, people, "follow_up", row)
    client = sign_in(app.test_client(), people[who])
    assert client.post(f"/requests/{asked.id}/agree").status_code == 404
    assert "The court published it" not in client.get("/requests").text
    assert level_of(act_as, row) == "sealed"


def test_without_a_passkey_and_in_the_trail_of_the_case_there_is_no_request(
    app: Flask, act_as: ActAs, people: People, case: Case
) -> None:
    asked = ask(app, act_as, people, "follow_up", make(act_as, case, "follow_up"))
    head = sign_in(app.test_client(), people["head"], is_assured=False)
    assert head.post(f"/requests/{asked.id}/agree").status_code == 404
    assert "The court published it" not in head.get("/requests").text and "1 request" not in head.get("/").text
    trail = f"/cases/{case.reference}/trail"
    assert "Second person asked" not in head.get(trail).text
    assert "Second person asked" not in sign_in(app.test_client(), people["other"]).get(trail).text
    assert "Second person asked" in sign_in(app.test_client(), people["head"]).get(trail).text


def test_the_agreement_is_for_one_thing_and_one_level(app: Flask, act_as: ActAs, people: People, case: Case) -> None:
    row, other = make(act_as, case, "follow_up"), make(act_as, case, "follow_up")
    asked = ask(app, act_as, people, "follow_up", row)
    with act_as(OPERATOR) as session:
        now = {"decision": "agreed", "decided_by_id": people["head"].id, "decided_at": clock.now()}
        session.execute(update(Approval).where(Approval.id == asked.id).values(**now))
    for one, level in ((other, None), (row, "restricted")):
        with pytest.raises(DBAPIError), act_as(people["legal_officer"]) as session:
            session.execute(update(FollowUp).where(FollowUp.id == one.id).values(level=level))
    assert level_of(act_as, other) == level_of(act_as, row) == "sealed"


def test_what_changed_meanwhile_is_asked_for_again(app: Flask, act_as: ActAs, people: People, case: Case) -> None:
    row = make(act_as, case, "follow_up")
    asked = ask(app, act_as, people, "follow_up", row)
    with act_as(OPERATOR) as session:
        session.get_one(Case, case.id).level = "restricted"
    head = sign_in(app.test_client(), people["head"])
    assert "changed meanwhile" in head.post(f"/requests/{asked.id}/agree", follow_redirects=True).text
    assert level_of(act_as, row) == "sealed"


def test_asking_shows_who_is_there_says_why_and_is_done_once(
    app: Flask, act_as: ActAs, people: People, case: Case
) -> None:
    row = make(act_as, case, "engagement")
    lead = sign_in(app.test_client(), people["legal_officer"])
    address, said = f"/levels/engagement/{row.id}", {"level": "internal", "reason": "The court published it"}
    assert "Lower the level" in lead.get(f"/engagements/{row.id}").text
    assert lead.post(address, data={"level": "internal", "reason": " "}).status_code == 422
    assert lead.post(address, data=said | {"level": "sealed"}).status_code == 422
    with act_as(OPERATOR) as session:
        make_stale(session, people["legal_officer"])
    stale = lead.post(address, data=said)
    assert stale.status_code == 401 and "The court published it" not in lead.get("/requests").text
    ask(app, act_as, people, "engagement", row)
    assert "Asked already" in lead.get(address).text
    fresh = sign_in(app.test_client(), people["legal_officer"])
    assert "asked for already" in fresh.post(address, data=said).text


@KINDS
def test_what_is_restricted_is_lowered_by_a_lead_alone(
    app: Flask, act_as: ActAs, people: People, case: Case, what: str
) -> None:
    row = make(act_as, case, what, "restricted")
    said = {"level": "internal"}
    assert sign_in(app.test_client(), people["head"]).post(f"/levels/{what}/{row.id}", data=said).status_code == 403
    lead = sign_in(app.test_client(), people["legal_officer"])
    assert lead.post(f"/levels/{what}/{row.id}", data=said).status_code == 303
    assert level_of(act_as, row) in ("internal", None)
    assert lead.post(f"/levels/{what}/{row.id}", data=said).status_code == 422


def test_no_form_of_a_follow_up_lowers_what_its_writer_may_not(act_as: ActAs, people: People, case: Case) -> None:
    sealed, restricted = make(act_as, case, "follow_up"), make(act_as, case, "follow_up", "restricted")
    for who, row in (("head", sealed), ("legal_officer", sealed), ("head", restricted)):
        with act_as(people[who]) as session, pytest.raises(Invalid) as refused:
            actor = person_actor(people[who].id, people[who].role_keys)
            edit_follow_up(session, actor, session.get_one(FollowUp, row.id), level=None)
        assert [fault.path for fault in refused.value.faults] == ["level"]
    lead = people["legal_officer"]
    with act_as(lead) as session:
        actor = person_actor(lead.id, lead.role_keys)
        edit_follow_up(session, actor, session.get_one(FollowUp, restricted.id), level=None)
        edit_follow_up(session, actor, session.get_one(FollowUp, restricted.id), level="sealed")


def test_an_undo_unseals_nothing(act_as: ActAs, people: People, case: Case) -> None:
    row, lead = make(act_as, case, "follow_up", "restricted"), people["legal_officer"]
    actor = person_actor(lead.id, lead.role_keys)
    with act_as(lead) as session:
        edit_follow_up(session, actor, session.get_one(FollowUp, row.id), level="sealed")
        session.flush()
        change = session.scalar(text("SELECT id FROM follow_up_changes WHERE follow_up_id = :id"), {"id": row.id})
        with pytest.raises(Invalid):
            undo(session, actor, change)


def test_an_entry_entered_anew_is_as_secret_as_it_was(act_as: ActAs, people: People, case: Case) -> None:
    row, lead = make(act_as, case, "case_event"), people["legal_officer"]
    anew = NewEntry(when=VagueDate("2025-03-01"), summary="Quicksilver")
    actor = person_actor(lead.id, lead.role_keys)
    with act_as(lead) as session, pytest.raises(Invalid) as refused:
        replace_event(session, actor, case.id, row.id, "A slip", anew)
    assert [fault.path for fault in refused.value.faults] == ["level"]
    with pytest.raises(DBAPIError, match="second person"), act_as(lead) as session:
        make_event(session, session.get_one(Case, case.id), 10, replaces_id=row.id)
    with act_as(lead) as session:
        replace_event(session, actor, case.id, row.id, "A slip", NewEntry(anew.when, anew.summary, level="sealed"))


@pytest.mark.parametrize("own", ["restricted", "sealed"])
def test_what_was_secret_before_its_case_stays_so_when_it_is_edited_meanwhile(
    act_as: ActAs, people: People, case: Case, own: str
) -> None:
    """The form says "as the case" then: the case may be opened again, what was secret on it before is not meant."""
    work, entry = make(act_as, case, "follow_up", own), make(act_as, case, "case_event", own)
    lead = people["legal_officer"]
    actor = person_actor(lead.id, lead.role_keys)
    with act_as(OPERATOR) as session:
        session.get_one(Case, case.id).level = "sealed"
    with act_as(lead) as session:
        edit_follow_up(session, actor, session.get_one(FollowUp, work.id), title="Mercury", level=None)
        new = replace_event(session, actor, case.id, entry.id, "A slip", NewEntry(VagueDate("2025-03-01"), "Mercury"))
    assert [level_of(act_as, row) for row in (work, new)] == [own, own]


def test_work_from_a_secret_meeting_or_entry_is_as_secret_when_the_case_is_opened(
    act_as: ActAs, people: People, case: Case
) -> None:
    lead = people["legal_officer"]
    actor = person_actor(lead.id, lead.role_keys)
    with act_as(OPERATOR) as session:
        session.get_one(Case, case.id).level = "sealed"
    with act_as(lead) as session:
        facts = EngagementFacts(summary="Quicksilver", case_ids=(case.id,))
        meeting = record_engagement(session, actor, facts, next_steps=[NextStep("Call", case.id)])
        work = session.scalars(select(FollowUp).where(FollowUp.engagement_id == meeting.id)).one()
        assert (meeting.level, work.level) == ("sealed", "sealed")


def test_the_level_of_an_entry_is_not_raised_by_a_statement_nor_lowered_by_a_member(
    act_as: ActAs, people: People, case: Case
) -> None:
    row = make(act_as, case, "case_event", "restricted")
    for who, level in (("head", None), ("legal_officer", "sealed")):
        with pytest.raises(DBAPIError, match="by a lead"), act_as(people[who]) as session:
            session.execute(update(CaseEvent).where(CaseEvent.id == row.id).values(level=level))


def test_work_on_a_sealed_case_does_not_become_open_by_moving_to_another(
    act_as: ActAs, people: People, case: Case
) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=lead, title="Elsewhere")
        row = make_follow_up(session, sealed)
    with pytest.raises(DBAPIError, match="second person"), act_as(lead) as session:
        session.execute(text("UPDATE follow_ups SET case_id = :to WHERE id = :id"), {"to": case.id, "id": row.id})


def test_a_thing_without_a_level_or_a_name_is_not_found(app: Flask, act_as: ActAs, people: People, case: Case) -> None:
    lead: Any = sign_in(app.test_client(), people["legal_officer"])
    row = make(act_as, case, "follow_up", "internal")
    assert "Lower the level" not in lead.get(f"/follow-ups/{row.id}").text.partition("<main")[2]
    assert "as open as its case" in lead.get(f"/levels/follow_up/{row.id}").text
    assert lead.get(f"/levels/comment/{row.id}").status_code == 404
    assert lead.get(f"/levels/case_event/{row.id}").status_code == 404
