"""What the case's page says of comments, of changes since the last visit, and of quiet."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.listing import CaseFilters, list_cases
from tracker.cases.models import Case, CaseVisit, Comment, CommentMention
from tracker.cases.projection import refresh
from tracker.cases.services.comments import add_comment
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.services import add_follow_up


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("considering", "2025-03-01"),), lead=officer)


@pytest.fixture
def client(client_of: ClientOf, officer: Person) -> FlaskClient:
    return client_of(officer)


def page(client: FlaskClient, case: Case) -> str:
    """The page as a browser shows it, which reports that it was seen where the page asks for it."""
    shown = unescape(client.get(f"/cases/{case.reference}").text)
    if f"/cases/{case.reference}/seen" in shown:
        assert client.post(f"/cases/{case.reference}/seen", headers={"X-Requested-With": "seen"}).status_code == 204
    return shown


def test_a_comment_is_said_read_changed_and_taken_back_by_its_author(
    client: FlaskClient, case: Case, act_as: ActAs
) -> None:
    address = f"/cases/{case.reference}/comments"
    assert client.post(address, data={"body": "See https://x.org/a <b>"}).status_code == 303
    shown = client.get(f"/cases/{case.reference}").text
    assert 'href="https://x.org/a"' in shown and "&lt;b&gt;" in shown
    with act_as(OPERATOR) as session:
        comment = session.scalars(select(Comment)).one()
    assert client.post(f"{address}/{comment.id}", data={"body": "Other words", "version": "1"}).status_code == 303
    assert client.post(f"{address}/{comment.id}", data={"body": "Late", "version": "1"}).status_code == 409
    assert client.post(f"{address}/{comment.id}/remove").status_code == 303
    assert "Removed by its author." in page(client, case) and "Other words" not in page(client, case)


def test_a_refused_mention_keeps_the_text(client: FlaskClient, case: Case, people: dict[str, Person]) -> None:
    said = {"body": "What do you say?", "mentions": str(people["outside_counsel"].id)}
    answer = client.post(f"/cases/{case.reference}/comments", data=said)
    assert answer.status_code == 422
    assert "can't see this" in unescape(answer.text) and "What do you say?" in answer.text


def test_names_are_offered_of_those_only_who_see_it(client: FlaskClient, case: Case, act_as: ActAs) -> None:
    names = client.get(f"/cases/{case.reference}/comments/people").get_json()
    assert "The head" in names and "The outside counsel" not in names and "The administrator" not in names
    with act_as(OPERATOR) as session:
        secret = make_follow_up(session, session.get_one(Case, case.id), level="sealed")
    names = client.get(f"/cases/{case.reference}/comments/people?follow_up={secret.id}").get_json()
    assert names == ["The legal officer"]


def test_a_mention_is_read_only_once_it_is_marked(
    client: FlaskClient, case: Case, act_as: ActAs, people: dict[str, Person]
) -> None:
    with act_as(people["other"]) as session:
        add_comment(session, acting(people["other"]), case.id, "@The legal officer look")
    for _look in range(2):
        assert "You are mentioned here." in page(client, case)
    seen = f"/cases/{case.reference}/mentions/seen"
    assert client.post(seen, headers={"X-Requested-With": "seen"}).status_code == 204
    assert "You are mentioned here." not in page(client, case)


def test_what_others_did_since_the_last_visit_is_counted_and_marked(
    client: FlaskClient, case: Case, act_as: ActAs, people: dict[str, Person], officer: Person
) -> None:
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=20)):
        assert "since you were here" not in page(client, case)
    with time_machine.travel(start + timedelta(minutes=30)):
        with act_as(people["other"]) as session:
            add_comment(session, acting(people["other"]), case.id, "New words")
            added = session.get_one(Case, case.id)
            follow_up = add_follow_up(session, acting(people["other"]), added, title="New work")
        with act_as(officer) as session:
            add_comment(session, acting(officer), case.id, "My own")
        with act_as(OPERATOR) as session:
            make_event(session, session.get_one(Case, case.id), 2, "2025-04-01", entered_by_id=people["other"].id)
    for minutes in (60, 65):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            shown = page(client, case)
        assert "3 changes since you were here" in shown, shown.partition("case-news")[2][:600]
        assert "new-mark" in shown and f"/follow-ups/{follow_up.id}" in shown.partition("case-news")[2][:900]
    with time_machine.travel(start + timedelta(minutes=90)):
        assert "since you were here" not in page(client, case)


def test_the_list_shows_what_changed_since_the_last_visit_of_the_reader(
    client: FlaskClient, case: Case, act_as: ActAs, people: dict[str, Person]
) -> None:
    assert case.title not in client.get("/cases?changed=1").text
    page(client, case)
    assert case.title not in client.get("/cases?changed=1").text
    with act_as(people["other"]) as session:
        add_comment(session, acting(people["other"]), case.id, "New words")
    assert case.title in client.get("/cases?changed=1").text
    page(client, case)
    assert case.title not in client.get("/cases?changed=1").text


def test_visits_are_nobodys_business(client: FlaskClient, case: Case, act_as: ActAs, people: dict[str, Person]) -> None:
    page(client, case)
    with act_as(people["other"]) as session:
        assert session.scalars(select(CaseVisit)).all() == []


def test_a_sealed_case_leaves_no_trace_of_comments_mentions_and_visits(
    act_as: ActAs, people: dict[str, Person], officer: Person, client: FlaskClient
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=officer)
        reader = join(session, sealed, people["other"], "reader")
    with act_as(officer) as session:
        add_comment(session, acting(officer), sealed.id, "@The other look")
    page(client, sealed)
    with act_as(OPERATOR) as session:
        session.merge(reader).ended_at = clock.now()
    for name in ("other", "head", "administrator"):
        with act_as(people[name]) as session:
            for table in (Comment, CommentMention, CaseVisit):
                assert session.scalars(select(table)).all() == [], (name, table)
        assert "/comments" not in page(client, sealed).partition("nothing")[2]


@pytest.mark.parametrize(("days", "stalled"), [(60, False), (61, True)])
def test_a_case_without_an_entry_for_longer_than_its_pathway_lets_expect_is_stalled(
    client: FlaskClient, act_as: ActAs, officer: Person, days: int, stalled: bool
) -> None:
    day = clock.today(officer.time_zone) - timedelta(days=days)
    with act_as(OPERATOR) as session:
        case = make_case(session, (("considering", day.isoformat()),), lead=officer)
    assert (f"No entry for {days} days" in page(client, case)) is stalled
    assert (case.title in client.get("/cases?stalled=1").text) is stalled


def test_the_day_of_the_last_entry_is_projected_from_what_everybody_may_know(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        kept = session.get_one(Case, case.id)
        make_event(session, kept, 2, "2025-06")
        make_event(session, kept, 3, "2025-08-01", level="sealed")
        make_event(session, kept, 4, "2025-09-01", voided_at=clock.now())
        make_event(session, kept, 5, None)
        kept.last_event_on = None
        refresh(session, kept)
        assert kept.last_event_on == date(2025, 6, 30)


def test_stalled_cases_stand_the_quietest_first_from_page_to_page(
    client: FlaskClient, act_as: ActAs, officer: Person
) -> None:
    """Whatever was entered last; another order is taken only where the address asks for it."""
    made = []
    for days in (300, 500, 400):
        with act_as(OPERATOR) as session:
            day = str(clock.today() - timedelta(days=days))
            made.append(make_case(session, (("considering", day),), title=f"Silent for {days}"))
    with act_as(officer) as session:
        filters = CaseFilters(stalled_on=clock.today(), sort="quiet")
        first = list_cases(session, acting(officer), filters, None, size=2)
        found = [*first.rows, *list_cases(session, acting(officer), filters, first.next_cursor, size=2).rows]
    assert [line.case.title for line in found] == ["Silent for 500", "Silent for 400", "Silent for 300"]
    shown = client.get("/cases?stalled=1").text
    assert sorted(range(3), key=lambda one: shown.index(made[one].title)) == [1, 2, 0]
    by_title = client.get("/cases?stalled=1&sort=title").text
    assert sorted(range(3), key=lambda one: by_title.index(made[one].title)) == [0, 2, 1]
