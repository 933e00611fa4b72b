"""Nobody does alone what needs two persons: in the pages, and in the database behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.sign_in import sign_in
from tracker.access.models import AccessReview, CaseMembership
from tracker.accounts.models import Person, PersonRole
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR

People = dict[str, Person]


@pytest.fixture
def sealed(act_as: ActAs, people: People) -> Case:
    """Led by the legal officer; the head is a member, the coordinator a reader."""
    with act_as(OPERATOR) as session:
        case = make_case(session, history=(), level="sealed", lead=people["legal_officer"], title="Quicksilver")
        join(session, case, people["head"], "member")
        join(session, case, people["coordinator"], "reader")
        case.lead_id = people["legal_officer"].id
    return case


def level_of(act_as: ActAs, case: Case) -> str:
    with act_as(OPERATOR) as session:
        return session.get_one(Case, case.id).level


def only_request(act_as: ActAs) -> Approval:
    with act_as(OPERATOR) as session:
        return session.scalars(select(Approval).order_by(Approval.asked_at.desc())).first()  # type: ignore[return-value]


def ask(app: Flask, act_as: ActAs, people: People, sealed: Case) -> Approval:
    lead = sign_in(app.test_client(), people["legal_officer"])
    with act_as(OPERATOR) as session:
        version = session.get_one(Case, sealed.id).version
    said = {"level": "restricted", "reason": "The court published it", "version": version}
    answer = lead.post(f"/cases/{sealed.reference}/level", data=said)
    assert answer.status_code == 303, answer.text
    return only_request(act_as)


def test_a_case_is_unsealed_when_another_member_agrees(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    asked = ask(app, act_as, people, sealed)
    assert level_of(act_as, sealed) == "sealed"
    head = sign_in(app.test_client(), people["head"])
    page = head.get("/requests").text
    assert "The court published it" in page and sealed.reference in page
    assert "1 request waits for a second person" in page
    assert head.post(f"/requests/{asked.id}/agree").status_code == 303
    assert level_of(act_as, sealed) == "restricted"
    assert only_request(act_as).done_at is not None
    with act_as(OPERATOR) as session:
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.case_id == sealed.id)))
    assert actions >= {"approval.asked", "approval.agreed", "approval.carried_out", "case.level_lowered"}


def test_one_person_alone_unseals_nothing(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    asked = ask(app, act_as, people, sealed)
    lead = sign_in(app.test_client(), people["legal_officer"])
    assert lead.post(f"/requests/{asked.id}/agree").status_code == 403
    with pytest.raises(DBAPIError), act_as(people["legal_officer"]) as session:
        session.execute(text("UPDATE cases SET level = 'internal' WHERE id = :id"), {"id": sealed.id})
    with pytest.raises(DBAPIError), act_as(people["legal_officer"]) as session:
        deed = "UPDATE approvals SET decision = 'agreed', decided_by_id = :me, decided_at = now(), version = 2"
        session.execute(text(deed), {"me": people["legal_officer"].id})
    assert level_of(act_as, sealed) == "sealed"


@pytest.mark.parametrize("who", ["coordinator", "other", "administrator", "outside_counsel"])
def test_readers_and_strangers_are_no_second_person(
    app: Flask, act_as: ActAs, people: People, sealed: Case, who: str
) -> None:
    asked = ask(app, act_as, people, sealed)
    client = sign_in(app.test_client(), people[who])
    assert client.post(f"/requests/{asked.id}/agree").status_code == 404
    assert "The court published it" not in client.get("/requests").text
    assert level_of(act_as, sealed) == "sealed"


def test_an_agreement_is_for_exactly_what_was_asked(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    asked = ask(app, act_as, people, sealed)
    with act_as(OPERATOR) as session:
        session.get_one(Approval, asked.id).payload = {"level": "public"}
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{asked.id}/agree").status_code == 403
    assert level_of(act_as, sealed) == "sealed"


def test_a_request_ends_after_three_days(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    asked = ask(app, act_as, people, sealed)
    with act_as(OPERATOR) as session:
        session.get_one(Approval, asked.id).expires_at = clock.now() - timedelta(minutes=1)
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{asked.id}/agree").status_code == 303
    assert level_of(act_as, sealed) == "sealed"


def test_the_rights_of_whoever_asked_are_asked_again(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    asked = ask(app, act_as, people, sealed)
    with act_as(OPERATOR) as session:
        lead = select(CaseMembership).where(CaseMembership.person_id == people["legal_officer"].id)
        session.scalars(lead).one().ended_at = clock.now()
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{asked.id}/agree").status_code in (403, 404)
    assert level_of(act_as, sealed) == "sealed"


def test_the_administrators_role_needs_another_administrator(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        second = make_person(session, "administrator")
    first, other = people["administrator"], people["other"]
    client = sign_in(app.test_client(), first)
    said = {"roles": ["legal_officer", "administrator"], "version": other.version}
    assert client.post(f"/accounts/{other.id}/roles", data=said).status_code == 303
    assert roles_of(act_as, other) == {"legal_officer"}
    with pytest.raises(DBAPIError), act_as(first) as session:
        session.add(PersonRole(person_id=other.id, role="administrator"))
    asked = only_request(act_as)
    assert client.post(f"/requests/{asked.id}/agree").status_code == 403
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{asked.id}/agree").status_code == 404
    assert sign_in(app.test_client(), second).post(f"/requests/{asked.id}/agree").status_code == 303
    assert roles_of(act_as, other) == {"legal_officer", "administrator"}


def test_nobody_is_invited_as_an_administrator_by_one_person(app: Flask, act_as: ActAs, people: People) -> None:
    said = {"name": "Maria", "email": "maria@example.org", "roles": ["administrator", "coordinator"]}
    said |= {"language": "en", "time_zone": "UTC", "country": ""}
    client = sign_in(app.test_client(), people["administrator"])
    assert client.post("/accounts/new", data=said).status_code == 200
    with act_as(OPERATOR) as session:
        made = session.scalars(select(Person).where(Person.email == "maria@example.org")).one()
    assert roles_of(act_as, made) == {"coordinator"}
    asked = only_request(act_as)
    assert client.post(f"/requests/{asked.id}/agree").status_code == 403
    assert roles_of(act_as, made) == {"coordinator"}
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{asked.id}/agree").status_code == 303
    assert roles_of(act_as, made) == {"coordinator", "administrator"}


def test_where_there_is_one_administrator_a_head_agrees(app: Flask, act_as: ActAs, people: People) -> None:
    other = people["other"]
    said = {"roles": ["legal_officer", "administrator"], "version": other.version}
    client = sign_in(app.test_client(), people["administrator"])
    client.post(f"/accounts/{other.id}/roles", data=said)
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{only_request(act_as).id}/agree").status_code == 303
    assert "administrator" in roles_of(act_as, other)


def test_an_administrator_gives_themselves_no_role_that_sees_cases(app: Flask, act_as: ActAs, people: People) -> None:
    me = people["administrator"]
    client = sign_in(app.test_client(), me)
    said = {"roles": ["legal_officer", "administrator"], "version": me.version}
    assert client.post(f"/accounts/{me.id}/roles", data=said).status_code == 303
    assert roles_of(act_as, me) == {"administrator"}
    assert client.get("/cases").status_code == 404
    with pytest.raises(DBAPIError), act_as(me) as session:
        session.add(PersonRole(person_id=me.id, role="legal_officer"))
    asked = only_request(act_as)
    assert client.post(f"/requests/{asked.id}/agree").status_code == 403
    head = sign_in(app.test_client(), people["head"])
    assert "Legal officer" in head.get("/requests").text
    assert head.post(f"/requests/{asked.id}/agree").status_code == 303
    assert roles_of(act_as, me) == {"legal_officer", "administrator"}


def roles_of(act_as: ActAs, person: Person) -> set[str]:
    with act_as(OPERATOR) as session:
        return set(session.scalars(select(PersonRole.role).where(PersonRole.person_id == person.id)))


def glass(app: Flask, act_as: ActAs, who: Person, reference: str, head: Person) -> tuple[Any, Any]:
    client = sign_in(app.test_client(), who)
    said = {"reference": reference, "reason": "Her hearing is tomorrow, nobody answers"}
    asked = client.post("/requests/glass", data=said)
    agreed = sign_in(app.test_client(), head).post(f"/requests/{only_request(act_as).id}/agree")
    return asked, agreed


def test_breaking_the_glass_lets_one_read_for_a_day_and_tells_the_members(
    app: Flask, act_as: ActAs, people: People, sealed: Case
) -> None:
    asked, agreed = glass(app, act_as, people["other"], sealed.reference.lower(), people["administrator"])
    assert (asked.status_code, agreed.status_code) == (303, 303)
    reader = sign_in(app.test_client(), people["other"])
    assert reader.get(f"/cases/{sealed.reference}").status_code == 200
    assert reader.get(f"/cases/{sealed.reference}/edit").status_code == 403
    with act_as(OPERATOR) as session:
        given = session.scalars(select(CaseMembership).where(CaseMembership.person_id == people["other"].id)).one()
        assert given.kind == "reader" and given.ends_at is not None
        assert given.ends_at - given.starts_at == timedelta(hours=24)
    assert "glass of 1 case" in sign_in(app.test_client(), people["legal_officer"]).get("/").text
    assert "glass of" not in reader.get("/").text
    assert sign_in(app.test_client(), people["administrator"]).get(f"/cases/{sealed.reference}").status_code == 404


def test_nobody_learns_from_the_glass_whether_there_is_a_case(
    app: Flask, act_as: ActAs, people: People, sealed: Case
) -> None:
    real = glass(app, act_as, people["other"], sealed.reference, people["administrator"])
    unreal = glass(app, act_as, people["other"], "ACC-QQQQQQQQ", people["administrator"])
    for one, other in zip(real, unreal, strict=True):
        assert (one.status_code, one.location, one.data) == (other.status_code, other.location, other.data)


def test_the_glass_needs_a_head_or_an_administrator(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    _asked, agreed = glass(app, act_as, people["other"], sealed.reference, people["coordinator"])
    assert agreed.status_code == 404
    assert sign_in(app.test_client(), people["other"]).get(f"/cases/{sealed.reference}").status_code == 404


def test_the_lead_reviews_who_sees_a_sealed_case(app: Flask, act_as: ActAs, people: People, sealed: Case) -> None:
    with act_as(OPERATOR) as session:
        case = session.get_one(Case, sealed.id)
        assert case.review_due_on is not None
        case.review_due_on = clock.today()
        kept = session.scalars(select(CaseMembership.id).where(CaseMembership.person_id != people["coordinator"].id))
        ids = [str(one) for one in kept]
    lead = sign_in(app.test_client(), people["legal_officer"])
    assert "to be reviewed" in lead.get("/").text
    assert sign_in(app.test_client(), people["head"]).get(f"/cases/{sealed.reference}/review").status_code == 403
    assert "Still needs to know" in lead.get(f"/cases/{sealed.reference}/review").text
    assert lead.post(f"/cases/{sealed.reference}/review", data={"keep": ids}).status_code == 303
    assert "to be reviewed" not in lead.get("/").text
    reader = sign_in(app.test_client(), people["coordinator"])
    assert reader.get(f"/cases/{sealed.reference}").status_code == 404
    with act_as(OPERATOR) as session:
        review = session.scalars(select(AccessReview)).one()
        assert (review.kept, review.ended) == (2, 1)
        assert session.get_one(Case, sealed.id).review_due_on == clock.today() + timedelta(days=90)


def test_a_membership_that_ran_out_is_closed_and_noted_once(act_as: ActAs, people: People, sealed: Case) -> None:
    from tracker.access.ending import end_memberships

    with act_as(OPERATOR) as session:
        over = session.scalars(select(CaseMembership).where(CaseMembership.person_id == people["head"].id)).one()
        over.starts_at, over.ends_at = clock.now() - timedelta(days=2), clock.now() - timedelta(days=1)
    with act_as(OPERATOR) as session:
        assert end_memberships(session) == 1
    with act_as(OPERATOR) as session:
        assert end_memberships(session) == 0
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "membership.ran_out")).all()
        assert [(entry.case_id, entry.detail["person"]) for entry in noted] == [(sealed.id, str(people["head"].id))]
