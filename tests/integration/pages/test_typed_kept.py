"""What was typed for a change of status stays, also when the case has changed meanwhile."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.factories.case import make_case
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR

__all__ = ["act_as", "client_of", "people"]

CONSIDERING = {"fact_office": "Foreign ministry", "fact_confidential": "no"}
HISTORY = (("considering", "2025-03-01"), ("political_support", "2025-04-01"))


@pytest.fixture
def client(client_of: ClientOf, officer: Person) -> FlaskClient:
    return client_of(officer)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, HISTORY, lead=officer)


def move(client: FlaskClient, case: Case, said: Any, step: str) -> Any:
    sent = MultiDict(said)
    sent["step"] = step
    return client.post(f"/cases/{case.reference}/move", data=sent)


def said_for(case: Case, **said: str) -> dict[str, str]:
    return {"summary": "They said so", "occurred_on": "2025-06-01", "version": str(case.version)} | said


def sent_by(page: str) -> MultiDict[str, str]:
    """What the form of a page would send: its inputs, texts and selects."""
    page = page.partition('class="form ')[2]
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") not in ("checkbox", "radio") or " checked" in tag:
            found.add(attributes.get("name", ""), unescape(attributes.get("value", "")))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s?(.*?)</textarea>', page, re.DOTALL):
        found.add(name, unescape(text).strip())
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        values = re.findall(r'<option[^>]*value="([^"]*)"', options)
        selected = re.findall(r'<option[^>]*selected[^>]*value="([^"]*)"|value="([^"]*)"[^>]*selected', options)
        found.add(name, "".join(selected[0]) if selected else values[0])
    return found


def overtake(client: FlaskClient, case: Case, to: str, **said: str) -> None:
    answer = move(client, case, said_for(case, to=to, summary="Somebody was first", **said), "confirm")
    assert answer.status_code == 303, answer.text


def test_a_conflict_keeps_an_answer_that_the_new_move_does_not_ask(client: FlaskClient, case: Case) -> None:
    said = said_for(case, to="considering", reason="The coalition broke", fact_said_by="The minister", **CONSIDERING)
    overtake(client, case, "declined_for_now", reason="No", resume_to="considering")
    told = move(client, case, said, "confirm")
    assert told.status_code == 409
    kept = sent_by(told.text)
    assert kept["reason"] == "The coalition broke" and kept["fact_said_by"] == "The minister"
    saved = move(client, case, kept, "confirm")
    assert saved.status_code == 303, saved.text.partition("error-summary")[2][:900]


def test_a_conflict_that_ends_the_case_says_that_the_step_is_gone_and_offers_ways_on(
    client: FlaskClient, case: Case
) -> None:
    overtake(client, case, "declined_for_now", reason="No", resume_to="considering")
    said = said_for(case, to="decision_taken", fact_text="The cabinet")
    told = move(client, case, said, "confirm")
    assert told.status_code == 409
    assert "From “Declined for now” the case can't go to “Government decided”." in unescape(told.text)
    assert 'value="considering"' in told.text and 'value="past:decision_taken"' in told.text
    elsewhere = move(client, case, sent_by(told.text) | {"to": "considering"}, "edit").text
    assert "What you had typed" in elsewhere
    assert sent_by(elsewhere)["fact_text"] == "The cabinet"


def test_edited_follow_ups_stay_through_a_conflict_and_a_change_of_mind(client: FlaskClient, case: Case) -> None:
    first = move(
        client,
        case,
        said_for(case, to="considering", reason="Why", fact_said_by="The minister", **CONSIDERING),
        "preview",
    )
    sent = sent_by(first.text)
    keys = re.findall(r'name="offer" value="([^"]+)"', first.text)
    key = keys[0]
    sent.setlist("offer", [one for one in keys if one != key])
    sent[f"offer_title_{key}"], sent[f"offer_due_{key}"], sent[f"offer_who_{key}"] = "Ring them", "2031-02-03", ""
    overtake(client, case, "declined_for_now", reason="No", resume_to="considering")
    told = move(client, case, sent, "confirm")
    assert told.status_code == 409
    for step in ("preview", "edit", "preview"):
        page = move(client, case, sent_by(told.text), step)
        assert page.status_code == 200
        told = page
    again = sent_by(told.text)
    assert (again[f"offer_title_{key}"], again[f"offer_due_{key}"], again[f"offer_who_{key}"]) == (
        "Ring them",
        "2031-02-03",
        "",
    )
    assert again.getlist("offer") == [one for one in keys if one != key]


def test_a_new_date_moves_the_days_that_nobody_touched(client: FlaskClient, case: Case) -> None:
    sent = sent_by(move(client, case, said_for(case, to="decision_taken", reference_no="12"), "preview").text)
    key = next(name for name in sent if name.startswith("offer_due_")).removeprefix("offer_due_")
    sent[f"offer_title_{key}"] = "Ring them"
    before = sent[f"offer_due_{key}"]
    fields = sent_by(move(client, case, sent, "edit").text)
    fields["occurred_on"] = "2025-06-11"
    after = sent_by(move(client, case, fields, "preview").text)
    assert before and after[f"offer_due_{key}"] not in ("", before)
    assert after[f"offer_title_{key}"] == "Ring them"


def test_no_column_is_asked_twice(client: FlaskClient, act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("preparing", None),), pathway="arrest_warrant", lead=officer)
    page = client.get(f"/cases/{case.reference}/move?to=past:requested").text.partition('class="form ')[2]
    names = re.findall(r" id=\"([^\"]+)\"", page)
    assert names.count("known_on") == 1
    assert len(set(names)) == len(names)
