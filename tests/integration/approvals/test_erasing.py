"""Erasing somebody takes two persons: a contact, a subject, a former colleague; the audit keeps numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.person import make_person
from tests.factories.subject import make_subject
from tests.support.acting import ActAs
from tests.support.factors import give_app
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person, PersonRole, SignInSession, TotpFactor
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent, Comment, Subject
from tracker.contacts.models import Contact
from tracker.core.actor import OPERATOR
from tracker.core.ids import new_id
from tracker.files.models import PersonPicture
from tracker.reminders.models import ReminderPreference

People = dict[str, Person]
NAME, NICK = "Zyxquark Vantablinski", "Oldrabbit"
WORDS = ("zyxquark", "vantablinski", "oldrabbit")


def ask(app: Flask, act_as: ActAs, people: People, what: str, which: UUID) -> tuple[FlaskClient, Approval]:
    client = sign_in(app.test_client(), people["administrator"])
    said = {
        "what": what,
        "which": f"http://localhost/{what}s/{which}",
        "also": f"{NICK}\n",
        "reason": "They asked for it",
    }
    answer = client.post("/requests/erase", data=said)
    assert (answer.status_code, answer.location) == (303, "/requests"), answer.text
    with act_as(OPERATOR) as session:
        return client, session.scalars(select(Approval)).one()


def agree(app: Flask, who: Person, asked: Approval) -> int:
    return sign_in(app.test_client(), who).post(f"/requests/{asked.id}/agree").status_code


def words_left(act_as: ActAs) -> set[str]:
    """Which of WORDS stand anywhere in the tables, the audit and the requests included."""
    with act_as(OPERATOR) as session:
        names = session.scalars(
            text("SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'tracker_operator'"
                 " AND privilege_type = 'SELECT' AND table_schema = 'public'")
        ).all()  # fmt: skip
        rows = (session.execute(text(f'TABLE "{name}"')).all() for name in names)
        whole = "".join(str(row).lower() for of_table in rows for row in of_table)
    assert len(names) > 40
    return {word for word in WORDS if word in whole}


def typed_about(session: Any, people: People) -> CaseEvent:
    """A sealed case that none of the two sees, with the name in it."""
    case = make_case(session, level="sealed", title=f"The matter of {NAME}", lead=people["other"])
    session.add(Comment(case_id=case.id, body=f"ask {NICK}", author_id=people["other"].id))
    make_event(session, case, 2, clock_rule="rome_statute_18_2", clock_party=NAME, source="a letter")
    return make_event(session, case, 3, summary=f"{NAME} ({NICK}) spoke")


def entry_of(act_as: ActAs, action: str) -> AuditEntry:
    with act_as(OPERATOR) as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


def test_a_contact_is_erased_when_a_second_person_agrees(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        contact = make_contact(session, NAME)
        typed_about(session, people)
    client, asked = ask(app, act_as, people, "contact", contact.id)
    assert NAME not in client.get("/requests").text, "an administrator sees no contact"
    head = sign_in(app.test_client(), people["head"])
    assert NAME in head.get("/requests").text and NICK in head.get("/requests").text
    assert agree(app, people["administrator"], asked) == 403
    assert agree(app, people["coordinator"], asked) == 404, "who leads nothing"
    assert words_left(act_as) == set(WORDS)
    assert agree(app, people["head"], asked) == 303
    assert words_left(act_as) == set()
    with act_as(OPERATOR) as session:
        assert session.get_one(Contact, contact.id).name is None
        assert session.get_one(Approval, asked.id).done_at is not None
    entry = entry_of(act_as, "contact.erased")
    assert (entry.object_id, entry.actor_id) == (contact.id, people["head"].id)
    assert set(entry.detail) == {"places", "also"}
    assert agree(app, people["head"], asked) == 404, "once"
    entry_of(act_as, "contact.erased")


def test_a_subject_is_erased_and_their_part_in_the_case_stays(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        subject = make_subject(session, NAME, case)
        subject.aliases, subject.office, subject.notes = [NICK], "Judge", "Canary notes"
        typed_about(session, people)
    _client, asked = ask(app, act_as, people, "subject", subject.id)
    assert agree(app, people["head"], asked) == 303
    assert words_left(act_as) == set()
    with act_as(OPERATOR) as session:
        left = session.get_one(Subject, subject.id)
        assert (left.name, left.aliases, left.office, left.notes) == (f"[{str(subject.id)[:8]}]", [], None, None)
    assert sign_in(app.test_client(), people["head"]).get(f"/cases/{case.reference}").status_code == 200
    assert entry_of(act_as, "subject.erased").object_id == subject.id


def test_a_name_is_erased_where_it_is_a_word_and_codes_are_left(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        contact = make_contact(session, "Vera Juri")
        case = make_case(session, pathway="universal_jurisdiction", title="Several jurisdictions; VERA's overall view")
        case.details = {"vera": ["Juri, Vera", {"juri": "veracity"}], "court": "jurisdiction of Vera"}
        case.summary = "Verа Juri-Vera (Вера) Vera2"
        pathway, details = case.pathway, dict(case.details)
    client = sign_in(app.test_client(), people["administrator"])
    said = {"what": "contact", "which": str(contact.id), "also": "Vera\nJuri\nВера\nuniversal", "reason": "They asked"}
    assert client.post("/requests/erase", data=said).status_code == 303
    with act_as(OPERATOR) as session:
        asked = session.scalars(select(Approval)).one()
    assert agree(app, people["head"], asked) == 303
    mark = f"[{str(contact.id)[:8]}]"
    with act_as(OPERATOR) as session:
        left = session.get_one(Case, case.id)
        assert left.title == f"Several jurisdictions; {mark}'s overall view"
        assert left.details == {"vera": [f"{mark}, {mark}", {"juri": "veracity"}], "court": f"jurisdiction of {mark}"}
        assert left.details.keys() == details.keys()
        assert left.summary == f"Verа {mark}-{mark} ({mark}) Vera2"
        assert left.pathway == pathway
    assert sign_in(app.test_client(), people["head"]).get(f"/cases/{case.reference}").status_code == 200


@pytest.fixture
def leaver(act_as: ActAs, people: People) -> Person:
    """Somebody who left, and of whom much is kept."""
    with act_as(OPERATOR) as session:
        person = make_person(session, "legal_officer", name=NAME, email="zyxquark@example.org")
        give_app(session, person)
        person.picture = new_id()
        picture = PersonPicture(person_id=person.id, mark=person.picture)
        picture.drawn = "a face"
        session.add(picture)
        case = make_case(session, lead=person)
        make_event(session, case, 3, summary=f"{NAME} called; {NICK} is in Vilnius")
        person.active = False
    return person


def test_a_former_colleague_is_erased_and_what_they_did_stays(
    app: Flask, act_as: ActAs, people: People, leaver: Person
) -> None:
    page = sign_in(app.test_client(), people["administrator"]).get(f"/accounts/{leaver.id}").text
    assert f"/requests/erase?what=account&amp;which={leaver.id}" in page
    _client, asked = ask(app, act_as, people, "account", leaver.id)
    assert agree(app, people["head"], asked) == 303
    assert words_left(act_as) == set()
    with act_as(OPERATOR) as session:
        left = session.get_one(Person, leaver.id)
        assert left.name == f"Former colleague [{str(leaver.id)[:8]}]"
        assert left.email == f"erased-{leaver.id}@invalid"
        assert (left.password, left.picture) == (None, None)
        for model in (PersonPicture, TotpFactor, SignInSession, PersonRole, ReminderPreference):
            assert session.scalars(select(model).where(model.person_id == leaver.id)).all() == []
    assert entry_of(act_as, "person.erased").object_id == leaver.id
    again = sign_in(app.test_client(), people["administrator"]).get(f"/accounts/{leaver.id}")
    assert "Former colleague" in again.text


def test_nobody_who_works_here_is_erased(app: Flask, act_as: ActAs, people: People) -> None:
    _client, asked = ask(app, act_as, people, "account", people["coordinator"].id)
    assert agree(app, people["head"], asked) == 303
    with act_as(OPERATOR) as session:
        assert session.get_one(Person, people["coordinator"].id).name == "The coordinator"
        left = session.get_one(Approval, asked.id)
        assert (left.decision, left.done_at) == (None, None)


def test_whoever_sees_nobody_like_that_can_agree_to_nothing(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        hidden = typed_about(session, people)
        sealed = make_contact(session, NAME)
        sealed.compartment_id = hidden.case_id
    _client, asked = ask(app, act_as, people, "contact", sealed.id)
    head = sign_in(app.test_client(), people["head"])
    assert NAME not in head.get("/requests").text
    real = head.post(f"/requests/{asked.id}/agree", follow_redirects=True)
    with act_as(OPERATOR) as session:
        session.delete(session.get_one(Approval, asked.id))
    _client, unreal = ask(app, act_as, people, "contact", new_id())
    made_up = head.post(f"/requests/{unreal.id}/agree", follow_redirects=True)
    assert "You see nobody like that" in real.text and "You see nobody like that" in made_up.text
    assert words_left(act_as) == set(WORDS)


@pytest.mark.parametrize(
    ("field", "typed"), [("which", "the man with the hat"), ("reason", ""), ("what", "case"), ("which", "")]
)
def test_what_names_nobody_is_asked_again(app: Flask, act_as: ActAs, people: People, field: str, typed: str) -> None:
    client = sign_in(app.test_client(), people["administrator"])
    said = {"what": "contact", "which": str(new_id()), "also": "", "reason": "They asked"} | {field: typed}
    assert client.post("/requests/erase", data=said).status_code == 422
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Approval)).all() == []


def test_the_database_erases_nobody_for_one_person(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        contact = make_contact(session, NAME)
    _client, asked = ask(app, act_as, people, "contact", contact.id)
    deeds = (
        ("SELECT app_carry_out_erasure(:asked)", "administrator"),
        ("SELECT app_carry_out_erasure(:asked)", "head"),
        ("SELECT app_erase_contact(:who, '{}')", "head"),
        ("SELECT app_erase_subject(:who, '{}')", "head"),
        ("SELECT app_erase_account(:who, '{}')", "administrator"),
        ("SELECT app_erase_words(ARRAY['Zyxquark'], 'x')", "administrator"),
    )
    for deed, who in deeds:
        said = {"asked": asked.id, "who": contact.id}
        with pytest.raises(DBAPIError), act_as(people[who]) as session:
            session.execute(text(deed), {name: said[name] for name in said if f":{name}" in deed})
