"""A list as a file: what its reader sees and may take away, and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf
from tests.support.sign_in import make_stale
from tracker.accounts.models import Person
from tracker.accounts.passwords import hash_password
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR

People = dict[str, Person]
PASSWORD = "a long enough sentence for a test"


@pytest.fixture
def cases(act_as: ActAs, people: People) -> dict[str, Case]:
    with act_as(OPERATOR) as session:
        return {
            "open": make_case(session, title="=HYPERLINK(open)", countries=["LT"]),
            "restricted": make_case(session, title="the restricted", level="restricted", lead=people["legal_officer"]),
            "sealed": make_case(session, title="the sealed", level="sealed", lead=people["other"]),
        }


def rows_of(answer) -> list[dict[str, str]]:
    """The rows of a CSV, by head."""
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    start = lines.index([]) + 1
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def about(answer) -> dict[str, str]:
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    return {line[0]: line[1] for line in lines[: lines.index([])]}


def test_the_file_holds_the_list_of_the_address_with_its_columns(
    people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    answer = client_of(people["head"]).post("/cases/export?columns=title&columns=gaps", data={"format": "csv"})
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert [(row["Case"], row["Countries"]) for row in rows_of(answer)] == [("'=HYPERLINK(open)", "LT")]
    assert "Lead" not in rows_of(answer)[0]
    assert about(answer)["Exported for"] == "The head" and about(answer)["Rows"] == "1"
    filtered = client_of(people["head"]).post("/cases/export?country=PL", data={"format": "csv"})
    assert rows_of(filtered) == []


def test_a_spreadsheet_holds_the_same(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    answer = client_of(people["head"]).post("/cases/export", data={"format": "xlsx"})
    with ZipFile(BytesIO(answer.get_data())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK(open)" in sheet and "<f>" not in sheet and "restricted" not in sheet


def test_what_one_may_not_see_is_neither_exported_nor_counted(
    people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    answer = client_of(people["coordinator"]).post("/cases/export", data={"format": "csv"})
    assert "sealed" not in answer.text and "restricted" not in answer.text.replace("Restricted", "")
    assert not [name for name in about(answer) if "left out" in name]


def test_the_trail_names_the_filters_but_not_their_values(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    client_of(people["head"]).post("/cases/export?q=Minsk&country=LT", data={"format": "csv"})
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "list.exported")).one()
    assert entry.detail["filters"] == ["country", "q"] and entry.detail["count"] == 0
    assert "Minsk" not in str(entry.detail)


def stale(act_as: ActAs, person: Person) -> None:
    with act_as(OPERATOR) as session:
        make_stale(session, person)
        session.get_one(Person, person.id).password_hash = hash_password(PASSWORD)


def test_restricted_rows_ask_for_the_password_again(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    officer = people["legal_officer"]
    client = client_of(officer)
    assert [row["Case"] for row in rows_of(client.post("/cases/export", data={"format": "csv"}))][-1:] != []
    stale(act_as, officer)
    asked = client.post("/cases/export?sort=title", data={"format": "csv"})
    assert asked.status_code == 403 and 'type="password"' in asked.text and "the restricted" not in asked.text
    wrong = client.post("/cases/export?sort=title", data={"format": "csv", "password": "not this one"})
    assert wrong.status_code == 422 and "This is not your password" in wrong.text
    given = client.post("/cases/export?sort=title", data={"format": "csv", "password": PASSWORD})
    assert [row["Case"] for row in rows_of(given)] == ["'=HYPERLINK(open)", "the restricted"]
    assert about(given)["Classification"] == "Restricted"
    again = client.post("/cases/export", data={"format": "csv"})
    assert again.status_code == 200, "the sign-in is fresh again"


def test_restricted_rows_can_be_left_out(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    client = client_of(people["legal_officer"])
    stale(act_as, people["legal_officer"])
    answer = client.post("/cases/export", data={"format": "csv", "without": "1", "password": ""})
    assert [row["Case"] for row in rows_of(answer)] == ["'=HYPERLINK(open)"]
    assert about(answer)["Rows left out because they may not be exported"] == "1"


def test_a_reader_of_a_case_sees_it_but_takes_it_nowhere(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        join(session, cases["open"], counsel, "reader")
        join(session, cases["restricted"], counsel, "member")
        make_follow_up(session, cases["open"], title="seen only")
        make_follow_up(session, cases["restricted"], title="may be taken")
    client = client_of(counsel)
    answer = client.post("/follow-ups/export", data={"format": "csv"})
    assert [row["What is to be done"] for row in rows_of(answer)] == ["may be taken"]
    assert about(answer)["Rows left out because they may not be exported"] == "1"


def test_follow_ups_are_exported_as_their_list_stands(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    with act_as(OPERATOR) as session:
        make_follow_up(session, cases["open"], people["head"], title="@mine", priority="high")
        make_follow_up(session, cases["open"], title="of nobody")
        make_follow_up(session, cases["sealed"], title="sealed")
    client = client_of(people["head"])
    mine = client.post("/follow-ups/export?assignee=me", data={"format": "csv"})
    assert [(row["What is to be done"], row["Priority"]) for row in rows_of(mine)] == [("'@mine", "High")]
    everything = client.post("/follow-ups/export", data={"format": "csv"})
    assert sorted(row["What is to be done"] for row in rows_of(everything)) == ["'@mine", "of nobody"]


def test_a_file_is_read_in_many_steps(act_as: ActAs, people: People, client_of: ClientOf, monkeypatch) -> None:
    monkeypatch.setattr("tracker.lists.export.ROWS_AT_ONCE", 2)
    with act_as(OPERATOR) as session:
        case = make_case(session)
        for number in range(7):
            make_follow_up(session, case, title=f"{number}", due_on=clock.today() + timedelta(days=number // 3))
    answer = client_of(people["head"]).post("/follow-ups/export?group=status", data={"format": "csv"})
    assert sorted(row["What is to be done"] for row in rows_of(answer)) == [str(number) for number in range(7)]


def test_a_list_that_is_too_long_says_so(act_as: ActAs, people: People, client_of: ClientOf, monkeypatch) -> None:
    monkeypatch.setattr("tracker.lists.export.MOST_ROWS", 1)
    with act_as(OPERATOR) as session:
        make_case(session), make_case(session)
    client = client_of(people["head"])
    answer = client.post("/cases/export", data={"format": "csv"})
    assert (answer.status_code, answer.location) == (303, "/cases")
    assert "Narrow it by filters" in client.get("/cases").text
