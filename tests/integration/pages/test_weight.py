"""How much travels: no page that is used all day is heavier than 60 KB, and all that is loaded once than 250 KB."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bench.assets import sent_bytes
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

PAGE_BYTES = 60 * 1024
ASSETS_BYTES = 250 * 1024
CASES = 60
LISTS = ("/", "/?whose=team", "/cases", "/follow-ups", "/ledger")
BOARDS = ("/board?pathway=arrest_warrant", "/board?by=assignee", "/board?by=state&whose=team")
DAYS = (-30, 0, 7, 40, None)
"""Overdue, today, soon, later, undated."""


@pytest.fixture
def full_office(act_as: ActAs, people: dict[str, Person]) -> None:
    """More cases and follow-ups than a page shows, with titles of an ordinary length."""
    today = date.today()  # noqa: DTZ011  a day more or less is all the same
    with act_as(OPERATOR) as session:
        for number in range(CASES):
            case = make_case(session, title=f"Request {number} for the arrest of a former deputy minister")
            for days in DAYS:
                due_on = None if days is None else today + timedelta(days)
                title = f"Ask the ministry about answer {number} of its department"
                make_follow_up(session, case, people["coordinator"], title=title, due_on=due_on)


@pytest.mark.usefixtures("full_office")
@pytest.mark.parametrize("address", [*LISTS, *BOARDS])
def test_a_full_page_stays_light(client_of: ClientOf, people: dict[str, Person], address: str) -> None:
    answer = client_of(people["coordinator"]).get(address)
    assert answer.status_code == 200
    assert len(answer.data) <= PAGE_BYTES, f"{len(answer.data) / 1024:.1f} KB"


def test_the_page_of_a_case_with_much_work_and_a_long_history_stays_light(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person]
) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        for number in range(CASES):
            make_event(session, case, number + 2, "2025-03-01", summary=f"They said no {number} times in a long note")
            title = f"Ask the ministry about answer {number} of its department"
            make_follow_up(session, case, people["coordinator"], title=title, due_on=None)
    client = client_of(officer)
    answer = client.get(f"/cases/{case.reference}")
    assert len(answer.data) <= PAGE_BYTES, f"{len(answer.data) / 1024:.1f} KB"
    assert "Show 45 more follow-ups" in answer.text and "answer 50" not in answer.text
    assert "answer 50" in client.get(f"/cases/{case.reference}?work=all").text


def test_all_that_a_browser_loads_once_stays_light() -> None:
    sent = sent_bytes()
    if not sent:
        pytest.skip("the assets are not built")
    assert sum(sent.values()) <= ASSETS_BYTES, sent
