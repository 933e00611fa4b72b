"""One case of each confidentiality with one of everything on it, and a visitor of each kind, signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories.case import join
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work
from tests.integration.access.sample import Sample, make_sample
from tests.support.application import database_of
from tests.support.sign_in import sign_in, sign_in_half
from tracker.access.models import CaseMembership
from tracker.accounts.cookies import cookie_name
from tracker.accounts.models import Invitation, Person, SignInSession
from tracker.accounts.sessions import seal
from tracker.cases.models import Case
from tracker.contacts.models import Contact, ContactPrivate
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment
from tracker.followups.models import TimelineSet

LEVELS = ("internal", "restricted", "sealed")
AS_JSON = " "
"""The name in a body under which what is sent as JSON stands."""


def hush(level: str) -> str:
    """The private address of the contact on the case of that level."""
    return f"hush-{level}@example.org"


@dataclass(frozen=True)
class Visitor:
    """Who somebody is: `role` in the house; `membership` of each case.

    `is_assured`: signed in with a passkey; `is_fresh`: a moment ago.
    """

    role: str
    membership: str = ""
    is_assured: bool = True
    is_fresh: bool = True


VISITORS = {
    "stranger": Visitor(""),
    "half-way": Visitor(""),
    "legal officer": Visitor("legal_officer"),
    "coordinator": Visitor("coordinator"),
    "head": Visitor("head"),
    "counsel of other cases": Visitor("outside_counsel"),
    "administrator": Visitor("administrator"),
    "administrator put on the case": Visitor("administrator", "lead"),
    "former lead": Visitor("legal_officer"),
    "lead": Visitor("legal_officer", "lead"),
    "lead without a passkey": Visitor("legal_officer", "lead", is_assured=False),
    "lead since this morning": Visitor("legal_officer", "lead", is_fresh=False),
    "administrator since this morning": Visitor("administrator", is_fresh=False),
    "head as member": Visitor("head", "member"),
    "coordinator as reader": Visitor("coordinator", "reader"),
    "counsel as lead": Visitor("outside_counsel", "lead"),
    "counsel as member": Visitor("outside_counsel", "member"),
    "counsel as reader": Visitor("outside_counsel", "reader"),
}


@dataclass(frozen=True)
class Upload:
    """A file in a form; it can be sent again and again."""

    name: str
    content: bytes

    def opened(self) -> tuple[BytesIO, str]:
        """As the test client takes it."""
        return BytesIO(self.content), self.name


@dataclass(frozen=True)
class House:
    """The application, the case of each level, everybody's client."""

    app: Flask
    samples: dict[str, Sample]
    clients: dict[str, FlaskClient]
    cookies: tuple[str, ...]
    people: dict[str, Person]

    def open(self, visitor: str, path: str, method: str = "GET", data: Any = None, **said: Any) -> TestResponse:
        """What is answered; the visitor's cookies stay as they were, whatever the answer says of them."""
        known = self.clients[visitor]
        cookies = [known.get_cookie(name) for name in self.cookies]
        sent = "; ".join(f"{one.key}={one.value}" for one in cookies if one is not None)
        client = self.app.test_client(use_cookies=False)
        client.environ_base.update(known.environ_base)
        headers = {"Cookie": sent} if sent else {}
        if isinstance(data, dict) and AS_JSON in data:
            said["json"], data = data[AS_JSON], None
        if isinstance(data, dict):
            data = {name: one.opened() if isinstance(one, Upload) else one for name, one in data.items()}
        return client.open(path, method=method, data=data, headers=headers, **said)

    def routes(self) -> list[tuple[str, Rule]]:
        """(method, rule) of every route."""
        rules = list(self.app.url_map.iter_rules())
        return [(method, rule) for rule in rules for method in sorted((rule.methods or set()) & {"GET", "POST"})]


def make_house(app: Flask) -> House:
    """Fill the database of `app`."""
    app.config["PROPAGATE_EXCEPTIONS"] = False  # what breaks is answered as everywhere: 500
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        people, samples = _fill(session)
    clients = {name: _client(app, name, people.get(name)) for name in VISITORS}
    with app.app_context():
        cookies = (cookie_name("session"),)
    return House(app, samples, clients, cookies, people)


