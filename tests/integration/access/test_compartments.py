"""Whom one records for a sealed case is sealed with it, and keys of imports tell nothing of it (ADR 17)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.case import join, make_case
from tests.factories.person import acting
from tests.support.acting import ActAs, people
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseContact
from tracker.contacts.models import Contact, Organisation, Post
from tracker.core.actor import OPERATOR
from tracker.engagements.facts import EngagementFacts, ParticipantFacts
from tracker.engagements.services import record_engagement
from tracker.interchange.reading import Reading
from tracker.interchange.result import Result
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions

__all__ = ["people"]
People = dict[str, Person]


@pytest.fixture
def sealed(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=people["other"])
        join(session, case, people["outside_counsel"], "member")
    return case


def seen(act_as: ActAs, who: Person, model: Any) -> int:
    with act_as(who) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_contact_recorded_from_a_sealed_case_is_its_members_alone(
    app: Flask, act_as: ActAs, people: People, sealed: Case
) -> None:
    lead = sign_in(app.test_client(), people["other"])
    assert "Record a new contact for this case" in lead.get(f"/cases/{sealed.reference}/contacts").text
    said = {"name": "Ada Shadow", "new_organisations": "y", "organisation": "Secretariat", "offices-0-title": "Envoy"}
    answer = lead.post(f"/contacts/new?for={sealed.reference}", data=said)
    assert answer.status_code == 303, answer.text
    assert lead.get(answer.location).status_code == 200
    for who in ("legal_officer", "coordinator", "head", "administrator"):
        assert sign_in(app.test_client(), people[who]).get(answer.location).status_code == 404
        assert seen(act_as, people[who], Contact) == seen(act_as, people[who], Post) == 0
    assert seen(act_as, people["outside_counsel"], Contact) == 1


def test_a_stranger_records_nobody_for_a_sealed_case(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    stranger = sign_in(app.test_client(), people["legal_officer"])
    stranger.post(f"/contacts/new?for={sealed.reference}", data={"name": "Ada Open"})
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Contact.compartment_id)).all() == [None]


def test_whoever_is_named_first_in_a_sealed_meeting_becomes_open_with_an_open_role(
    act_as: ActAs, people: People, sealed: Case
) -> None:
    meeting = EngagementFacts(
        participants=(ParticipantFacts(name="Ada Shadow, Envoy", is_new=True),), case_ids=(sealed.id,)
    )
    with act_as(people["other"]) as session:
        record_engagement(session, acting(people["other"]), meeting)
    assert (seen(act_as, people["head"], Contact), seen(act_as, people["head"], Post)) == (0, 0)
    with act_as(OPERATOR) as session:
        contact = session.scalars(select(Contact)).one()
        assert contact.compartment_id == sealed.id
        open_case = make_case(session)
        session.add(CaseContact(case_id=open_case.id, contact_id=contact.id, role="prosecutor"))
    assert (seen(act_as, people["head"], Contact), seen(act_as, people["head"], Post)) == (1, 1)


def test_unsealing_opens_what_was_sealed_with_the_case(act_as: ActAs, people: People, sealed: Case) -> None:
    with act_as(OPERATOR) as session:
        session.add_all(
            [Contact(name="Ada", compartment_id=sealed.id), Organisation(name="O", compartment_id=sealed.id)]
        )
    assert seen(act_as, people["head"], Contact) == seen(act_as, people["head"], Organisation) == 0
    with act_as(OPERATOR) as session:
        session.get_one(Case, sealed.id).level = "internal"
    assert seen(act_as, people["head"], Contact) == seen(act_as, people["head"], Organisation) == 1


def a_file(**parts: Any) -> dict[str, Any]:
    return {"format": "accountability-dossier/1", "sender": "partner", **parts}


def take_in(act_as: ActAs, who: Person, document: dict[str, Any]) -> Result:
    with act_as(who) as session:
        return import_dossier(session, acting(who), Reading(document, []), definitions())


@pytest.mark.parametrize("sender", ["partner", "local"])
def test_an_import_with_a_hidden_key_is_answered_as_if_nobody_had_it(
    act_as: ActAs, people: People, sealed: Case, sender: str
) -> None:
    with act_as(OPERATOR) as session:
        hidden = {"sender": sender, "ref": "K-1"}
        session.add(Contact(name="Hidden", compartment_id=sealed.id, **hidden))
        session.add(Organisation(name="Hidden", compartment_id=sealed.id, **hidden))
        case = session.get_one(Case, sealed.id)
        case.sender, case.ref = sender, "K-1"
    document = a_file(
        sender=sender,
        contacts=[{"ref": "K-1", "name": "Ada"}, {"ref": "K-2", "name": "Bo"}],
        organisations=[{"ref": "K-1", "name": "An office"}],
    )
    officer = people["legal_officer"]
    first, again = take_in(act_as, officer, document), take_in(act_as, officer, document)
    assert not first.errors and first.counts["created"] == {"organisations": 1, "contacts": 2}
    assert not again.errors and again.counts["unchanged"] == {"organisations": 1, "contacts": 2}
    with act_as(OPERATOR) as session:
        names = session.scalars(select(Contact.name).where(Contact.ref == "K-1").order_by(Contact.name)).all()
    assert names == ["Ada", "Hidden"]
