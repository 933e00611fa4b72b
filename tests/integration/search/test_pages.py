"""The page of search, the panel under the box, and what they never show."""

from __future__ import annotations

import logging
import re

import pytest

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.recommendation import make_recommendation
from tests.factories.subject import make_subject
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

People = dict[str, Person]


def test_one_name_is_found_in_every_spelling_and_marked(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="A warrant")
        make_event(session, case, 5, summary="Łukaszenka spoke about it")
        make_subject(session, "Aleksandr Lukashenko", case)
    client = client_of(people["legal_officer"])
    for typed in ("lukashenka", "Лукашэнка", "ЛУКАШЕНКО", "łukasz", "Lukaschenko", "lukašenka"):
        page = client.get("/search", query_string={"q": typed}).get_data(as_text=True)
        assert "<mark>Łukaszenka</mark> spoke" in page, typed
        assert "Aleksandr <mark>Lukashenko</mark>" in page, typed


def test_a_reference_goes_straight_to_its_case(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        sealed = make_case(session, level="sealed")
    client = client_of(people["legal_officer"])
    for typed in (case.reference, case.reference.lower(), f" {case.reference.replace('-', ' ')} "):
        answer = client.get("/search", query_string={"q": typed})
        assert (answer.status_code, answer.location) == (303, f"/cases/{case.reference}")
    hidden = client.get("/search", query_string={"q": sealed.reference})
    assert hidden.status_code == 200
    assert "Nothing found" in hidden.get_data(as_text=True)


def test_a_recommendation_is_found_by_number_and_words_by_whoever_sees_its_case(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        case, closed = make_case(session), make_case(session, level="restricted", lead=people["other"])
        said = {"text": "Abolish quicksilver", "state_position": "noted"}
        shown, hidden = (make_recommendation(session, one, "138.45", **said) for one in (case, closed))
        make_recommendation(session, case, text="Quicksilver in haste", voided_at=case.created_at)
    for who, found in (("head", [shown]), ("other", [hidden, shown]), ("outside_counsel", [])):
        for typed in ("quicksilv", "138.45 abolish"):
            page = client_of(people[who]).get("/search", query_string={"q": typed}).get_data(as_text=True)
            listed = re.findall(r'class="search-name" href="/cases/[^/]+/recommendations/([^"]+)"', page)
            assert listed == [str(row.id) for row in found], (who, typed)
            assert ("Noted" in page) is bool(found) and "in haste" not in page


def test_what_is_found_is_escaped_and_so_is_what_was_asked(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, title="<script>alert(1)</script> harmless & <mark>plain</mark>")
    client = client_of(people["legal_officer"])
    page = client.get("/search", query_string={"q": 'harmless "><script>alert(2)</script>'}).get_data(as_text=True)
    assert "<script>alert" not in page
    page = client.get("/search", query_string={"q": "alert"}).get_data(as_text=True)
    assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt; harmless &amp; &lt;mark&gt;plain&lt;/mark&gt;" in page


def test_totals_and_hits_leave_out_what_one_may_not_see(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        for level in ("internal", "sealed", "restricted"):
            make_case(session, title=f"Quicksilver {level}", level=level, lead=people["other"])
    mine = client_of(people["legal_officer"]).get("/search?q=quicksilver").get_data(as_text=True)
    assert 'Cases <span class="nav-count">1</span>' in mine
    assert "</mark> sealed" not in mine
    theirs = client_of(people["other"]).get("/search?q=quicksilver").get_data(as_text=True)
    assert 'Cases <span class="nav-count">3</span>' in theirs


def test_a_new_membership_and_a_raised_level_count_at_once(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Quicksilver", level="sealed", lead=people["other"])
    client = client_of(people["legal_officer"])
    assert "Nothing found" in client.get("/search?q=quicksilver").get_data(as_text=True)
    with act_as(OPERATOR) as session:
        join(session, case, people["legal_officer"], "reader")
    assert "<mark>Quicksilver</mark>" in client.get("/search?q=quicksilver").get_data(as_text=True)


def test_a_slip_of_the_hand_is_forgiven(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        make_subject(session, "Pavel Latushka", case)
        hidden = make_case(session, level="sealed")
        make_subject(session, "Darius Staniulis", hidden)
    client = client_of(people["coordinator"])
    assert "Did you mean" in client.get("/search?q=latushba").get_data(as_text=True)
    assert ">Latushka</a>" in client.get("/search?q=latushba").get_data(as_text=True)
    assert "Did you mean" not in client.get("/search?q=staniulus").get_data(as_text=True)


def test_filters_leave_one_kind_one_pathway_or_some_days(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        old = make_case(session, title="Quicksilver the first")
        make_event(session, old, 5, "2019-05-01", summary="Quicksilver long ago")
        make_event(session, old, 6, "2025-05-01", summary="Quicksilver lately")
        make_follow_up(session, old, title="Buy quicksilver")
    client = client_of(people["head"])
    everything = client.get("/search?q=quicksilver").get_data(as_text=True)
    assert all(word in everything for word in ("long ago", "lately", "Buy", "the first"))
    events = client.get("/search?q=quicksilver&kind=event&from=2025").get_data(as_text=True)
    assert "lately" in events and "long ago" not in events and "Buy" not in events
    assert "lately" not in client.get("/search?q=quicksilver&kind=event&to=2019").get_data(as_text=True)
    assert "lately" not in client.get("/search?q=quicksilver&pathway=arrest_warrant").get_data(as_text=True)
    assert "lately" in client.get("/search?q=quicksilver&pathway=country_accession").get_data(as_text=True)
    assert "This is not a date." in client.get("/search?q=quicksilver&from=soon").get_data(as_text=True)


def test_the_panel_offers_the_first_few_as_options(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Quicksilver")
        make_contact(session, "Ada Quicksilver")
        make_engagement(session, case, summary="Talk of quicksilver")
    panel = client_of(people["legal_officer"]).get("/search/panel?q=quicks").get_data(as_text=True)
    assert panel.count('role="option"') == 4  # three, and "All results"
    assert f'href="/cases/{case.reference}"' in panel
    assert "<html" not in panel


@pytest.mark.parametrize("typed", ["", "a", "'", "%", "\\", "a b c", "::!&|()", "x" * 5000, "й" * 300, "' OR 1=1 --"])
def test_odd_questions_are_answered(people: People, client_of: ClientOf, typed: str) -> None:
    client = client_of(people["legal_officer"])
    for address in ("/search", "/search/panel"):
        assert client.get(address, query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["a", "Ж", "%", '" '])
def test_one_letter_is_called_too_little_and_not_without_a_match(
    people: People, client_of: ClientOf, typed: str
) -> None:
    page = client_of(people["head"]).get("/search", query_string={"q": typed}).text
    assert "One letter is too little" in page and "matches these words" not in page
    assert "matches these words" in client_of(people["head"]).get("/search?q=qqzz").text


def test_what_is_asked_for_is_never_logged(
    people: People, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client_of(people["legal_officer"]).get("/search?q=quicksilver")
    assert "quicksilver" not in caplog.text


def test_the_box_stands_on_every_page_for_those_who_may_search(people: People, client_of: ClientOf) -> None:
    assert 'data-panel-url="/search/panel"' in client_of(people["head"]).get("/").get_data(as_text=True)
    assert "data-panel-url" not in client_of(people["administrator"]).get("/").get_data(as_text=True)
