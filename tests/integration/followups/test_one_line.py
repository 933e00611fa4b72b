"""A follow-up from anywhere in one line, on the server: what it makes, and how it comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp

People = dict[str, Person]


@pytest.fixture
def cases(act_as: ActAs) -> tuple[Case, Case]:
    with act_as(OPERATOR) as session:
        return make_case(session, title="Accession of Latvia"), make_case(session, title="Accession of Malta")


@pytest.fixture
def olena(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Olena Kovalenko")


def made(act_as: ActAs) -> list[FollowUp]:
    with act_as(OPERATOR) as session:
        return list(session.scalars(select(FollowUp).order_by(FollowUp.id)))


def look_at(client: FlaskClient, case: Case) -> None:
    """Open the page of a case as a browser does, which reports that it was seen."""
    client.get(f"/cases/{case.reference}")
    client.post(f"/cases/{case.reference}/seen", headers={"X-Requested-With": "seen"})


def test_one_line_names_the_case_the_person_and_the_day(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case], olena: Person
) -> None:
    client = client_of(people["coordinator"])
    lines = (f"Draft it #{cases[0].reference} @olena +14", "Draft it #latvia @kovalenko in 2 weeks")
    for line in lines:
        answer = client.post("/follow-ups/line", data={"line": line}, headers={"Referer": "http://localhost/calendar"})
        assert (answer.status_code, answer.location) == (303, "/calendar")
    for one in made(act_as):
        assert (one.title, one.case_id, one.assignee_id) == ("Draft it", cases[0].id, olena.id)
        assert one.due_on == clock.today(people["coordinator"].time_zone) + timedelta(days=14)
    assert f"Saved on {cases[0].reference}: due on" in client.get("/calendar").text


def test_an_unnamed_case_is_that_of_the_page_else_the_one_looked_at_last_and_the_work_is_ones_own(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case]
) -> None:
    client = client_of(people["coordinator"])
    look_at(client, cases[0])
    look_at(client, cases[1])
    assert cases[1].title in client.get("/follow-ups/line?line=Ring").text
    client.post("/follow-ups/line", data={"line": "Ring"})
    client.post("/follow-ups/line", data={"line": "Ring", "here": cases[0].reference})
    assert [one.case_id for one in made(act_as)] == [cases[1].id, cases[0].id]
    assert {one.assignee_id for one in made(act_as)} == {people["coordinator"].id}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Ring #accession", "Several cases fit"),
        ("Ring #nothing", "No case that you can see fits"),
        ("Ring", "Say on which case"),
        ("Ring #latvia @nobody", "Nobody fits @nobody"),
        ("#latvia @me", "Say in a few words"),
    ],
)
def test_a_line_that_leaves_something_open_comes_back_sorted_into_fields(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case], line: str, words: str
) -> None:
    client = client_of(people["coordinator"])
    answer = client.post("/follow-ups/line", data={"line": line})
    assert answer.status_code == 422 and words in answer.text and "data-error-summary" in answer.text
    assert words in client.get("/follow-ups/line", query_string={"line": line}).text or line == "Ring"
    if "Ring" in line:
        assert 'value="Ring' in answer.text
    assert made(act_as) == []


def test_the_fields_speak_of_fields_and_take_a_case_that_is_written_as_in_the_line(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case]
) -> None:
    client = client_of(people["coordinator"])
    refused = client.post("/follow-ups/line", data={"line": "Ring"})
    assert "Say on which case." in refused.text and "or # and words" not in refused.text.split("<main", 1)[1]
    client.post("/follow-ups/new", data={"title": "Ring", "case": f"#{cases[0].reference}"})
    assert [one.case_id for one in made(act_as)] == [cases[0].id]


def test_a_hidden_case_is_none(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", title="Sealed accession")
    client = client_of(people["coordinator"])
    for named in (sealed.reference, "sealed"):
        answer = client.post("/follow-ups/line", data={"line": f"Ring #{named}", "here": sealed.reference})
        assert answer.status_code == 422 and "No case that you can see fits" in answer.text
        assert sealed.title not in answer.text
    assert client.post("/follow-ups/line", data={"line": "Ring", "here": sealed.reference}).status_code == 422


def test_the_row_of_a_case_and_that_of_home_understand_the_line_too(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case], olena: Person
) -> None:
    client = client_of(people["coordinator"])
    line = f"Ring #3 @olena #{cases[0].reference} +14"
    client.post(f"/cases/{cases[0].reference}/follow-ups", data={"line": "1", "title": line})
    client.post("/follow-ups/quick", data={"title": "Ring #malta @olena +14", "case": "", "due": "", "assignee": ""})
    home = client.get("/").text
    assert f"Saved on {cases[1].reference}: due on" in home and 'action="/follow-ups/changes/' in home
    client.post("/follow-ups/quick", data={"title": "Ring 1 May", "case": cases[0].reference, "due": "+14"})
    first, second, third = made(act_as)
    assert (first.title, first.case_id, second.title, second.case_id) == ("Ring #3", cases[0].id, "Ring", cases[1].id)
    assert {first.assignee_id, second.assignee_id} == {olena.id}
    assert (third.title, third.assignee_id) == ("Ring 1 May", None)
    assert {one.due_on for one in (first, second, third)} == {
        clock.today(people["coordinator"].time_zone) + timedelta(days=14)
    }


def test_the_row_of_a_case_shows_what_it_did_not_understand(
    act_as: ActAs, people: People, client_of: ClientOf, cases: tuple[Case, Case]
) -> None:
    answer = client_of(people["coordinator"]).post(
        f"/cases/{cases[0].reference}/follow-ups", data={"line": "1", "title": "Ring @nobody"}
    )
    assert answer.status_code == 422 and "Nobody fits @nobody" in answer.text
    assert made(act_as) == []