def _fill(session: Session) -> tuple[dict[str, Person], dict[str, Sample]]:
    people = {name: _person(session, name, one.role) for name, one in VISITORS.items() if one.role}
    people["half-way"] = make_person(session, "legal_officer", name="Half-way")
    someone = make_person(session, "legal_officer", name="Someone else")
    someone.mail_fault = "550"
    session.add(_used_invitation(someone, people["head"]))
    samples = {level: _sample(session, level, people, someone) for level in LEVELS}
    return people, samples


def _person(session: Session, name: str, role: str) -> Person:
    return make_person(session, role, name=f"The {name}", with_password=True)


def _used_invitation(person: Person, made_by: Person) -> Invitation:
    """So that there is somebody for whom an administrator can vouch."""
    day = datetime(2025, 1, 1, tzinfo=UTC)
    whose = {"person_id": person.id, "made_by_id": made_by.id, "purpose": "invite"}
    return Invitation(**whose, token_hash=b"used", made_at=day, expires_at=day, used_at=day, seal=b"used")


def _sample(session: Session, level: str, people: dict[str, Person], someone: Person) -> Sample:
    others: dict[Person, Any] = {
        people[name]: one.membership for name, one in VISITORS.items() if one.membership and name != "lead"
    }
    sample = make_sample(session, level, people["lead"], others, someone)
    commitment = session.get_one(Commitment, sample.values["commitment_id"])
    commitment.case_id, commitment.due_on = sample.case.id, date(2026, 12, 1)
    sample.values["event_id"] = make_event(session, sample.case, 2, "2025-04-01", summary="A call").id
    session.get_one(Case, sample.case.id).details = {"instrument": "Rome Statute"}
    typed = {"clock_rule": "rome_statute_126_2", "source": "A letter"}
    sample.values["clocked_id"] = make_event(session, sample.case, 3, "2026-01-05", **typed).id
    second = make_due_work(session, sample.case, people["lead"], date(2026, 12, 3), title="Write")
    sample.values.update(
        {"other_follow_up_id": second.id, "memberships": [str(one.id) for one in _members(session, sample)]}
    )
    sample.values.update(_beside(session, sample, people["lead"], someone))
    private = ContactPrivate(contact_id=sample.values["contact_id"])
    private.email = hush(level)
    session.add(private)
    former = join(session, sample.case, people["former lead"], "lead")
    former.starts_at, former.ended_at = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
    session.flush()
    return sample


def _beside(session: Session, sample: Sample, lead: Person, someone: Person) -> dict[str, Any]:
    """What forms name and no address does: work to hand over, a contact to merge; and something in the set."""
    work = make_due_work(session, sample.case, someone, date(2026, 12, 4), title="Wait")
    contact = Contact(name="Another minister", organisation_id=sample.values["organisation_id"])
    session.add(contact)
    one = session.get_one(TimelineSet, sample.values["set_id"])
    one.items = [{"title": "Send it", "offset": "-30", "role": "none", "kind": "follow_up"}]
    session.flush()
    return {"work_of_someone_id": work.id, "other_contact_id": contact.id, "successor_id": lead.id}


def _members(session: Session, sample: Sample) -> list[CaseMembership]:
    return session.query(CaseMembership).filter_by(case_id=sample.case.id).all()


def _client(app: Flask, name: str, person: Person | None) -> FlaskClient:
    client = app.test_client()
    if name == "half-way" and person is not None:
        return sign_in_half(client, person)
    if person is None:
        return client
    sign_in(client, person, is_assured=VISITORS[name].is_assured)
    if not VISITORS[name].is_fresh:
        _let_hours_pass(app, person)
    return client


def _let_hours_pass(app: Flask, person: Person) -> None:
    """As if they had signed in before lunch and worked since."""
    with app.app_context(), database_of(app).unit_of_work(OPERATOR) as session:
        for begun in session.query(SignInSession).filter_by(person_id=person.id):
            begun.signed_in_at = clock.now() - timedelta(hours=4)
            seal(begun)
