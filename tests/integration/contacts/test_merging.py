"""Two contacts who are one person: found by spelling, merged, and two again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.cases.models import CaseContact
from tracker.contacts.duplicates import contacts_alike, duplicates
from tracker.contacts.facts import PrivateFacts
from tracker.contacts.merging import Chosen, merge_contacts, merges_into, undo_merge
from tracker.contacts.models import Contact, ContactPrivate, Office
from tracker.contacts.queries import ContactFilters, get_contact, list_contacts
from tracker.core.actor import OPERATOR, Actor
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.engagements.models import Commitment, Participant
from tracker.followups.models import FollowUp

People = dict[str, Person]
CHOSEN = Chosen("Ada Lindqvist", None, "SE", ("sv",), PrivateFacts(email="ada@example.org"))


class Two:
    """Two contacts on an open and a sealed case, in meetings, with promises and work."""

    def __init__(self, session: Session, lead: Person) -> None:
        self.open, self.sealed = make_case(session), make_case(session, level="sealed", lead=lead)
        self.kept = make_contact(
            session, "Ada Lindqvist", office="Ambassador", on_case=self.open, email="a@example.org"
        )
        self.gone = make_contact(session, "A. Lindkvist", office="Envoy", on_case=self.open, country="SE")
        session.add(CaseContact(case_id=self.sealed.id, contact_id=self.gone.id, role="witness_contact"))
        both, one = make_engagement(session, self.open), make_engagement(session, self.sealed)
        session.add_all(Participant(engagement_id=both.id, contact_id=who.id) for who in (self.kept, self.gone))
        session.add(Participant(engagement_id=one.id, contact_id=self.gone.id))
        make_commitment(session, one, self.sealed, by_country=None, by_contact_id=self.gone.id)
        make_follow_up(session, self.sealed, lead, waiting_on_contact_id=self.gone.id)


@pytest.fixture
def two(act_as: ActAs, people: People) -> Two:
    with act_as(OPERATOR) as session:
        return Two(session, people["other"])


def merged(act_as: ActAs, who: Person, two: Two, **said: Any) -> Any:
    with act_as(who) as session:
        actor = acting(who)
        kept, gone = get_contact(session, actor, two.kept.id), get_contact(session, actor, two.gone.id)
        return merge_contacts(session, actor, kept, gone, CHOSEN, **said)


def of_contact(act_as: ActAs, contact: Contact) -> dict[str, int]:
    columns = {
        "meetings": Participant.contact_id,
        "roles": CaseContact.contact_id,
        "promises": Commitment.by_contact_id,
        "work": FollowUp.waiting_on_contact_id,
        "offices": Office.contact_id,
    }
    with act_as(OPERATOR) as session:
        return {
            name: session.scalar(select(func.count()).where(column == contact.id)) or 0
            for name, column in columns.items()
        }


def test_all_that_hangs_on_the_one_goes_to_the_other_also_on_hidden_cases(
    act_as: ActAs, people: People, two: Two
) -> None:
    merged(act_as, people["coordinator"], two)
    assert of_contact(act_as, two.kept) == {"meetings": 2, "roles": 2, "promises": 1, "work": 1, "offices": 2}
    assert set(of_contact(act_as, two.gone).values()) == {0}
    with act_as(people["coordinator"]) as session:
        actor = acting(people["coordinator"])
        assert [one.id for one in list_contacts(session, actor, ContactFilters()).rows] == [two.kept.id]
        assert contacts_alike(session, actor, "A. Lindkvist") == []
        assert get_contact(session, actor, two.gone.id).merged_into_id == two.kept.id
        assert (get_contact(session, actor, two.kept.id).country, two.kept.country) == ("SE", None)


def test_the_undo_puts_everything_back(act_as: ActAs, people: People, two: Two) -> None:
    before = of_contact(act_as, two.kept), of_contact(act_as, two.gone)
    merge_id = merged(act_as, people["coordinator"], two)
    with act_as(people["legal_officer"]) as session:
        actor = acting(people["legal_officer"])
        assert [line.gone_name for line in merges_into(session, actor, two.kept.id)] == ["A. Lindkvist"]
        assert undo_merge(session, actor, merge_id) == two.gone.id
        assert merges_into(session, actor, two.kept.id) == []
    assert (of_contact(act_as, two.kept), of_contact(act_as, two.gone)) == before
    with act_as(OPERATOR) as session:
        kept, private = session.get(Contact, two.kept.id), session.get(ContactPrivate, two.kept.id)
        assert kept is not None and private is not None
        assert (kept.country, kept.languages, private.email) == (None, [], "a@example.org")
        positions = select(Office.position).where(Office.contact_id == two.gone.id)
        assert session.scalars(positions).all() == [0]
    with act_as(people["coordinator"]) as session, pytest.raises(Invalid):
        undo_merge(session, acting(people["coordinator"]), merge_id)


def test_what_was_changed_since_the_merge_survives_the_undo(act_as: ActAs, people: People, two: Two) -> None:
    merge_id = merged(act_as, people["coordinator"], two)
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE contacts SET country = 'FI' WHERE id = :id"), {"id": two.kept.id})
    with act_as(people["coordinator"]) as session:
        undo_merge(session, acting(people["coordinator"]), merge_id)
        kept = get_contact(session, acting(people["coordinator"]), two.kept.id)
        assert (kept.country, kept.languages) == ("FI", [])


def test_a_merge_is_not_undone_once_the_kept_one_was_merged_on(act_as: ActAs, people: People, two: Two) -> None:
    coordinator = people["coordinator"]
    merge_id = merged(act_as, coordinator, two)
    with act_as(OPERATOR) as session:
        third = make_contact(session, "Ada L.")
    with act_as(coordinator) as session:
        actor = acting(coordinator)
        kept, gone = get_contact(session, actor, third.id), get_contact(session, actor, two.kept.id)
        later = merge_contacts(session, actor, kept, gone, CHOSEN)
        with pytest.raises(Invalid):
            undo_merge(session, actor, merge_id)
        undo_merge(session, actor, later)
        undo_merge(session, actor, merge_id)


@pytest.mark.parametrize("role", ["head", "outside_counsel", "administrator"])
def test_others_merge_nothing_not_even_past_the_program(act_as: ActAs, people: People, two: Two, role: str) -> None:
    with act_as(people[role]) as session, pytest.raises(NotPermitted):
        merge_contacts(session, acting(people[role]), two.kept, two.gone, CHOSEN)
    call = select(func.app_merge_contacts(func.gen_random_uuid(), two.kept.id, two.gone.id, func.to_jsonb("x")))
    with pytest.raises(DBAPIError), act_as(people[role]) as session:
        session.scalar(call)


def test_nobody_reads_what_was_moved(act_as: ActAs, people: People, two: Two) -> None:
    merged(act_as, people["coordinator"], two)
    with pytest.raises(DBAPIError), act_as(people["legal_officer"]) as session:
        session.execute(text("SELECT moved FROM contact_merges")).all()


def test_whoever_compared_an_older_version_is_told(act_as: ActAs, people: People, two: Two) -> None:
    with pytest.raises(Conflict):
        merged(act_as, people["coordinator"], two, versions=(1, 7))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alyaksandr Lukashenka", "Аляксандр Лукашэнка"),
        ("Lukashenko Aleksandr", "Alyaksandr Lukashenka"),
        ("Łukaszenka", "Лукашенко"),
    ],
)
def test_spellings_of_one_name_are_found(act_as: ActAs, people: People, one: str, other: str) -> None:
    with act_as(OPERATOR) as session:
        pair = {make_contact(session, one).id, make_contact(session, other).id}
        make_contact(session, "Somebody Else")
    with act_as(people["head"]) as session:
        found = duplicates(session, acting(people["head"]))
        assert [({line.one.id, line.other.id}, line.reasons) for line in found] == [(pair, ("name",))]
        assert {contact.id for contact in contacts_alike(session, acting(people["head"]), one)} == pair


def test_the_same_address_is_found_only_by_those_who_may_see_it(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada", email="Same@example.org")
        make_contact(session, "Entirely Different", email="same@example.org ")

    def found(who: Person) -> list[tuple[str, ...]]:
        with act_as(who) as session:
            return [line.reasons for line in duplicates(session, acting(who))]

    assert found(people["coordinator"]) == [("email",)]
    assert found(people["head"]) == []


def test_counsel_finds_duplicates_only_among_their_own(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada Lindqvist")
        make_contact(session, "Ada Lindkvist")
    counsel: Actor = acting(people["outside_counsel"])
    with act_as(people["outside_counsel"]) as session:
        assert duplicates(session, counsel) == []
        assert contacts_alike(session, counsel, "Ada Lindqvist") == []
