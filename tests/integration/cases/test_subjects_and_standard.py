"""A subject across cases; the standard follow-ups of the status that a case has."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.subject import make_subject
from tests.integration.pages.test_typed_kept import sent_by
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseSubject, Subject
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp


@pytest.fixture
def client(client_of: ClientOf, officer: Person) -> FlaskClient:
    return client_of(officer)


@pytest.fixture
def subject(act_as: ActAs, officer: Person, people: dict[str, Person]) -> Subject:
    """On two cases of two pathways that the officer sees, and on a sealed one of somebody else."""
    with act_as(OPERATOR) as session:
        case = make_case(session, title="One state", lead=officer)
        warrant = make_case(session, (("requested", "2025-03"),), pathway="arrest_warrant", title="A warrant")
        sealed = make_case(session, level="sealed", lead=people["other"], title="Hidden case")
        subject = make_subject(session, "A. Lukashenko", case)
        session.add(CaseSubject(case_id=warrant.id, subject_id=subject.id, role="accused", outcome="At large"))
        session.add(CaseSubject(case_id=sealed.id, subject_id=subject.id))
    return subject


def test_a_subject_is_shown_across_pathways_with_role_and_outcome(client: FlaskClient, subject: Subject) -> None:
    page = client.get(f"/subjects/{subject.id}").text
    assert all(words in page for words in ("One state", "A warrant", "accused", "At large", "March 2025"))
    assert 'id="cases-arrest_warrant"' in page and "Hidden case" not in page


def test_the_page_of_a_case_says_what_it_says_of_each_subject_and_nothing_else(
    act_as: ActAs, client: FlaskClient, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        for name, said in (
            ("Anna Warder", {"role": "accused", "counts": ["Detention", "Torture"], "outcome": "At large"}),
            ("Boris Guard", {"counts": ["Abuse of office"]}),
        ):
            subject = make_subject(session, name)
            session.add(CaseSubject(case_id=case.id, subject_id=subject.id, **said))
    page = client.get(f"/cases/{case.reference}").text
    assert re.search(r"Anna Warder</a>\s*<span class=\"side-note\">accused · 2 charges · At large <", page)
    assert re.search(r"Boris Guard</a>\s*<span class=\"side-note\">1 charge <", page), "no outcome is known"


@pytest.mark.parametrize("said", ["", "Лукашенко", "Lukashenka"])
def test_subjects_are_found_by_any_spelling_with_the_cases_that_the_reader_sees(
    client: FlaskClient, subject: Subject, said: str
) -> None:
    page = client.get("/subjects", query_string={"q": said}).text
    assert "A. Lukashenko" in page
    assert re.search(r'class="numeric">\s*2\s*<', page)


def test_who_is_on_hidden_cases_only_is_not_listed(
    client: FlaskClient, act_as: ActAs, people: dict[str, Person]
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        make_subject(session, "B. Nobody", sealed)
    assert "B. Nobody" not in client.get("/subjects").text
    assert "B. Nobody" not in client.get("/subjects?q=Nobody").text


def test_opening_a_case_offers_the_standard_follow_ups_of_its_first_status(
    client: FlaskClient, act_as: ActAs, officer: Person
) -> None:
    form = {
        "begin": "political_resolution:ask_made",
        "title": "A motion",
        "summary": "Drafted",
        "case_level": "internal",
    }
    page = client.get("/cases/new?begin=political_resolution:ask_made").text
    form |= dict.fromkeys(re.findall(r'name="(fact_[a-z_]+)"', page), "As noted") | {"occurred_on": "2026-11-20"}
    opened = client.post("/cases/new", data=form)
    assert opened.status_code == 303, opened.text.partition("error-summary")[2][:600]
    assert opened.headers["Location"].endswith("/standard")


def test_standard_follow_ups_are_made_once_for_a_period(client: FlaskClient, act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case: Case = make_case(session, (("political_support", "2026-11-20"),), lead=officer)
    address = f"/cases/{case.reference}/standard"
    shown = client.get(address)
    assert shown.status_code == 200, shown.text
    sent = sent_by(shown.text)
    assert sent.getlist("offer")
    for _twice in range(2):
        assert client.post(address, data=sent).status_code == 303
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(FollowUp)).all()) == len(sent.getlist("offer"))
