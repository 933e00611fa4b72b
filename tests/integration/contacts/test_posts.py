"""An office as such: found or made for each holder, kept when the holder changes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.organisation import make_organisation
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.contacts import services
from tracker.contacts.facts import ContactFacts, OfficeFacts
from tracker.contacts.models import Contact, Office, Organisation, Post
from tracker.contacts.posts import ChangeFacts, change_holder, current_posts, get_post, holders_of
from tracker.contacts.queries import get_contact
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid, NotPermitted, NotVisible
from tracker.engagements.facts import CommitmentFacts, EngagementFacts, ParticipantFacts, SideFacts
from tracker.engagements.models import Commitment, Participant
from tracker.engagements.services import record_engagement

People = dict[str, Person]


@pytest.fixture
def mission(act_as: ActAs) -> Organisation:
    with act_as(OPERATOR) as session:
        return make_organisation(session, "Mission of Examples")


def recorded(act_as: ActAs, who: Person, name: str, *offices: OfficeFacts, country: str | None = None) -> Contact:
    with act_as(who) as session:
        return services.record_contact(session, acting(who), ContactFacts(name, None, country, (), offices))


def test_holders_of_one_office_share_its_post(act_as: ActAs, people: People, mission: Organisation) -> None:
    who = people["coordinator"]
    recorded(act_as, who, "Ada", OfficeFacts("Ambassador", mission.id, "2020", "2023"))
    recorded(act_as, who, "Bo", OfficeFacts("ambassador", mission.id, "2023"), OfficeFacts("Envoy", mission.id))
    recorded(act_as, who, "Cy", OfficeFacts("Ambassador"), country="LT")
    recorded(act_as, who, "Di", OfficeFacts("Ambassador"), country="LV")
    with act_as(who) as session:
        assert len(session.scalars(select(Post)).all()) == 4
        post_id = session.scalars(select(Office.post_id).where(Office.title == "ambassador")).one()
        assert post_id is not None
        held = holders_of(session, acting(who), post_id)
        assert [(one.contact.name, one.holds_now) for one in held] == [("Bo", True), ("Ada", False)]


def test_an_edit_keeps_the_post(act_as: ActAs, people: People, mission: Organisation) -> None:
    who = people["coordinator"]
    ada = recorded(act_as, who, "Ada", OfficeFacts("Ambassador", mission.id))
    with act_as(who) as session:
        mine = get_contact(session, acting(who), ada.id)
        before = mine.offices[0].post_id
        facts = ContactFacts("Ada", offices=(OfficeFacts("Ambassador", mission.id, "2021"),))
        services.edit_contact(session, acting(who), mine, facts)
        assert mine.offices[0].post_id == before is not None


def test_promises_and_meetings_keep_the_office_of_their_day(
    act_as: ActAs, people: People, mission: Organisation
) -> None:
    who = people["coordinator"]
    ada = recorded(
        act_as, who, "Ada", OfficeFacts("Envoy", mission.id, "2019", "2020"), OfficeFacts("Ambassador", mission.id)
    )
    with act_as(who) as session:
        meeting = EngagementFacts(summary="Talk", participants=(ParticipantFacts(ada.id),))
        promise = CommitmentFacts("We join", by=SideFacts(contact_id=ada.id))
        record_engagement(session, acting(who), meeting, [promise])
        post_id = current_posts(session, [ada.id])[ada.id]
        assert get_post(session, acting(who), post_id).title == "Ambassador"
        assert session.scalars(select(Commitment.by_post_id)).all() == [post_id]
        assert session.scalars(select(Participant.post_id)).all() == [post_id]


def test_the_holder_changes_and_the_post_stays(act_as: ActAs, people: People, mission: Organisation) -> None:
    who = people["coordinator"]
    ada = recorded(act_as, who, "Ada", OfficeFacts("Ambassador", mission.id, "2020"))
    bo = recorded(act_as, who, "Bo", OfficeFacts("Envoy", mission.id))
    with act_as(who) as session:
        post = get_post(session, acting(who), current_posts(session, [ada.id])[ada.id])
        change_holder(session, acting(who), post, ChangeFacts("2024-03", None, bo.id))
    with act_as(people["head"]) as session:
        held = holders_of(session, acting(people["head"]), post.id)
        assert [(one.contact.name, one.office.held_from, one.office.held_to) for one in held] == [
            ("Bo", "2024-03", None),
            ("Ada", "2020", "2024-03"),
        ]
        assert held[1].office.held_to_latest == date(2024, 3, 31)
        assert [office.title for office in held[0].contact.offices] == ["Ambassador", "Envoy"]


def test_the_next_holder_may_be_somebody_new(act_as: ActAs, people: People, mission: Organisation) -> None:
    who = people["legal_officer"]
    ada = recorded(act_as, who, "Ada", OfficeFacts("Ambassador", mission.id))
    with act_as(who) as session:
        post = get_post(session, acting(who), current_posts(session, [ada.id])[ada.id])
        made = change_holder(session, acting(who), post, ChangeFacts("2024", "2024-05", None, "Cy Example"))
        assert (made.name, made.offices[0].post_id) == ("Cy Example", post.id)


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        (ChangeFacts(None, None, None, "Cy"), "ended_on"),
        (ChangeFacts("soon", None, None, "Cy"), "ended_on"),
        (ChangeFacts("2024", "then", None, "Cy"), "began_on"),
        (ChangeFacts("2024"), "successor"),
    ],
)
def test_every_fault_of_a_change_is_named(
    act_as: ActAs, people: People, mission: Organisation, facts: ChangeFacts, path: str
) -> None:
    who = people["coordinator"]
    ada = recorded(act_as, who, "Ada", OfficeFacts("Ambassador", mission.id))
    with act_as(who) as session, pytest.raises(Invalid) as refusal:
        post = get_post(session, acting(who), current_posts(session, [ada.id])[ada.id])
        change_holder(session, acting(who), post, facts)
    assert [fault.path for fault in refusal.value.faults] == [path]


def test_a_head_changes_no_holder_and_counsel_does_not_see_the_post(
    act_as: ActAs, people: People, mission: Organisation
) -> None:
    ada = recorded(act_as, people["coordinator"], "Ada", OfficeFacts("Ambassador", mission.id))
    with act_as(people["head"]) as session, pytest.raises(NotPermitted):
        post = get_post(session, acting(people["head"]), current_posts(session, [ada.id])[ada.id])
        change_holder(session, acting(people["head"]), post, ChangeFacts("2024", None, None, "Cy"))
    with act_as(people["outside_counsel"]) as session, pytest.raises(NotVisible):
        get_post(session, acting(people["outside_counsel"]), post.id)
