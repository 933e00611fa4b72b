"""The list of cases as its address asks for it: columns, groups, filters, and paging through groups."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories.case import make_case
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.listing import CaseFilters, list_cases
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR

People = dict[str, Person]
TITLE = re.compile(r'class="cell-title[^>]*>.*?<a [^>]*>([^<]+)</a>', re.DOTALL)


@pytest.fixture
def cases(act_as: ActAs, people: People) -> dict[str, Case]:
    today = clock.today()
    with act_as(OPERATOR) as session:
        found = {
            "late": make_case(session, title="late", countries=["LT"]),
            "soon": make_case(session, title="soon", lead=people["legal_officer"]),
            "far": make_case(session, title="far", level="public"),
            "sealed": make_case(session, title="sealed", level="sealed", lead=people["other"]),
        }
        for name, days in (("late", -2), ("soon", 5), ("far", 60)):
            found[name].next_due_on = today + timedelta(days=days)
            found[name].phase = "prep" if name == "soon" else "open"
        found["soon"].lead_id = people["legal_officer"].id
    return found


def titles(page: str) -> list[str]:
    return TITLE.findall(page)


def test_the_address_chooses_the_columns(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    client = client_of(people["head"])
    usual = client.get("/cases").text
    chosen = client.get("/cases?columns=countries&columns=gaps").text
    assert ">Lead</th>" in usual and 'data-label="Countries"' not in usual
    assert 'data-label="Countries">LT' in chosen and "person-short" in usual and "person-short" not in chosen
    assert titles(chosen), "the title leads to the page and always stays"
    assert client.get("/cases?columns=nonsense").status_code == 200


def test_filters_of_the_address_narrow_the_list(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    client = client_of(people["head"])
    assert titles(client.get("/cases?due=overdue").text) == ["late"]
    assert titles(client.get("/cases?due=14").text) == ["soon"]
    assert set(titles(client.get("/cases?phase=open&phase=prep").text)) == {"late", "soon", "far"}
    assert titles(client.get("/cases?phase=prep").text) == ["soon"]
    assert titles(client.get(f"/cases?lead={people['legal_officer'].id}").text) == ["soon"]
    assert set(titles(client.get("/cases?lead=nobody").text)) == {"late", "far"}
    assert titles(client.get("/cases?level=public").text) == ["far"]


def test_each_value_of_a_filter_can_be_taken_away(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    page = client_of(people["head"]).get("/cases?phase=open&phase=prep&columns=level").text
    assert 'class="chip" href="/cases?phase=prep&amp;columns=level"' in page
    assert 'class="chip" href="/cases?phase=open&amp;columns=level"' in page


def test_an_empty_answer_says_how_many_the_filters_hide(
    people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    page = client_of(people["head"]).get("/cases?q=nothing+of+the+kind").text
    assert "Your filters hide 3 cases." in page  # the sealed one does not count


@pytest.mark.parametrize("walked", [1, 4, 9, 10_000])
@pytest.mark.parametrize("sort", ["activity", "deadline", "title"])
def test_common_words_find_the_same_pages_however_far_the_list_is_asked_at_once(
    act_as: ActAs, people: People, monkeypatch: pytest.MonkeyPatch, walked: int, sort: str
) -> None:
    monkeypatch.setattr("tracker.cases.listing.MOST_WALKED", walked)
    with act_as(OPERATOR) as session:
        for number in range(23):
            level = "sealed" if number % 5 == 4 else "internal"
            words = "Warrant" if number % 2 else "Treaty"
            case = make_case(session, title=f"{words} {number:02}", level=level, lead=people["other"])
            case.next_due_on = None if number % 3 else clock.today() + timedelta(days=number)
    head, wanted = acting(people["head"]), CaseFilters(text="warr", sort=sort)
    read: dict[int, tuple[list[str], list[str]]] = {}
    for rare in (1_000_000, 0):  # looked up in the index of words; walked
        monkeypatch.setattr("tracker.access.matching.RARE", rare - 1)
        forth: list[str] = []
        back: list[str] = []
        with act_as(people["head"]) as session:
            page = list_cases(session, head, wanted, None, size=2)
            forth += [line.case.title for line in page.rows]
            while page.next_cursor is not None:
                page = list_cases(session, head, wanted, page.next_cursor, size=2)
                forth += [line.case.title for line in page.rows]
            while page.previous_cursor is not None:
                page = list_cases(session, head, wanted, page.previous_cursor, size=2)
                back[:0] = [line.case.title for line in page.rows]
        read[rare] = forth, back
    assert read[0] == read[1_000_000]
    assert sorted(read[0][0]) == [f"Warrant {number:02}" for number in range(23) if number % 2 and number % 5 != 4]


def test_groups_stand_under_headings(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    page = client_of(people["head"]).get("/cases?group=phase").text
    headings = re.findall(r'<tr class="group-row"[^>]*><th[^>]*>([^<]+)', page)
    assert headings == ["Open", "Preparation"]
    assert "Grouped within this page" not in page
    by_lead = client_of(people["head"]).get("/cases?group=lead").text
    assert "Grouped within this page" in by_lead and by_lead.count('class="group-row"') == 2


def test_paging_through_groups_shows_every_row_once(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        for number in range(11):
            phase = ("open", "prep", None)[number % 3]
            case = make_case(session, title=f"{number}")
            case.phase = phase
    forth: list[list[str]] = []
    back: list[list[str]] = []
    head = acting(people["head"])
    with act_as(people["head"]) as session:
        page = list_cases(session, head, CaseFilters(), None, group="phase", size=2)
        while True:
            forth.append([line.case.title for line in page.rows])
            phases = [line.case.phase for line in page.rows]
            if page.next_cursor is None:
                break
            page = list_cases(session, head, CaseFilters(), page.next_cursor, group="phase", size=2)
        while page.previous_cursor is not None:
            page = list_cases(session, head, CaseFilters(), page.previous_cursor, group="phase", size=2)
            back.insert(0, [line.case.title for line in page.rows])
    everything = [title for titles_of_page in forth for title in titles_of_page]
    assert sorted(everything, key=int) == [str(number) for number in range(11)]
    assert [int(title) % 3 for title in everything] == [0] * 4 + [1] * 4 + [2] * 3
    assert back == forth[:-1] and phases == [None]


def cell(client, case: Case, value: str, version: int, field: str = "title"):
    said = {"field": field, "value": value, "version": str(version)}
    return client.post(f"/cases/{case.reference}/cell", data=said)


def test_a_title_is_changed_in_its_cell(
    act_as: ActAs, people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    client, late = client_of(people["legal_officer"]), cases["late"]
    answer = cell(client, late, "  Late & lost ", late.version)
    assert answer.status_code == 200
    assert (answer.json["value"], answer.json["html"]) == ("Late & lost", "Late &amp; lost")
    stale = cell(client, late, "Mine", late.version)
    assert (stale.status_code, stale.json["value"]) == (409, "Late & lost")
    assert cell(client, late, "Mine", stale.json["version"]).status_code == 200
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, late.id).title == "Mine"


def test_a_cell_takes_no_empty_title_and_no_other_field(
    people: People, client_of: ClientOf, cases: dict[str, Case]
) -> None:
    client, late = client_of(people["legal_officer"]), cases["late"]
    assert cell(client, late, " ", late.version).status_code == 422
    assert cell(client, late, "closed", late.version, "status").status_code == 403


def test_only_who_may_edit_a_case_renames_it(people: People, client_of: ClientOf, cases: dict[str, Case]) -> None:
    head = client_of(people["head"])
    assert cell(head, cases["late"], "Mine", cases["late"].version).status_code == 403
    assert "data-version" not in head.get("/cases").text
    assert "data-version" in client_of(people["legal_officer"]).get("/cases").text
    sealed = cases["sealed"]
    assert cell(client_of(people["legal_officer"]), sealed, "Mine", sealed.version).status_code == 404
