from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from embedded.processes import wait_until
from tests.factories.person import PASSWORD
from tests.integration.accounts.conftest import ActAs
from tests.support.sign_in import sign_in
from tests.support.smtp import SmtpSink
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR
from tracker.reminders.letters.templates import translations_in

TypeIn = Callable[..., TestResponse]
NEW = {
    "name": "Maria Zielińska",
    "email": "Maria@Example.org",
    "roles": ["legal_officer", "coordinator"],
    "language": "en",
    "time_zone": "Europe/Vilnius",
    "country": "LT",
}


def loaded(act_as: ActAs, email: str) -> Person:
    with act_as(OPERATOR) as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        session.refresh(person, ["roles"])
    return person


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "HEAD@example.org"}, "already has an account"),
        ({"email": "not an address"}, "Enter an e-mail address"),
        ({"name": ""}, "Enter the person"),
        ({"roles": []}, "Choose one role or more"),
        ({"roles": ["emperor"]}, "roles"),
        ({"time_zone": "Moon/Base"}, "Time zone"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    as_administrator: FlaskClient, change: dict[str, object], words: str
) -> None:
    answer = as_administrator.post("/accounts/new", data=NEW | {"country": "LT"} | change)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert words in answer.text
    assert 'value="LT"' in answer.text


def test_of_two_edits_the_second_is_told(
    as_administrator: FlaskClient, people: dict[str, Person], act_as: ActAs
) -> None:
    head = people["head"]
    details = NEW | {"name": "Hedda One", "email": head.email, "version": head.version}
    assert as_administrator.post(f"/accounts/{head.id}/details", data=details).status_code == 303
    second = as_administrator.post(f"/accounts/{head.id}/details", data=details | {"name": "Hedda Two"})
    assert second.status_code == 409
    assert 'value="Hedda Two"' in second.text
    assert loaded(act_as, head.email).name == "Hedda One"


@pytest.mark.own_app
def test_the_address_before_is_told_of_another_one(
    app: Flask, people: dict[str, Person], smtp_sink: SmtpSink, act_as: ActAs
) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], smtp_url=smtp_sink.url)
    client, head = sign_in(app.test_client(), people["administrator"]), people["head"]
    details = NEW | {"email": "mine@example.org", "language": "be", "version": head.version}
    assert client.post(f"/accounts/{head.id}/details", data=details).status_code == 303
    assert wait_until(lambda: len(smtp_sink.mails) == 1, 20)
    mail = smtp_sink.mails[0]
    assert mail.recipients == [head.email]
    said = mail.message.get_content()
    words = "An administrator changed the address to which your mail goes."
    in_their_language = translations_in("be").gettext(words)
    assert in_their_language != words and in_their_language in said and "mine@example.org" not in said
    assert mail.message["Subject"].startswith("[Tracker] ")
    with act_as(OPERATOR) as session:
        version = session.get_one(Person, head.id).version
    details = NEW | {"email": "mine@example.org", "name": "Another name", "version": version}
    assert client.post(f"/accounts/{head.id}/details", data=details).status_code == 303
    assert len(smtp_sink.mails) == 1


def test_roles_are_given_and_taken(as_administrator: FlaskClient, people: dict[str, Person], act_as: ActAs) -> None:
    head = people["head"]
    data = {"roles": ["coordinator"], "version": head.version}
    assert as_administrator.post(f"/accounts/{head.id}/roles", data=data).status_code == 303
    assert loaded(act_as, head.email).role_keys == {"coordinator"}
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.roles_changed")).one()
    assert entry.actor_id == people["administrator"].id
    assert entry.detail == {"given": ["coordinator"], "taken": ["head"]}


def test_the_only_administrator_can_not_lay_the_role_down(
    as_administrator: FlaskClient, people: dict[str, Person], act_as: ActAs
) -> None:
    own = people["administrator"]
    answer = as_administrator.post(f"/accounts/{own.id}/roles", data={"roles": ["head"], "version": own.version})
    assert answer.status_code == 422
    assert "only administrator" in answer.text
    assert loaded(act_as, own.email).role_keys == {"administrator"}


def test_an_account_that_does_not_exist_is_not_found(as_administrator: FlaskClient) -> None:
    nobody = UUID(int=1)
    assert as_administrator.get(f"/accounts/{nobody}").status_code == 404
    assert as_administrator.post(f"/accounts/{nobody}/link").status_code == 404


def test_preferences_change_how_pages_speak(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    client = sign_in(app.test_client(), people["head"])
    answer = client.post("/preferences", data={"language": "en", "time_zone": "Asia/Tbilisi"})
    assert answer.status_code == 303
    assert "Your preferences are saved." in client.get("/preferences").text
    assert "Your preferences are saved." not in client.get("/preferences").text
    assert loaded(act_as, "head@example.org").time_zone == "Asia/Tbilisi"


@pytest.mark.parametrize(("theme", "status"), [("dark", 303), ("purple", 422)])
def test_the_theme_is_one_of_three(app: Flask, people: dict[str, Person], theme: str, status: int) -> None:
    client = sign_in(app.test_client(), people["head"])
    assert client.post("/preferences/theme", data={"theme": theme}).status_code == status
    assert ('data-bs-theme="dark"' in client.get("/preferences").text) is (theme == "dark")


def test_changing_the_password_signs_other_browsers_out(app: Flask, people: dict[str, Person]) -> None:
    here, elsewhere = (sign_in(app.test_client(), people["head"]) for _ in range(2))
    data = {"old_password": PASSWORD, "new_password": "nine herons read the river maps"}
    assert here.post("/preferences/password", data=data).status_code == 303
    assert here.get("/preferences").status_code == 200
    assert elsewhere.get("/preferences").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("not the present one", "nine herons read the river maps", "not your present password"),
        (PASSWORD, "too short", "15 characters"),
        (PASSWORD, PASSWORD, "This is your present password"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_and_to_a_good_one(
    app: Flask, people: dict[str, Person], old: str, new: str, words: str
) -> None:
    client = sign_in(app.test_client(), people["head"])
    answer = client.post("/preferences/password", data={"old_password": old, "new_password": new})
    assert answer.status_code == 422
    assert words in answer.text


def test_signing_out_elsewhere_keeps_this_browser(app: Flask, people: dict[str, Person]) -> None:
    here, elsewhere = (sign_in(app.test_client(), people["head"]) for _ in range(2))
    assert "from 2 browsers" in here.get("/preferences").text
    here.post("/preferences/sessions/end")
    assert elsewhere.get("/preferences").status_code == 303
    assert "from 1 browser." in here.get("/preferences").text


def test_a_closed_account_that_changed_meanwhile_is_shown_as_it_is_now(
    as_administrator: FlaskClient, people: dict[str, Person]
) -> None:
    answer = as_administrator.post(f"/accounts/{people['head'].id}/reactivate", data={"version": "0"})
    assert answer.status_code == 409
    assert "Somebody else changed this account in the meantime." in answer.text
