"""A link to an entry leads to it, however many newer ones there are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR
from tracker.pages.case_page import SHOWN


@pytest.fixture
def told(act_as: ActAs) -> tuple[Case, CaseEvent]:
    """A case, and an entry before as many newer ones as its page shows."""
    with act_as(OPERATOR) as session:
        case = make_case(session)
        first = make_event(session, case, 100, summary="The first letter")
        for number in range(SHOWN):
            make_event(session, case, 200 + number, summary=f"Letter {number}")
        return case, first


def test_the_page_of_a_case_leaves_old_entries_out(
    client_of: ClientOf, people: Mapping[str, Person], told: tuple[Case, CaseEvent]
) -> None:
    case, first = told
    page = client_of(people["legal_officer"]).get(f"/cases/{case.reference}").text
    assert f'id="event-{first.id}"' not in page


def test_a_link_to_an_old_entry_shows_it(
    client_of: ClientOf, people: Mapping[str, Person], told: tuple[Case, CaseEvent]
) -> None:
    case, first = told
    page = client_of(people["legal_officer"]).get(f"/cases/{case.reference}?event={first.id}").text
    assert f'id="event-{first.id}"' in page


@pytest.mark.parametrize("asked", ["nonsense", "018f0000-0000-7000-8000-000000000000"])
def test_an_unknown_entry_changes_nothing(
    client_of: ClientOf, people: Mapping[str, Person], told: tuple[Case, CaseEvent], asked: str
) -> None:
    case, first = told
    answer = client_of(people["legal_officer"]).get(f"/cases/{case.reference}?event={asked}")
    assert answer.status_code == 200
    assert f'id="event-{first.id}"' not in answer.text
