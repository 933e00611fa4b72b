"""A dossier file given on a page: looked at first, taken in by a job as whoever gave it, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.integration.interchange.test_commands import GOOD
from tests.support.bad_files import GOOD as GOOD_FILES
from tests.support.bad_files import bad_files
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.files.models import FilePiece, StoredFile
from tracker.interchange.given import answer_next
from tracker.interchange.models import DossierImport

Give = Callable[..., TestResponse]


@pytest.fixture
def officer(database: Database, app: Flask) -> Person:
    with database.unit_of_work(OPERATOR) as session:
        return make_person(session, "legal_officer")


@pytest.fixture
def give(client: FlaskClient, officer: Person) -> Give:
    sign_in(client, officer)

    def send(content: str | bytes = GOOD, name: str = "dossier.yaml") -> TestResponse:
        plain = content if isinstance(content, bytes) else content.encode()
        return client.post("/imports", data={"file": (BytesIO(plain), name)})

    return send


def kept(database: Database, model: type[Any]) -> list[Any]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(model)))


def work(database: Database) -> None:
    while answer_next(database):
        pass


def test_a_file_is_looked_at_then_taken_in_and_is_gone(give: Give, client: FlaskClient, database: Database) -> None:
    page = give()
    assert page.status_code == 303
    where = page.location
    waiting = client.get(where)
    assert "Being looked at" in waiting.text and waiting.headers["Refresh"] == "5"
    work(database)
    checked = client.get(where)
    assert "Can be imported" in checked.text and "dossier.yaml" in checked.text and "Refresh" not in checked.headers
    assert kept(database, Case) == []
    assert client.post(where).status_code == 303
    work(database)
    assert "Imported" in client.get(where).text
    assert [case.title for case in kept(database, Case)] == ["A referral"]
    work(database)
    assert [file.state for file in kept(database, StoredFile)] == ["destroyed"]
    assert kept(database, FilePiece) == []
    client.post(where)
    work(database)
    assert len(kept(database, Case)) == 1, "a second yes does nothing"


def test_every_fault_is_told_and_nothing_is_written(give: Give, client: FlaskClient, database: Database) -> None:
    where = give(GOOD.replace("icc_referral", "no_such_pathway")).location
    work(database)
    page = client.get(where)
    assert "Refused" in page.text and "cases[0].pathway" in page.text and "dossier.yaml" in page.text
    assert kept(database, Case) == []
    assert client.post(where).status_code == 303
    work(database)
    assert kept(database, Case) == []


def test_what_is_no_text_is_refused_at_the_door(give: Give, database: Database) -> None:
    for content in (GOOD_FILES["pdf"][1], GOOD_FILES["zip"][1], bad_files()["HTML"][1], b""):
        answer = give(content)
        assert answer.status_code == 422 and 'id="file-error"' in answer.text
    assert kept(database, DossierImport) == [] and kept(database, StoredFile) == []


def test_text_that_is_no_dossier_is_refused_by_the_job(give: Give, client: FlaskClient, database: Database) -> None:
    where = give("a: [").location
    work(database)
    assert "Refused" in client.get(where).text


def test_the_job_has_the_rights_of_whoever_gave_the_file(
    give: Give, client: FlaskClient, database: Database, officer: Person
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        other = make_person(session, "legal_officer")
        case = make_case(session, lead=other, level="sealed", history=())
        session.get_one(Case, case.id).sender, session.get_one(Case, case.id).ref = "s", "C1"
    where = give(GOOD).location
    client.post(where)
    work(database)
    page = client.get(where).text
    assert case.reference not in page and case.title not in page
    with database.unit_of_work(OPERATOR) as session:
        assert session.get_one(Case, case.id).title == case.title


def test_without_a_passkey_a_file_is_looked_at_and_taken_in_as_by_whoever_sees_nothing_sealed(
    app: Flask, database: Database, officer: Person
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=officer, level="sealed", history=(), title="Quicksilver")
        case.sender, case.ref = "s", "C1"
    without = sign_in(app.test_client(), officer, is_assured=False)
    where = without.post("/imports", data={"file": (BytesIO(GOOD.encode()), "dossier.yaml")}).location
    assert [one.is_assured for one in kept(database, DossierImport)] == [False]
    work(database)
    assert without.post(where).status_code == 303
    assert [one.is_assured for one in kept(database, DossierImport)] == [False]
    work(database)
    assert sorted(found.title for found in kept(database, Case)) == ["A referral", "Quicksilver"]


def test_nobody_else_sees_it_and_only_who_opens_cases_comes_here(give: Give, app: Flask, database: Database) -> None:
    where = give().location
    with database.unit_of_work(OPERATOR) as session:
        people = {role: make_person(session, role) for role in ("coordinator", "head", "outside_counsel")}
    answers = {role: sign_in(app.test_client(), person).get(where).status_code for role, person in people.items()}
    assert answers == {"coordinator": 404, "head": 403, "outside_counsel": 403}


def test_a_file_in_quarantine_is_not_looked_at(give: Give, client: FlaskClient, database: Database) -> None:
    where = give().location
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(StoredFile).values(state="waiting"))
    work(database)
    assert "The scanner has not looked at this file yet." in client.get(where).text
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(StoredFile).values(state="refused"))
    work(database)
    assert "the scanner found something harmful" in client.get(where).text


def test_what_takes_its_job_down_is_given_up_and_who_left_imports_nothing(
    give: Give, client: FlaskClient, database: Database, officer: Person
) -> None:
    where = give().location
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(DossierImport).values(attempts=3))
    work(database)
    assert "this could not be finished" in client.get(where).text
    give()
    with database.unit_of_work(OPERATOR) as session:
        session.get_one(Person, officer.id).active = False
    work(database)
    assert {one.state for one in kept(database, DossierImport)} == {"refused"}


def test_a_file_to_which_nobody_came_back_goes_after_a_day(give: Give, client: FlaskClient, database: Database) -> None:
    where = give().location
    work(database)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(DossierImport).values(settled_at=clock.now() - timedelta(days=2)))
    work(database)
    assert [file.state for file in kept(database, StoredFile)] == ["destroyed"]
    assert "The file was kept for a day and is gone." in client.get(where).text
