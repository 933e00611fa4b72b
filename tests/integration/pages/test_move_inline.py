"""A change of status on one page: what follows stands under the fields, and everything missing is said at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.factories.case import make_case
from tests.factories.follow_up import make_follow_up
from tests.integration.pages.test_typed_kept import sent_by
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case, Comment
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp

__all__ = ["act_as", "client_of", "people"]

CLOSING = {"summary": "Nobody cares", "reason": "No interest", "outcome": "Given up"}


@pytest.fixture
def client(client_of: ClientOf, officer: Person) -> FlaskClient:
    return client_of(officer)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("considering", "2025-03-01"),), lead=officer)


@pytest.fixture
def work(act_as: ActAs, case: Case, officer: Person) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, officer, title="Call Riga")


def fill(sent: MultiDict[str, str], said: dict[str, str]) -> None:
    """Put answers in place of what the form held (`update` would add them beside it)."""
    for name, value in said.items():
        sent[name] = value


def state(act_as: ActAs, case: Case) -> str | None:
    with act_as(OPERATOR) as session:
        return session.get_one(Case, case.id).status


def test_the_page_of_fields_saves_with_the_offers_that_it_shows(client: FlaskClient, act_as: ActAs, case: Case) -> None:
    address = f"/cases/{case.reference}/move"
    sent = sent_by(client.get(f"{address}?to=political_support").text)
    offers = sent.getlist("offer")
    assert offers and sent["occurred_on"]
    fill(sent, {"summary": "They support it", "fact_text": "We support it"})
    sent["step"] = "confirm"
    assert client.post(address, data=sent).status_code == 303
    assert state(act_as, case) == "political_support"
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(FollowUp)).all()) == len(offers)


def test_another_date_shows_the_moved_days_before_anything_is_saved(
    client: FlaskClient, act_as: ActAs, case: Case
) -> None:
    address = f"/cases/{case.reference}/move"
    sent = sent_by(client.get(f"{address}?to=political_support").text)
    fill(sent, {"summary": "They support it", "fact_text": "We support it"})
    sent["occurred_on"], sent["step"] = "2026-11-02", "confirm"
    looked = client.post(address, data=sent)
    assert looked.status_code == 200 and "The date moved the days" in looked.text
    assert state(act_as, case) == "considering"
    again = sent_by(looked.text)
    again["step"] = "confirm"
    assert client.post(address, data=again).status_code == 303


def test_what_follows_is_sent_anew_when_the_date_changes(client: FlaskClient, case: Case) -> None:
    address = f"/cases/{case.reference}/move"
    first = client.get(f"{address}?to=political_support").text
    sent = sent_by(first)
    sent["occurred_on"], sent["step"] = "2026-11-02", "follows"
    part = client.post(address, data=sent).text
    assert "<html" not in part and 'id="follows"' in part
    day = re.search(r'name="offer_due_\w+" value="([^"]+)"', part)
    assert day is not None and day[1] not in first


def test_everything_missing_is_said_in_one_round(client: FlaskClient, case: Case) -> None:
    form = {"to": "joined", "summary": "", "occurred_on": "", "reference_no": "", "step": "confirm"}
    page = client.post(f"/cases/{case.reference}/move", data=form | {"version": str(case.version)})
    summary = page.text.partition("error-summary")[2].partition("</ul>")[0]
    assert page.status_code == 422
    assert {"summary", "occurred_on", "reference_no", "fact_joining_kind"} <= set(re.findall(r'href="#(\w+)"', summary))


def test_closing_names_the_open_work_with_a_link_and_keeps_what_was_typed(
    client: FlaskClient, act_as: ActAs, case: Case, work: FollowUp
) -> None:
    form = CLOSING | {"to": "not_pursued", "occurred_on": "2025-06-01", "step": "confirm", "inline": "1"}
    page = client.post(f"/cases/{case.reference}/move", data=form | {"version": str(case.version)})
    assert page.status_code == 422
    assert "“Call Riga” is still open." in unescape(page.text)
    assert f'href="/follow-ups/{work.id}"' in page.text and f'href="#work_{work.id}"' in page.text
    assert sent_by(page.text)["outcome"] == "Given up"
    assert state(act_as, case) == "considering"


@pytest.mark.parametrize("summary", ["Given up", ""])
@pytest.mark.parametrize("day", ["1999-01-01", "2025-06-01"])
def test_what_is_missing_where_it_cannot_stand_and_what_is_open_are_told_together(
    client: FlaskClient, act_as: ActAs, case: Case, work: FollowUp, day: str, summary: str
) -> None:
    form = {"to": "not_pursued", "summary": summary, "occurred_on": day, "reason": "No interest", "step": "confirm"}
    page = client.post(f"/cases/{case.reference}/move", data=form | {"inline": "1", "version": str(case.version)})
    told = unescape(page.text.partition("error-summary")[2].partition("</ul>")[0])
    assert page.status_code == 422
    assert 'href="#outcome"' in told and "“Call Riga” is still open." in told
    assert ("would no longer be lawful" in told) == (day == "1999-01-01")
    assert ('href="#summary"' in told) == (not summary)
    assert told.count("<li>") == len(set(re.findall("<li>.*?</li>", told, re.DOTALL)))
    form |= {"summary": "Given up", "occurred_on": "2025-06-01", "outcome": "Given up", "work_all": "cancel"}
    done = client.post(f"/cases/{case.reference}/move", data=form | {"version": str(case.version)})
    assert done.status_code == 303
    assert state(act_as, case) == "not_pursued"


@pytest.mark.parametrize("step", ["inline", "preview"])
def test_closing_with_a_choice_for_all_and_one_for_a_row(
    client: FlaskClient, act_as: ActAs, case: Case, work: FollowUp, step: str
) -> None:
    with act_as(OPERATOR) as session:
        kept = make_follow_up(session, session.get_one(Case, case.id), title="Watch")
    address = f"/cases/{case.reference}/move"
    sent = sent_by(client.get(f"{address}?to=not_pursued").text)
    fill(sent, CLOSING)
    sent["work_all"], sent[f"work_{kept.id}"] = "cancel", "keep"
    if step == "preview":
        sent["step"] = "preview"
        sent = sent_by(client.post(address, data=sent).text)
        assert sent["work_all"] == "cancel"
    sent["step"] = "confirm"
    refused = client.post(address, data=sent)
    assert refused.status_code == 422 and "Say why work stays open" in refused.text
    sent["work_reason"] = "The press asks"
    assert client.post(address, data=sent).status_code == 303
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, work.id).status == "cancelled"
        assert session.get_one(FollowUp, kept.id).status == "open"
        assert "The press asks" in session.scalars(select(Comment.body)).one()
    assert state(act_as, case) == "not_pursued"


def test_a_choice_that_is_not_offered_closes_nothing(
    client: FlaskClient, act_as: ActAs, case: Case, work: FollowUp
) -> None:
    form = CLOSING | {"to": "not_pursued", "occurred_on": "2025-06-01", "step": "confirm", "work_all": "explode"}
    page = client.post(f"/cases/{case.reference}/move", data=form | {"version": str(case.version)})
    assert page.status_code == 422
    assert state(act_as, case) == "considering"
