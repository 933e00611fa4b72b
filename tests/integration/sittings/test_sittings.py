"""Sittings of institutions: taken in from a file, seen by everybody, in the calendar here and elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from tests.factories.calendar_feed import make_calendar_feed
from tests.factories.case import make_case
from tests.factories.person import acting, make_person
from tests.support.acting import ActAs, ClientOf
from tests.support.ical import events
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotPermitted
from tracker.core.ids import new_id
from tracker.sittings.models import Sitting
from tracker.sittings.reading import SHIPPED, read_sittings
from tracker.sittings.services import plan, take

People = dict[str, Person]
FILE = """
sittings:
  - {key: hrc-65, institution: hrc, name: 65th session, starts_on: 2027-06-14, ends_on: 2027-07-07, place: Geneva,
     certainty: unverified, source: A guess of ours}
  - {key: pace-2027-3, institution: pace, name: Third part-session, starts_on: 2027-06-21, certainty: secondary,
     source: A newspaper}
"""
NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)


def give(client: Any, text: str) -> Any:
    return client.post("/sittings/import", data={"file": (BytesIO(text.encode()), "sittings.yaml")})


def confirm(client: Any, page: str) -> Any:
    content = re.search(r'name="content" value="([^"]+)"', page)
    assert content is not None
    return client.post("/sittings/import/confirm", data={"content": content[1]}, follow_redirects=True)


def kept(act_as: ActAs) -> list[tuple[str, date, date | None, str]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(Sitting).order_by(Sitting.starts_on)).all()
        return [(row.key, row.starts_on, row.ends_on, row.certainty) for row in rows]


def test_a_file_is_looked_at_first_then_taken_and_twice_the_same_changes_nothing(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    client = client_of(people["administrator"])
    looked = give(client, FILE)
    assert looked.status_code == 200 and "65th session" in looked.text and "not verified" in looked.text
    assert kept(act_as) == []
    assert "2 sittings were taken in." in confirm(client, looked.text).text
    assert kept(act_as)[0] == ("hrc-65", date(2027, 6, 14), date(2027, 7, 7), "unverified")
    again = give(client, FILE)
    assert again.text.count("as it was") == 2
    assert "Everything stood here already." in confirm(client, again.text).text
    moved = give(client, FILE.replace("starts_on: 2027-06-14", "starts_on: 2027-06-16"))
    assert "<del>14 Jun 2027</del>" in moved.text and moved.text.count("as it was") == 1
    confirm(client, moved.text)
    assert [row[1] for row in kept(act_as)] == [date(2027, 6, 16), date(2027, 6, 21)]
    with act_as(OPERATOR) as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.action == "sittings.taken")).all()
    assert sorted(entry.detail["counts"]["changed"] for entry in taken) == [0, 1]


WRONG = {
    "sittings: []": "no list",
    "- a": "no list",
    FILE.replace("institution: hrc", "institution: nato"): "sittings[0].institution",
    FILE.replace("2027-07-07", "2027-06-01"): "It ends before it begins.",
    FILE.replace("2027-06-21", "21 June"): "sittings[1].starts_on",
    FILE.replace("source: A newspaper", "sauce: A newspaper"): "There is no such field.",
    FILE.replace("pace-2027-3", "hrc-65"): "stands twice",
    FILE.replace("hrc-65", "HRC 65"): "sittings[0].key",
    FILE.replace("A guess of ours", '""'): "sittings[0].source",
    "sittings: {": "not YAML",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG.values())
def test_what_is_wrong_is_told_with_its_place(app: Flask, text: str, said: str) -> None:
    with app.test_request_context():
        _given, faults = read_sittings(text.encode())
        assert any(said in f"{fault.where} {fault.what}" for fault in faults), faults


def test_a_wrong_file_is_refused_on_the_page_and_at_the_confirmation(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    client = client_of(people["administrator"])
    wrong = give(client, FILE.replace("institution: hrc", "institution: nato"))
    assert wrong.status_code == 422 and "sittings[0].institution" in wrong.text
    assert give(client, "").status_code == 422
    assert client.post("/sittings/import", data={}).status_code == 422
    assert client.post("/sittings/import/confirm", data={"content": "%%"}).status_code == 422
    assert kept(act_as) == []


def test_what_is_shipped_has_a_source_for_each_date_and_is_taken_by_a_press(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    given, faults = read_sittings(SHIPPED.read_bytes())
    assert faults == [] and all(one.source and one.certainty != "unverified" for one in given)
    client = client_of(people["administrator"])
    page = client.post("/sittings/import", data={"shipped": "1"})
    assert f"{len(given)} sittings were taken in." in confirm(client, page.text).text


def test_everybody_sees_them_in_the_list_the_calendar_and_the_feed(
    app: Flask, act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    client = client_of(people["administrator"])
    confirm(client, give(client, FILE).text)
    with act_as(OPERATOR) as session:
        plain = make_calendar_feed(session, people["outside_counsel"])
        asked = make_calendar_feed(session, people["outside_counsel"], with_sittings=True)
    with clock.fixed(NOW):
        for role in ("legal_officer", "coordinator", "outside_counsel", "administrator"):
            page = client_of(people[role]).get("/sittings").text
            assert "65th session" in page and "A guess of ours" in page
            assert ("Take a file in" in page) == (role == "administrator")
            assert ("Follow-up before it" in page) == (role != "administrator"), "who works on cases prepares for it"
        head = client_of(people["head"])
        day = head.get("/calendar?view=agenda&day=2027-06-14").text
        assert "65th session" in day and "UN Human Rights Council" in day and "/sittings#hrc-65" in day
        prepared = head.get("/follow-ups/new?title=Before:+65th+session&due=2027-06-14").text
        assert 'value="Before: 65th session"' in prepared and re.search(r'name="due"[^>]*value="[^"]*2027', prepared)
        assert events(app.test_client().get(plain).data) == []
        found = {one.value("SUMMARY"): one for one in events(app.test_client().get(asked).data)}
    council = found["65th session: UN Human Rights Council"].days()
    assert (council[0], council[-1]) == (date(2027, 6, 14), date(2027, 7, 7))
    assert len(found["Third part-session: Parliamentary Assembly of the Council of Europe"].days()) == 1


@pytest.mark.parametrize("role", ["legal_officer", "coordinator", "head", "outside_counsel"])
def test_no_other_role_looks_at_what_a_file_would_change_or_takes_it_in(
    act_as: ActAs, people: People, role: str
) -> None:
    given, _faults = read_sittings(FILE.encode())
    for deed in (plan, take):
        with pytest.raises(NotPermitted), act_as(people[role]) as session:
            deed(session, acting(people[role]), given)
    assert kept(act_as) == []


@pytest.mark.parametrize("role", ["legal_officer", "coordinator", "head", "outside_counsel"])
def test_the_database_lets_no_other_role_write_one(act_as: ActAs, people: People, role: str) -> None:
    said = {"key": "x", "institution": "hrc", "name": "x", "starts_on": NOW.date(), "certainty": "confirmed"}
    with pytest.raises(ProgrammingError), act_as(people[role]) as session:
        session.add(Sitting(id=new_id(), source="x", taken_by_id=people[role].id, **said))


def test_where_no_date_is_known_whoever_may_take_dates_in_is_told_how(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person]
) -> None:
    with act_as(OPERATOR) as session:
        both = make_person(session, "administrator", "legal_officer", name="Of both roles")
        case = make_case(session, lead=people["legal_officer"])
    of_case = f"/cases/{case.reference}/sittings"
    for who, pages in ((people["administrator"], ["/sittings"]), (both, ["/sittings", of_case])):
        client = client_of(who)
        for page in pages:
            answer = client.get(page)
            assert "Take in the dates that came with this version, or a file of your own" in words(answer)
            card = answer.text.partition('id="coming"')[2]
            assert client.get(re.findall(r'class="empty.*?href="([^"]+)"', card, re.DOTALL)[0]).status_code == 200
    for page in ("/sittings", of_case):
        answer = client_of(people["legal_officer"]).get(page)
        assert "They are taken in from a file." in words(answer) and "/sittings/import" not in answer.text
