"""A commitment with a day has a follow-up that asks about it, and that goes along with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid
from tracker.engagements import services
from tracker.engagements.commitment_services import edit_commitment, settle_commitment
from tracker.engagements.due_checks import make_check
from tracker.engagements.facts import CommitmentFacts, EngagementFacts, NextStep, OutcomeFacts, SideFacts
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.queries import get_follow_up
from tracker.followups.services import change_due, edit_follow_up
from tracker.reminders.models import Reminder

People = dict[str, Person]
DUE = date(2026, 12, 1)
LATER = date(2027, 1, 15)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session)


@pytest.fixture
def promise(case: Case) -> CommitmentFacts:
    return CommitmentFacts("We join", by=SideFacts(country="LV"), due_on=DUE, case_id=case.id)


def promised(act_as: ActAs, who: Person, case: Case, facts: CommitmentFacts, **said: Any) -> Commitment:
    with act_as(who) as session:
        meeting = EngagementFacts(summary="Talk", case_ids=(case.id,), **said)
        services.record_engagement(session, acting(who), meeting, [facts])
        return session.scalars(select(Commitment)).one()


def check(act_as: ActAs) -> FollowUp | None:
    with act_as(OPERATOR) as session:
        return session.scalars(select(FollowUp).where(FollowUp.commitment_id.is_not(None))).one_or_none()


def test_its_reminders_are_those_of_a_commitment_from_the_first(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    promised(act_as, people["coordinator"], case, promise)
    with act_as(OPERATOR) as session:
        kinds = set(session.scalars(select(Reminder.kind)))
    assert "commitment" in kinds and "on_the_day" not in kinds


def test_it_is_made_with_the_commitment_for_whoever_recorded_it(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    commitment = promised(act_as, people["coordinator"], case, promise)
    made = check(act_as)
    assert made is not None
    assert (made.due_on, made.assignee_id, made.case_id) == (DUE, people["coordinator"].id, case.id)
    assert (made.commitment_id, made.engagement_id) == (commitment.id, commitment.engagement_id)
    assert "We join" in made.title


@pytest.mark.parametrize("missing", ["due_on", "case_id"])
def test_without_a_day_or_a_case_there_is_none(
    act_as: ActAs, people: People, promise: CommitmentFacts, missing: str
) -> None:
    with act_as(OPERATOR) as session:
        second = make_case(session)
    said: dict[str, Any] = {"case_id": second.id} | {missing: None}
    without = replace(promise, **said)
    promised(act_as, people["coordinator"], second, without)
    assert check(act_as) is None


def test_it_is_as_secret_as_the_meeting(act_as: ActAs, people: People, promise: CommitmentFacts) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        own = make_case(session, lead=officer)
    promised(act_as, officer, own, replace(promise, case_id=own.id), level="restricted")
    made = check(act_as)
    assert made is not None and made.level == "restricted"


def test_it_moves_with_the_day_and_not_once_set_by_hand(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    who = people["coordinator"]
    made = promised(act_as, who, case, promise)
    with act_as(who) as session:
        edit_commitment(session, acting(who), session.get_one(Commitment, made.id), replace(promise, due_on=LATER))
    moved = check(act_as)
    assert moved is not None and (moved.due_on, moved.due_by_hand, moved.due_version) == (LATER, False, 2)
    with act_as(who) as session:
        change_due(session, acting(who), session.get_one(FollowUp, moved.id), date(2027, 2, 1))
        edit_commitment(session, acting(who), session.get_one(Commitment, made.id), promise)
    kept = check(act_as)
    assert kept is not None and (kept.due_on, kept.due_to_check) == (date(2027, 2, 1), DUE)


def test_a_day_taken_away_gives_it_up_and_a_new_day_takes_it_up_again(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    who = people["coordinator"]
    made = promised(act_as, who, case, promise)
    for due_on, status in ((None, "cancelled"), (LATER, "open")):
        with act_as(who) as session:
            edit_commitment(session, acting(who), session.get_one(Commitment, made.id), replace(promise, due_on=due_on))
        standing = check(act_as)
        assert standing is not None and standing.status == status


@pytest.mark.parametrize("status", ["kept", "partly_kept", "broken", "superseded"])
def test_it_is_done_when_the_commitment_is_settled_and_open_again_with_it(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts, status: str
) -> None:
    who, other = people["coordinator"], people["legal_officer"]
    made = promised(act_as, who, case, promise)
    with act_as(other) as session:
        facts = OutcomeFacts(status, "By telephone", None if status == "superseded" else DUE)
        settle_commitment(session, acting(other), session.get_one(Commitment, made.id), facts)
        commitment = session.get_one(Commitment, made.id)
        assert (commitment.check_note, commitment.checked_by_id) == ("By telephone", other.id)
    done = check(act_as)
    assert done is not None and (done.status, done.completed_by_id) == ("done", other.id)
    with act_as(OPERATOR) as session:
        assert "completed" in session.scalars(select(FollowUpChange.kind).where(FollowUpChange.follow_up_id == done.id))
    with act_as(other) as session:
        settle_commitment(session, acting(other), session.get_one(Commitment, made.id), "open")
    again = check(act_as)
    assert again is not None and again.status == "open"


def test_a_hidden_one_does_not_show_itself_when_the_commitment_is_corrected(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    stranger, member = people["other"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        join(session, case, member)
    commitment = promised(act_as, member, case, promise)
    hidden = check(act_as)
    assert hidden is not None
    with act_as(member) as session:
        edit_follow_up(session, acting(member), get_follow_up(session, acting(member), hidden.id), level="restricted")
    with act_as(stranger) as session:
        row = session.get_one(Commitment, commitment.id)
        edit_commitment(session, acting(stranger), row, replace(promise, text="We join in May", due_on=LATER))
    with act_as(OPERATOR) as session:
        assert session.get_one(Commitment, commitment.id).text == "We join in May"
        assert session.scalars(select(FollowUp.id)).all() == [hidden.id]
    with act_as(stranger) as session:
        assert make_check(session, acting(stranger), session.get_one(Commitment, commitment.id)) is None


def test_it_becomes_as_secret_as_the_meeting_when_that_is_raised(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    """It quotes the exact words, and a next step may say as much."""
    stranger, member = people["other"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        join(session, case, member)
    with act_as(member) as session:
        said = EngagementFacts(summary="Talk", case_ids=(case.id,))
        step = NextStep("Ask the insider", case.id, people["head"].id)
        meeting = services.record_engagement(session, acting(member), said, [promise], [step])
    with act_as(stranger) as session:
        assert len(session.scalars(select(FollowUp)).all()) == 2
    with act_as(member) as session:
        row = session.get_one(Engagement, meeting.id)
        services.edit_engagement(session, acting(member), row, replace(said, level="restricted"))
    with act_as(stranger) as session:
        assert session.scalars(select(FollowUp)).all() == []
        assert session.scalars(select(FollowUpChange)).all() == []
    with act_as(member) as session:
        assert [one.level for one in session.scalars(select(FollowUp))] == ["restricted", "restricted"]


def test_a_meeting_is_not_raised_above_work_that_would_go_on_telling_of_it(
    act_as: ActAs, people: People, case: Case, promise: CommitmentFacts
) -> None:
    member = people["legal_officer"]
    with act_as(OPERATOR) as session:
        own = make_case(session, lead=member)
    with act_as(member) as session:
        said = EngagementFacts(summary="Talk", case_ids=(case.id, own.id))
        meeting = services.record_engagement(session, acting(member), said, [promise])
    with act_as(member) as session, pytest.raises(Invalid) as refusal:
        row = session.get_one(Engagement, meeting.id)
        services.edit_engagement(session, acting(member), row, replace(said, level="restricted"))
    assert refusal.value.faults[0].path == "level"


def test_an_imported_commitment_is_offered_its_follow_up_and_gets_it_once(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    """The filter shows what nobody asks about; one click makes the follow-up, a second one makes no other."""
    with act_as(OPERATOR) as session:
        meeting = make_engagement(session, case)
        waiting = make_commitment(session, meeting, case, text="We shall join", due_on=DUE)
        make_commitment(session, meeting, case, text="No day is given")
        make_commitment(session, meeting, case, text="Kept long ago", due_on=DUE, status="kept")
    client, listed = client_of(people["legal_officer"]), "/commitments?unchecked=1"
    page, address = client.get(listed).text, f"/commitments/{waiting.id}"
    assert "We shall join" in page and "No day is given" not in page and "Kept long ago" not in page
    assert page.count("Make the follow-up") == 1 and "Make the follow-up" in client.get(address).text
    for _twice in range(2):
        assert client.post(f"{address}/check", data={"back": "list"}).location == listed
    with act_as(OPERATOR) as session:
        (made,) = session.scalars(select(FollowUp).where(FollowUp.commitment_id == waiting.id)).all()
        assert (made.due_on, made.assignee_id, made.case_id) == (DUE, people["legal_officer"].id, case.id)
    assert "We shall join" not in client.get(listed).text and made.title in client.get(address).text


def test_who_only_reads_a_case_is_offered_no_follow_up(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        waiting = make_commitment(session, make_engagement(session, case), case, due_on=DUE)
    client = client_of(people["head"])
    assert "Make the follow-up" not in client.get("/commitments?unchecked=1").text
    assert "Make the follow-up" not in client.get(f"/commitments/{waiting.id}").text
    assert client.post(f"/commitments/{waiting.id}/check").status_code == 403
