"""Nobody takes everything out of the house alone: neither as one file, nor list by list."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.support.acting import ActAs
from tests.support.sign_in import make_stale, sign_in
from tracker.accounts.models import Person, PersonRole
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR

People = dict[str, Person]
CSV = {"format": "csv"}


@pytest.fixture
def house(act_as: ActAs, people: People) -> dict[str, Case]:
    """Three open cases, one restricted of the coordinator and the head, one sealed of all three."""
    with act_as(OPERATOR) as session:
        countries = ("LT", "PL", "EE")
        found = {one: make_case(session, title=f"Open in {one}", countries=[one]) for one in countries}
        found["restricted"] = make_case(session, title="Malachite", level="restricted", lead=people["coordinator"])
        found["sealed"] = make_case(session, title="Quicksilver", level="sealed", lead=people["coordinator"])
        for name in ("restricted", "sealed"):
            join(session, found[name], people["head"], "member")
    return found


@pytest.fixture
def few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three cases a day may leave the house with one person."""
    few_settings = type("FewSettings", (), {"mass_export_cases": 3})()
    monkeypatch.setattr("tracker.lists.sending.settings", lambda: few_settings)


def only_request(act_as: ActAs) -> Approval | None:
    with act_as(OPERATOR) as session:
        return session.scalars(select(Approval)).one_or_none()


def ask(client: FlaskClient, act_as: ActAs, target: str) -> Approval:
    answer = client.post(target, data=CSV | {"reason": "The hearing in The Hague"})
    assert (answer.status_code, answer.location) == (303, "/requests")
    asked = only_request(act_as)
    assert asked is not None
    return asked


def agree(app: Flask, who: Person, asked: Approval) -> int:
    return sign_in(app.test_client(), who).post(f"/requests/{asked.id}/agree").status_code


def fetch(client: FlaskClient, asked: Approval, target: str = ""):
    return client.post(target or asked.payload["target"], data=CSV | {"approval": str(asked.id)})


def stale(act_as: ActAs, person: Person) -> None:
    with act_as(OPERATOR) as session:
        make_stale(session, person)


@pytest.mark.usefixtures("few", "house")
def test_a_long_list_is_refused_to_one_person_alone(app: Flask, people: People) -> None:
    head = sign_in(app.test_client(), people["head"])
    answer = head.post("/cases/export", data=CSV)
    assert answer.status_code == 403 and "Open in" not in answer.text
    assert "more than 3 cases" in answer.text and 'name="reason"' in answer.text
    assert head.post("/cases/export?q=Open", data=CSV).status_code == 200, "three may leave"


@pytest.mark.usefixtures("few", "house")
def test_slices_of_a_list_count_together_for_a_day(app: Flask, people: People) -> None:
    head = sign_in(app.test_client(), people["head"])
    assert head.post("/cases/export?country=LT", data=CSV).status_code == 200
    assert head.post("/cases/export?country=PL", data=CSV).status_code == 200
    assert head.post("/cases/export?q=Open", data=CSV).status_code == 403
    assert sign_in(app.test_client(), people["coordinator"]).post("/cases/export?q=Open", data=CSV).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        tomorrow = sign_in(app.test_client(), people["head"])
        assert tomorrow.post("/cases/export?q=Open", data=CSV).status_code == 200


@pytest.mark.usefixtures("few", "house")
def test_two_persons_let_a_list_out_once_and_nothing_sealed(app: Flask, act_as: ActAs, people: People) -> None:
    client = sign_in(app.test_client(), people["head"])
    asked = ask(client, act_as, "/cases/export?sort=title")
    assert fetch(client, asked).status_code == 303, "nobody agreed yet"
    waiting = sign_in(app.test_client(), people["coordinator"]).get("/requests").text
    assert "The hearing in The Hague" in waiting and "Cases: sort=title" in waiting
    assert agree(app, people["coordinator"], asked) == 303
    assert "Fetch the file, once" in client.get("/requests").text
    file = fetch(client, asked)
    assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
    assert "Open in LT" in file.text and "Malachite" in file.text and "Quicksilver" not in file.text
    again = fetch(client, asked)
    assert (again.status_code, again.location) == (303, "/requests")
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "list.exported")).one()
        assert entry.detail["approval"] == str(asked.id) and entry.actor_id == people["head"].id
        assert session.get_one(Approval, asked.id).done_at is not None


@pytest.mark.usefixtures("few", "house")
def test_an_administrator_learns_that_a_list_left_the_house_but_not_by_which_filters(
    app: Flask, act_as: ActAs, people: People
) -> None:
    asked = ask(sign_in(app.test_client(), people["head"]), act_as, "/cases/export?q=Open&sort=title")
    assert agree(app, people["coordinator"], asked) == 303
    for role, knows in (("head", True), ("coordinator", True), ("administrator", False)):
        page = sign_in(app.test_client(), people[role]).get("/requests").text
        assert "Mass export" in page and ("q=Open" in page) == knows, role


