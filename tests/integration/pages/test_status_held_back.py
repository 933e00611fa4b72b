"""An open case of which every entry with a status is for its members: its row has none, and everything still works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR
from tracker.reminders.models import Reminder

__all__ = ["act_as", "client_of", "people"]

STATUS = "Issued under seal"
SECRET = "Chamber issues the warrant under seal"


@pytest.fixture
def imported(app: Flask, people: dict[str, Person], tmp_path: Path) -> dict[str, Any]:
    """What the import of such a case answers; the legal officer leads it."""
    event = {"occurred_on": "2025-03-01", "status": "issued_sealed", "confidentiality": "sealed", "summary": SECRET}
    follow_up = {"ref": "F", "title": "Ask the registry", "due_on": "2035-01-01"}
    case = {
        "ref": "W",
        "pathway": "arrest_warrant",
        "title": "Warrant against an officer",
        "dossier": "D",
        "confidentiality": "public",
        "lead": people["legal_officer"].email,
        "subjects": [{"subject": "S"}],
        "events": [event],
        "follow_ups": [follow_up | {"assignee": people["legal_officer"].email}],
    }
    document = {
        "format": "accountability-dossier/1",
        "dossiers": [{"ref": "D", "title": "A bigger story"}],
        "subjects": [{"ref": "S", "name": "An officer"}],
        "cases": [case],
        "engagements": [{"ref": "E", "kind": "call", "summary": "Talk", "cases": ["W"]}],
    }
    path = tmp_path / "dossier.json"
    path.write_text(json.dumps(document))
    answer = app.test_cli_runner().invoke(args=["dossier", "import", str(path), "--json"])
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture
def case(act_as: ActAs, imported: dict[str, Any]) -> Iterator[Case]:
    with act_as(OPERATOR) as session:
        found = session.scalars(select(Case)).one()
    assert (found.status, found.phase, found.status_since) == (None, None, None)
    yield found


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def pages_around(case: Case) -> list[str]:
    own = ("", "/move", "/events/new", "/edit", "/level", "/members", "/contacts", "/links", "/subjects/new")
    lists = ("/", "/follow-ups", "/engagements", "/contacts", "/ledger")
    orders = [f"/cases?sort={sort}" for sort in ("activity", "deadline", "title")]
    filters = ["/cases?pathway=arrest_warrant", "/cases?q=warrant", "/cases?mine=1", "/cases?phase=open"]
    filters += ["/cases?pathway=arrest_warrant&status=issued_sealed", "/cases?level=public"]
    return [*(f"/cases/{case.reference}{path}" for path in own), *lists, *orders, *filters]


def test_the_import_says_who_will_see_what(imported: dict[str, Any]) -> None:
    gaps = {gap["path"]: gap["message"] for gap in imported["gaps"]}
    message = gaps["cases[0].events[0].confidentiality"]
    assert message == "the status 'issued_sealed' stays with the members; others see a case without a status"


@pytest.mark.parametrize("role", ["legal_officer", "other", "coordinator", "head"])
def test_every_page_around_it_answers_members_and_others(
    case: Case, people: dict[str, Person], client_of: ClientOf, role: str
) -> None:
    client = client_of(people[role])
    for address in pages_around(case):
        assert client.get(address).status_code in (200, 303, 302, 403), address
    listed = words(client.get("/cases"))
    assert case.title in listed
    page = client.get(f"/cases/{case.reference}")
    assert page.status_code == 200
    knows = role == "legal_officer"
    assert (SECRET in words(page)) is knows
    assert (STATUS in words(page)) is knows
    assert (STATUS in listed) is knows


def test_a_stranger_finds_no_trace_of_the_status_by_filters(
    case: Case, people: dict[str, Person], client_of: ClientOf
) -> None:
    found = words(client_of(people["other"]).get("/cases?pathway=arrest_warrant&status=issued_sealed"))
    assert case.title not in found


def test_a_stranger_may_give_it_a_status_that_a_case_begins_with(
    case: Case, people: dict[str, Person], client_of: ClientOf, act_as: ActAs
) -> None:
    client: FlaskClient = client_of(people["other"])
    form = {"to": "proposed", "summary": "Proposed by an office", "occurred_on": "2025-06-01", "step": "confirm"}
    page = client.get(f"/cases/{case.reference}/move?to=proposed")
    assert page.status_code == 200
    assert STATUS not in words(page)
    form |= dict.fromkeys(re.findall(r'name="(fact_[a-z_]+)"', page.get_data(as_text=True)), "An office")
    answer = client.post(f"/cases/{case.reference}/move", data=form | {"version": str(case.version)})
    assert answer.status_code == 303, words(answer)
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(CaseEvent)).all()) == 2
        assert session.get_one(Case, case.id).status == "proposed"


def test_its_work_is_reminded_of_and_it_is_exported_as_it_came(
    case: Case, app: Flask, people: dict[str, Person], act_as: ActAs
) -> None:
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Reminder).where(Reminder.status == "planned")).all()
    run = app.test_cli_runner()
    whole = json.loads(run.invoke(args=["dossier", "export", "--json"]).stdout)["cases"][0]
    assert [event["status"] for event in whole["events"]] == ["issued_sealed"]
    narrow = run.invoke(args=["dossier", "export", "--json", "--as", people["other"].email])
    assert narrow.exit_code == 0
    assert SECRET not in narrow.stdout
    assert [case["ref"] for case in json.loads(narrow.stdout)["cases"]] == ["W"]
