"""Whoever lost everything they sign in with comes back by two persons, and nobody else by less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from embedded.processes import wait_until
from tests.factories.person import make_person
from tests.integration.accounts.test_invitations import choose, link_on
from tests.support.acting import ActAs
from tests.support.factors import give_app
from tests.support.sign_in import sign_in
from tests.support.smtp import SmtpSink
from tracker.accounts.models import Invitation, Person, TotpFactor
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR

People = dict[str, Person]


@pytest.fixture
def lost(act_as: ActAs, people: People) -> Person:
    """The other legal officer, who had codes from an app."""
    with act_as(OPERATOR) as session:
        give_app(session, people["other"])
    return people["other"]


def report(app: Flask, act_as: ActAs, who: Person, lost: Person) -> tuple[FlaskClient, Approval]:
    client = sign_in(app.test_client(), who)
    said = {"reason": "Her bag was stolen; I know her voice"}
    answer = client.post(f"/accounts/{lost.id}/lost", data=said)
    assert (answer.status_code, answer.location) == (303, "/requests")
    with act_as(OPERATOR) as session:
        return client, session.scalars(select(Approval)).one()


def agree(app: Flask, who: Person, asked: Approval) -> int:
    return sign_in(app.test_client(), who).post(f"/requests/{asked.id}/agree").status_code


def has_app(act_as: ActAs, person: Person) -> bool:
    with act_as(OPERATOR) as session:
        return session.get(TotpFactor, person.id) is not None


@pytest.mark.parametrize("second", ["head", "another administrator"])
def test_two_persons_make_a_link_that_replaces_everything_once(
    app: Flask, act_as: ActAs, people: People, lost: Person, second: str
) -> None:
    with act_as(OPERATOR) as session:
        other = make_person(session, "administrator")
    client, asked = report(app, act_as, people["administrator"], lost)
    assert client.post(f"/requests/{asked.id}/link").status_code == 303
    assert agree(app, people["head"] if second == "head" else other, asked) == 303
    assert has_app(act_as, lost), "nothing is lost before the link is used"
    assert "Make the link" in client.get("/requests").text
    page = client.post(f"/requests/{asked.id}/link")
    link = link_on(page)
    again = client.post(f"/requests/{asked.id}/link")
    assert (again.status_code, again.location) == (303, "/requests")
    stranger = app.test_client()
    assert stranger.get(link).status_code == 200
    assert choose(stranger, link).location == "/"
    assert not has_app(act_as, lost)
    with act_as(OPERATOR) as session:
        done = set(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("%"))))
    assert done >= {"approval.asked", "approval.agreed", "approval.carried_out", "invitation.made", "invitation.used"}


def test_nobody_does_it_alone_and_not_for_themselves(app: Flask, act_as: ActAs, people: People, lost: Person) -> None:
    client, asked = report(app, act_as, people["administrator"], lost)
    assert agree(app, people["administrator"], asked) == 403
    for who in ("legal_officer", "coordinator", "outside_counsel"):
        assert agree(app, people[who], asked) == 404
    assert agree(app, lost, asked) == 404
    assert client.post(f"/requests/{asked.id}/link").status_code == 303
    me = people["administrator"]
    assert client.post(f"/accounts/{me.id}/lost", data={"reason": "I forgot"}).status_code == 422
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Invitation)).all() == []


def test_whom_it_is_about_is_nobodys_second(app: Flask, act_as: ActAs, people: People) -> None:
    _client, asked = report(app, act_as, people["administrator"], people["head"])
    assert agree(app, people["head"], asked) == 404


def test_only_whoever_asked_makes_the_link(app: Flask, act_as: ActAs, people: People, lost: Person) -> None:
    with act_as(OPERATOR) as session:
        other = make_person(session, "administrator")
    _client, asked = report(app, act_as, people["administrator"], lost)
    assert agree(app, other, asked) == 303
    assert sign_in(app.test_client(), other).post(f"/requests/{asked.id}/link").status_code == 404


def test_the_database_makes_no_such_link_for_one_person(
    app: Flask, act_as: ActAs, people: People, lost: Person
) -> None:
    me = people["administrator"]
    made = (
        "INSERT INTO invitations (id, person_id, purpose, token_hash, made_by_id, made_at, expires_at, seal)"
        " VALUES (gen_random_uuid(), :who, :purpose, 'x', :me, now(), now() + interval '1 hour', 'x')"
    )
    with pytest.raises(DBAPIError), act_as(me) as session:
        session.execute(text(made), {"who": lost.id, "purpose": "factors", "me": me.id})
    with act_as(me) as session:
        session.execute(text(made), {"who": lost.id, "purpose": "password", "me": me.id})
    with pytest.raises(DBAPIError), act_as(me) as session:
        session.execute(text("UPDATE invitations SET purpose = 'factors'"))


def test_nobody_answers_in_anothers_name(app: Flask, act_as: ActAs, people: People, lost: Person) -> None:
    _client, asked = report(app, act_as, people["administrator"], lost)
    forged = text("UPDATE approvals SET decision = 'agreed', decided_by_id = :who, decided_at = now(), done_at = now()")
    for who in (people["head"], people["administrator"]):
        with pytest.raises(DBAPIError), act_as(people["administrator"]) as session:
            session.execute(forged, {"who": who.id})
    assert agree(app, people["head"], asked) == 303
    for change in ("SET decision = 'refused'", "SET decided_at = now() - interval '1 day'"):
        with pytest.raises(DBAPIError), act_as(people["head"]) as session:
            session.execute(text("UPDATE approvals " + change))


def test_a_forgotten_password_still_asks_for_the_second_factor(
    app: Flask, act_as: ActAs, people: People, lost: Person
) -> None:
    administrator = sign_in(app.test_client(), people["administrator"])
    link = link_on(administrator.post(f"/accounts/{lost.id}/link"))
    assert choose(app.test_client(), link).location == "/sign-in/second"
    assert has_app(act_as, lost)


@pytest.mark.own_app
def test_the_owner_is_told_when_the_link_is_made(
    app: Flask, act_as: ActAs, people: People, lost: Person, smtp_sink: SmtpSink
) -> None:
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], smtp_url=smtp_sink.url)
    client, asked = report(app, act_as, people["administrator"], lost)
    assert agree(app, people["head"], asked) == 303
    link = link_on(client.post(f"/requests/{asked.id}/link"))
    assert wait_until(lambda: len(smtp_sink.mails) == 1, 20)
    mail = smtp_sink.mails[0]
    assert mail.recipients == [lost.email]
    assert "two persons agreed" in mail.message.get_content() and link not in mail.message.get_content()
