"""Meetings and commitments: recorded in one step, seen by whom they concern."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.engagements import services
from tracker.engagements.commitment_services import settle_commitment
from tracker.engagements.commitments import CommitmentFilters, get_commitment_line, list_commitments
from tracker.engagements.facts import CommitmentFacts, EngagementFacts, NextStep, ParticipantFacts, SideFacts
from tracker.engagements.models import Commitment, Engagement
from tracker.engagements.queries import (
    EngagementFilters,
    cases_of,
    engagements_of_case,
    get_engagement,
    list_engagements,
)
from tracker.followups.models import FollowUp
from tracker.followups.refusals import CannotSeeCase

People = dict[str, Person]
TODAY = date(2026, 10, 14)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session)


@pytest.fixture
def sealed(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, level="sealed", lead=people["legal_officer"])


def met(*cases: Case, **said) -> EngagementFacts:
    return EngagementFacts(**({"summary": "Talk", "case_ids": tuple(case.id for case in cases)} | said))


def test_a_meeting_its_commitments_and_its_follow_ups_are_saved_in_one_step(
    act_as: ActAs, people: People, case: Case
) -> None:
    coordinator = people["coordinator"]
    with act_as(OPERATOR) as session:
        ambassador = make_contact(session, "Ada", office="Ambassador")
    facts = met(
        case,
        occurred_on="2026-03",
        date_text="on the eve",
        participants=(ParticipantFacts(ambassador.id), ParticipantFacts(name="A note-taker")),
    )
    promise = CommitmentFacts("We accede", by=SideFacts(contact_id=ambassador.id), to=SideFacts(country="LT"))
    step = NextStep("Send the draft", case.id, people["head"].id, date(2026, 4, 1))
    with act_as(coordinator) as session:
        made = services.record_engagement(session, acting(coordinator), facts, [promise], [step])
    with act_as(people["head"]) as session:
        seen = get_engagement(session, acting(people["head"]), made.id)
        assert [one.contact.name if one.contact else one.name for one in seen.participants] == ["Ada", "A note-taker"]
        assert (seen.sort_on, seen.level) == (date(2026, 3, 31), "internal")
        commitment = session.scalars(select(Commitment)).one()
        assert (commitment.text, commitment.by_contact_id, commitment.to_country) == ("We accede", ambassador.id, "LT")
        follow_up = session.scalars(select(FollowUp)).one()
        assert (follow_up.engagement_id, follow_up.assignee_id) == (made.id, people["head"].id)


def test_a_refused_follow_up_leaves_nothing_of_the_meeting(act_as: ActAs, people: People, case: Case) -> None:
    coordinator = people["coordinator"]
    steps = [NextStep("Fine", case.id), NextStep("Not", case.id, people["outside_counsel"].id)]
    with pytest.raises(CannotSeeCase) as refusal, act_as(coordinator) as session:
        services.record_engagement(session, acting(coordinator), met(case), (), steps)
    assert refusal.value.faults[0].path == "follow_ups-1-assignee_id"
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Engagement)).all() == []


def test_a_meeting_is_as_secret_as_its_most_secret_case(
    act_as: ActAs, people: People, case: Case, sealed: Case
) -> None:
    officer, other = people["legal_officer"], people["other"]
    with act_as(officer) as session:
        actor = acting(officer)
        with pytest.raises(Invalid) as refusal:
            services.record_engagement(session, actor, met(case, sealed, level="internal"))
        assert refusal.value.faults[0].path == "level"
        secret = services.record_engagement(session, actor, met(case, sealed))
        assert secret.level == "sealed"
    with act_as(other) as session:
        with pytest.raises(NotVisible):
            get_engagement(session, acting(other), secret.id)
        assert list_engagements(session, acting(other), EngagementFilters()).rows == []
        assert engagements_of_case(session, acting(other), case.id) == []


def test_hidden_cases_of_a_meeting_are_not_named_and_survive_an_edit(
    act_as: ActAs, people: People, case: Case, sealed: Case
) -> None:
    coordinator, officer = people["coordinator"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        second = make_case(session)
        meeting = make_engagement(session, case, sealed)
    with act_as(coordinator) as session:
        actor = acting(coordinator)
        seen = get_engagement(session, actor, meeting.id)
        assert [one.id for one in cases_of(session, actor, [meeting.id])[meeting.id]] == [case.id]
        services.edit_engagement(session, actor, seen, met(second, summary="Another"), expected_version=1)
        with pytest.raises(Invalid) as refusal:
            services.edit_engagement(session, actor, seen, met(summary="Another"))
        assert refusal.value.faults[0].path == "cases"
    with act_as(officer) as session:
        found = cases_of(session, acting(officer), [meeting.id])[meeting.id]
        assert {one.id for one in found} == {second.id, sealed.id}


@pytest.mark.parametrize("role", ["head", "outside_counsel", "administrator"])
def test_other_roles_record_no_meeting(act_as: ActAs, people: People, case: Case, role: str) -> None:
    with act_as(people[role]) as session, pytest.raises((NotPermitted, Invalid)):
        services.record_engagement(session, acting(people[role]), met(case))
    with act_as(people[role]) as session, pytest.raises(NotPermitted):
        services.record_engagement(session, acting(people[role]), met())


def test_a_case_that_one_does_not_see_can_not_be_named(act_as: ActAs, people: People, sealed: Case) -> None:
    with act_as(people["other"]) as session, pytest.raises(Invalid) as refusal:
        services.record_engagement(session, acting(people["other"]), met(sealed))
    assert refusal.value.faults[0].path == "cases"


def test_a_restricted_meeting_needs_a_case_whose_members_see_it(act_as: ActAs, people: People, case: Case) -> None:
    coordinator = people["coordinator"]
    with act_as(coordinator) as session:
        for facts in (met(level="restricted"), met(case, level="restricted")):
            with pytest.raises(Invalid) as refusal:
                services.record_engagement(session, acting(coordinator), facts)
            assert refusal.value.faults[0].path == "level"
    with act_as(OPERATOR) as session:
        join(session, case, coordinator)
    with act_as(coordinator) as session:
        made = services.record_engagement(session, acting(coordinator), met(case, level="restricted"))
        assert get_engagement(session, acting(coordinator), made.id).level == "restricted"
    with act_as(people["head"]) as session, pytest.raises(NotVisible):
        get_engagement(session, acting(people["head"]), made.id)


def test_work_from_a_restricted_meeting_is_restricted_too(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        join(session, case, officer)
    with act_as(officer) as session:
        facts = met(case, level="restricted")
        services.record_engagement(session, acting(officer), facts, (), [NextStep("Quietly", case.id)])
        assert session.scalars(select(FollowUp.level)).all() == ["restricted"]


def test_only_a_lead_lowers_the_level_of_a_meeting(act_as: ActAs, people: People, case: Case) -> None:
    member, lead = people["coordinator"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        join(session, case, member)
        join(session, case, lead, "lead")
        meeting = make_engagement(session, case, level="restricted")
    with act_as(member) as session, pytest.raises(Invalid):
        seen = get_engagement(session, acting(member), meeting.id)
        services.edit_engagement(session, acting(member), seen, met(case, level="internal"))
    with act_as(lead) as session:
        seen = get_engagement(session, acting(lead), meeting.id)
        assert services.edit_engagement(session, acting(lead), seen, met(case, level="internal")).level == "internal"


def test_the_second_editor_of_a_meeting_is_told(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        meeting = make_engagement(session, case)
    people_there = (ParticipantFacts(name="Somebody"),)
    with act_as(officer) as session:
        seen = get_engagement(session, acting(officer), meeting.id)
        services.edit_engagement(session, acting(officer), seen, met(case, participants=people_there), (), (), 1)
        assert seen.version == 2
    with act_as(officer) as session:
        seen = get_engagement(session, acting(officer), meeting.id)
        with pytest.raises(Conflict):
            services.edit_engagement(session, acting(officer), seen, met(case, summary="Mine"), (), (), 1)


def test_every_fault_of_a_meeting_is_named(act_as: ActAs, people: People, case: Case) -> None:
    coordinator = people["coordinator"]
    with act_as(coordinator) as session:
        with pytest.raises(Invalid) as refusal:
            facts = met(case, kind="party", occurred_on="2026-13", summary="")
            services.record_engagement(session, acting(coordinator), facts)
        assert {fault.path for fault in refusal.value.faults} == {"kind", "occurred_on", "summary"}
        with pytest.raises(Invalid) as refusal:
            promises = [CommitmentFacts("Yes"), CommitmentFacts("", kind="oath")]
            services.record_engagement(session, acting(coordinator), met(case), promises)
        assert {fault.path for fault in refusal.value.faults} == {"commitments-1-text", "commitments-1-kind"}


def test_a_commitment_is_checked_by_somebody(act_as: ActAs, people: People, case: Case) -> None:
    coordinator, head = people["coordinator"], people["head"]
    with act_as(OPERATOR) as session:
        promise = make_commitment(session, make_engagement(session, case), case)
    with act_as(head) as session, pytest.raises(NotPermitted):
        line = get_commitment_line(session, acting(head), promise.id)
        settle_commitment(session, acting(head), line.commitment, "kept")
    with act_as(coordinator) as session:
        line = get_commitment_line(session, acting(coordinator), promise.id)
        with pytest.raises(Invalid):
            settle_commitment(session, acting(coordinator), line.commitment, "forgotten")
        settle_commitment(session, acting(coordinator), line.commitment, "broken", expected_version=1)
        with pytest.raises(Conflict):
            settle_commitment(session, acting(coordinator), line.commitment, "kept", expected_version=1)
    with act_as(head) as session:
        line = get_commitment_line(session, acting(head), promise.id)
        assert (line.commitment.status, line.checked_by) == ("broken", coordinator.name)


def test_the_ledger_shows_open_commitments_by_day_and_only_visible_ones(
    act_as: ActAs, people: People, case: Case, sealed: Case
) -> None:
    with act_as(OPERATOR) as session:
        meeting, secret = make_engagement(session, case), make_engagement(session, sealed)
        make_commitment(session, meeting, text="undated")
        make_commitment(session, meeting, case, text="late", due_on=date(2026, 1, 1))
        make_commitment(session, meeting, case, text="kept", status="kept")
        make_commitment(session, meeting, sealed, text="about the sealed case")
        make_commitment(session, secret, text="at the sealed meeting")
        make_commitment(session, text="of neither", due_on=date(2027, 1, 1))

    def texts(person: Person, **filters) -> list[str]:
        with act_as(person) as session:
            page = list_commitments(session, acting(person), CommitmentFilters(**filters), TODAY)
        return [line.commitment.text for line in page.rows]

    assert texts(people["head"]) == ["late", "of neither", "undated"]
    assert texts(people["head"], overdue=True) == ["late"]
    assert texts(people["head"], status="kept") == ["kept"]
    assert texts(people["head"], status=None, case_reference=case.reference) == ["late", "kept"]
    assert sorted(texts(people["legal_officer"])) == sorted(
        ["late", "of neither", "undated", "about the sealed case", "at the sealed meeting"]
    )
    assert texts(people["outside_counsel"]) == []


def test_meetings_are_listed_the_latest_first_and_found_by_words(act_as: ActAs, people: People, case: Case) -> None:
    with act_as(OPERATOR) as session:
        make_engagement(session, case, summary="second", sort_on=date(2026, 2, 1), place="Riga")
        make_engagement(session, case, summary="first", sort_on=date(2026, 3, 1))
        make_engagement(session, summary="third", sort_on=date(2025, 3, 1), kind="letter")
    actor = acting(people["head"])
    with act_as(people["head"]) as session:

        def found(**filters) -> list[str]:
            page = list_engagements(session, actor, EngagementFilters(**filters))
            return [line.engagement.summary for line in page.rows]

        assert found() == ["first", "second", "third"]
        assert found(words="rig") == ["second"]
        assert found(kind="letter") == ["third"]
        assert found(case_reference=case.reference.lower()) == ["first", "second"]
        page = list_engagements(session, actor, EngagementFilters(), size=2)
        rest = list_engagements(session, actor, EngagementFilters(), page.next_cursor, size=2)
        assert [line.engagement.summary for line in rest.rows] == ["third"]
        assert [one.reference for one in page.rows[0].cases] == [case.reference]


def test_meetings_of_unknown_day_stand_last_on_every_page(act_as: ActAs, people: People, case: Case) -> None:
    actor = acting(people["legal_officer"])
    with act_as(people["legal_officer"]) as session:
        for summary, day in (("undated", None), ("dated", "2025-03"), ("undated too", None)):
            services.record_engagement(session, actor, met(case, summary=summary, occurred_on=day))
    with act_as(people["head"]) as session:
        reader, found, cursor = acting(people["head"]), [], None
        while True:
            page = list_engagements(session, reader, EngagementFilters(), cursor, size=1)
            found += [line.engagement.summary for line in page.rows]
            if (cursor := page.next_cursor) is None:
                break
        assert found == ["dated", "undated too", "undated"]
        assert engagements_of_case(session, reader, case.id)[0].engagement.summary == "dated"


def test_a_day_taken_away_sorts_the_meeting_last(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        made = services.record_engagement(session, acting(officer), met(case, occurred_on="2025-03-01"))
        assert services.edit_engagement(session, acting(officer), made, met(case)).sort_on is None
