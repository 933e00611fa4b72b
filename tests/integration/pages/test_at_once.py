"""Many at once, each on a connection of their own: nothing is lost, nothing is done twice, and everybody is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import make_person
from tests.support.sign_in import sign_in
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp

Deed = Callable[[], TestResponse]
FIFTY = 50
SOME = 8


@pytest.fixture
def officer(app: Flask, database: Any) -> Person:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        return make_person(session, "legal_officer")


@pytest.fixture
def case(app: Flask, database: Any, officer: Person) -> Case:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        return make_case(session, lead=officer)


@pytest.fixture
def clients(app: Flask, officer: Person) -> list[FlaskClient]:
    """Browsers of one person; whoever has two of them is two editors."""
    first = sign_in(app.test_client(), officer)
    cookie = first.get_cookie("session-8000")
    assert cookie is not None
    others = [app.test_client() for _ in range(FIFTY - 1)]
    for other in others:
        other.set_cookie("session-8000", cookie.value)
        other.environ_base["HTTP_X_CSRFTOKEN"] = first.environ_base["HTTP_X_CSRFTOKEN"]
    return [first, *others]


@pytest.fixture
def read(app: Flask, database: Any) -> Callable[[Any], Any]:
    """One value, read afterwards by the operator."""

    def look(statement: Any) -> Any:
        with app.app_context(), database.unit_of_work(OPERATOR) as session:
            return session.scalar(statement)

    return look


def at_once(deeds: list[Deed]) -> list[TestResponse]:
    """The answers, in the order of `deeds`, all of which began together."""
    answers: list[Any] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(number: int) -> None:
        gate.wait(30)
        answers[number] = deeds[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert None not in answers
    return answers


def statuses(answers: list[TestResponse]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_of_fifty_edits_one_stands_and_the_others_are_told_both_versions(
    clients: list[FlaskClient], case: Case, read: Callable[[Any], Any]
) -> None:
    def edit(number: int) -> Deed:
        said = {"title": f"Title {number}.", "detail_state_party": "yes", "version": str(case.version)}
        return lambda: clients[number].post(f"/cases/{case.reference}/edit", data=said)

    answers = at_once([edit(number) for number in range(FIFTY)])
    assert statuses(answers) == {303: 1, 409: FIFTY - 1}
    standing = read(select(Case.title).where(Case.id == case.id))
    for number, answer in enumerate(answers):
        if answer.status_code == 409:
            assert f"Title {number}." in answer.text and standing in answer.text


def test_fifty_entries_made_at_once_all_stand(
    clients: list[FlaskClient], case: Case, read: Callable[[Any], Any]
) -> None:
    def enter(number: int) -> Deed:
        said = {"summary": f"Entry {number}", "occurred_on": "2025-07-01"}
        return lambda: clients[number].post(f"/cases/{case.reference}/events/new", data=said)

    assert statuses(at_once([enter(number) for number in range(FIFTY)])) == {303: FIFTY}
    counted = func.count(CaseEvent.place.distinct())
    assert read(select(counted).where(CaseEvent.case_id == case.id)) == FIFTY + 1


def test_a_change_of_status_sent_twice_is_made_once_with_its_follow_ups(
    clients: list[FlaskClient], case: Case, officer: Person, read: Callable[[Any], Any]
) -> None:
    said = {
        "to": "political_support",
        "step": "confirm",
        "summary": "Decided",
        "occurred_on": "1 Jun 2025",
        "fact_text": "“We support it”",
        "version": str(case.version),
        "offers_shown": "1",
        "offer": "ask_formal_step",
        "offer_title_ask_formal_step": "Ask them",
        "offer_due_ask_formal_step": "2026-12-01",
        "offer_who_ask_formal_step": str(officer.id),
    }
    preview = clients[0].post(f"/cases/{case.reference}/move", data=said | {"step": "preview"}).text
    key = preview.partition('name="offer" value="')[2].partition('"')[0]
    said = {name.replace("ask_formal_step", key): value for name, value in said.items()} | {"offer": key}
    answers = at_once([partial(client.post, f"/cases/{case.reference}/move", data=said) for client in clients[:SOME]])
    assert statuses(answers) == {303: 1, 409: SOME - 1}
    assert read(select(func.count()).where(CaseEvent.status == "political_support")) == 1
    assert read(select(func.count()).where(FollowUp.case_id == case.id)) == 1


def test_work_that_several_complete_is_done_once_and_nobody_is_scolded(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, officer: Person, read: Callable[[Any], Any]
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        work = make_follow_up(session, case, officer, due_on=date(2026, 1, 5))
    answers = at_once([partial(client.post, f"/follow-ups/{work.id}/complete") for client in clients[:SOME]])
    assert statuses(answers) == {303: SOME}
    completed = AuditEntry.object_id == work.id, AuditEntry.action == "follow_up.completed"
    assert read(select(func.count()).where(*completed)) == 1


def test_of_several_edits_of_work_one_stands_and_the_others_keep_their_words(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, officer: Person, read: Callable[[Any], Any]
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        work = make_follow_up(session, case, officer, due_on=date(2026, 1, 5))

    def edit(number: int) -> Deed:
        said = {"title": f"Task {number}.", "due": "2026-01-05", "assignee": "", "kind": "follow_up", "version": "1"}
        return lambda: clients[number].post(f"/follow-ups/{work.id}", data=said)

    answers = at_once([edit(number) for number in range(SOME)])
    assert statuses(answers) == {303: 1, 409: SOME - 1}
    standing = read(select(FollowUp.title).where(FollowUp.id == work.id))
    for number, answer in enumerate(answers):
        if answer.status_code == 409:
            assert f"Task {number}." in answer.text and standing in answer.text


def test_an_entry_is_voided_once_and_the_first_reason_stands(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, read: Callable[[Any], Any]
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        event = make_event(session, case, 2, "2025-06-01")

    def void(number: int) -> Deed:
        said = {"void_reason": f"Reason {number}"}
        return lambda: clients[number].post(f"/cases/{case.reference}/events/{event.id}/void", data=said)

    answers = at_once([void(number) for number in range(SOME)])
    assert statuses(answers) == {303: 1, 409: SOME - 1}
    (first,) = [number for number, answer in enumerate(answers) if answer.status_code == 303]
    assert read(select(CaseEvent.void_reason).where(CaseEvent.id == event.id)) == f"Reason {first}"


def test_somebody_named_as_member_several_times_is_one_member_and_the_lead_stays(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, officer: Person, read: Callable[[Any], Any]
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        head = make_person(session, "head")
    said = {"person": str(head.id), "kind": "member", "reason": "Knows the ministry"}
    answers = at_once(
        [partial(client.post, f"/cases/{case.reference}/members", data=said) for client in clients[:SOME]]
    )
    assert statuses(answers) == {303: SOME}
    current = CaseMembership.person_id == head.id, CaseMembership.ended_at.is_(None)
    assert read(select(func.count()).where(*current)) == 1
    assert read(select(Case.lead_id).where(Case.id == case.id)) == officer.id


def test_a_member_whose_time_ran_out_becomes_one_again(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, read: Callable[[Any], Any]
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        head = make_person(session, "head")
        join(session, case, head).ends_at = datetime(2026, 1, 1, tzinfo=UTC)
    said = {"person": str(head.id), "kind": "reader", "reason": "Back again"}
    assert clients[0].post(f"/cases/{case.reference}/members", data=said).status_code == 303
    assert read(
        select(CaseMembership.kind).where(CaseMembership.person_id == head.id, CaseMembership.ends_at.is_(None))
    )


def test_two_cases_linked_from_both_sides_never_wait_for_each_other(
    app: Flask, database: Any, clients: list[FlaskClient], case: Case, officer: Person
) -> None:
    with app.app_context(), database.unit_of_work(OPERATOR) as session:
        other = make_case(session, lead=officer)
    pairs = [(case, other), (other, case)] * (SOME // 2)

    def link(number: int) -> Deed:
        this, that = pairs[number]
        said = {"to": that.reference, "kind": ("joins", "related")[number // 2 % 2]}
        return lambda: clients[number].post(f"/cases/{this.reference}/links", data=said)

    assert set(statuses(at_once([link(number) for number in range(SOME)]))) <= {303, 422}


@pytest.mark.own_app
def test_of_two_first_administrators_there_is_one(app: Flask, read: Callable[[Any], Any]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    def begin(number: int) -> Deed:
        said = {
            "name": f"First {number}",
            "email": f"first{number}@example.org",
            "password": "nine otters under seven bridges",
        }
        said["password_again"] = said["repeat"] = said["password"]
        return lambda: app.test_client().post("/first-run", data=said)

    assert statuses(at_once([begin(number) for number in range(4)])) == {303: 1, 404: 3}
    assert read(select(func.count()).select_from(Person)) == 1