@pytest.mark.usefixtures("few", "house")
def test_an_agreement_is_for_one_list_and_one_person(app: Flask, act_as: ActAs, people: People) -> None:
    client = sign_in(app.test_client(), people["head"])
    asked = ask(client, act_as, "/cases/export?q=Open&sort=title")
    assert agree(app, people["head"], asked) == 403, "one person alone"
    assert agree(app, people["other"], asked) == 404, "who leads nothing"
    assert agree(app, people["coordinator"], asked) == 303
    assert fetch(client, asked, "/cases/export").status_code == 404
    assert fetch(client, asked, "/follow-ups/export?q=Open&sort=title").status_code == 404
    other = sign_in(app.test_client(), people["coordinator"])
    assert fetch(other, asked).status_code == 404
    assert fetch(client, asked).status_code == 200


@pytest.mark.usefixtures("few")
def test_the_second_person_must_still_be_one_when_the_file_is_fetched(
    app: Flask, act_as: ActAs, people: People, house: dict[str, Case]
) -> None:
    client = sign_in(app.test_client(), people["head"])
    asked = ask(client, act_as, "/cases/export")
    assert agree(app, people["coordinator"], asked) == 303
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["coordinator"].id).active = False
    assert fetch(client, asked).status_code == 303
    with act_as(OPERATOR) as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "list.exported")).all() == []


@pytest.mark.parametrize("target", ["/cases/export", "/cases/export?q=Open"])
@pytest.mark.usefixtures("few", "house")
def test_fetching_asks_who_is_there_whatever_the_list_holds(
    app: Flask, act_as: ActAs, people: People, target: str
) -> None:
    client = sign_in(app.test_client(), people["head"])
    asked = ask(client, act_as, target)
    assert agree(app, people["coordinator"], asked) == 303
    stale(act_as, people["head"])
    answer = fetch(client, asked)
    assert answer.status_code == 403 and f'name="approval" value="{asked.id}"' in answer.text
    assert only_request(act_as).done_at is None  # type: ignore[union-attr]


@pytest.mark.usefixtures("few", "house")
def test_a_request_without_a_reason_is_refused(app: Flask, act_as: ActAs, people: People) -> None:
    client = sign_in(app.test_client(), people["head"])
    answer = client.post("/cases/export", data=CSV | {"reason": " "})
    assert answer.status_code == 422 and "Say why." in answer.text
    assert only_request(act_as) is None


def ask_for_everything(app: Flask, act_as: ActAs, people: People) -> tuple[FlaskClient, Approval]:
    client = sign_in(app.test_client(), people["administrator"])
    answer = client.post("/export", data={"reason": "We move to another house"})
    assert (answer.status_code, answer.location) == (303, "/requests")
    asked = only_request(act_as)
    assert asked is not None
    return client, asked


@pytest.mark.usefixtures("house")
def test_everything_leaves_by_an_administrator_and_what_the_second_person_sees(
    app: Flask, act_as: ActAs, people: People
) -> None:
    client, asked = ask_for_everything(app, act_as, people)
    assert fetch(client, asked).status_code == 303
    assert agree(app, people["administrator"], asked) == 403
    assert agree(app, people["head"], asked) == 303
    file = fetch(client, asked)
    assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
    titles = {case["title"] for case in json.loads(file.data)["cases"]}
    assert titles == {"Open in LT", "Open in PL", "Open in EE", "Malachite"}
    assert fetch(client, asked).status_code == 303
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "dossier.exported")).one()
        assert (entry.actor_id, entry.detail["counts"]["cases"]) == (people["administrator"].id, 4)
        assert session.scalars(select(AuditEntry).where(AuditEntry.action.like("%.read"))).all() == []


@pytest.mark.usefixtures("house")
def test_a_second_person_lets_out_no_more_than_they_see(app: Flask, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, title="Led by another", lead=people["other"])
    client, asked = ask_for_everything(app, act_as, people)
    assert agree(app, people["other"], asked) == 303
    titles = {case["title"] for case in json.loads(fetch(client, asked).data)["cases"]}
    assert titles == {"Open in LT", "Open in PL", "Open in EE", "Led by another"}


def test_only_administrators_ask_for_everything(app: Flask, act_as: ActAs, people: People) -> None:
    for role in ("head", "legal_officer", "outside_counsel"):
        client = sign_in(app.test_client(), people[role])
        assert client.post("/export", data={"reason": "Because"}).status_code == 404
    assert only_request(act_as) is None


@pytest.mark.usefixtures("few", "house")
def test_a_list_request_fetches_nothing_else(app: Flask, act_as: ActAs, people: People) -> None:
    """Whoever is head and administrator may ask for both; one agreement is not the other."""
    with act_as(OPERATOR) as session:
        session.add(PersonRole(person_id=people["head"].id, role="administrator"))
    client = sign_in(app.test_client(), people["head"])
    asked = ask(client, act_as, "/cases/export")
    assert agree(app, people["coordinator"], asked) == 303
    assert fetch(client, asked, "/export/file").status_code == 404


@pytest.mark.usefixtures("house")
def test_what_is_too_much_for_the_web_is_left_to_the_operator_and_the_agreement_stays(
    app: Flask, act_as: ActAs, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, asked = ask_for_everything(app, act_as, people)
    assert agree(app, people["head"], asked) == 303
    monkeypatch.setattr("tracker.pages.everything.MOST_CASES", 3)
    answer = client.post("/export/file", data={"approval": str(asked.id)}, follow_redirects=True)
    assert "flask dossier export" in answer.text
    monkeypatch.setattr("tracker.pages.everything.MOST_CASES", 4)
    assert fetch(client, asked).status_code == 200
