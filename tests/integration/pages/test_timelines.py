"""Timelines of a case and of a dossier: what they draw, at every zoom, and for whom."""

from __future__ import annotations

import pytest

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.dossier import make_dossier
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR

__all__ = ["act_as", "client_of", "people"]

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("considering", "2019-03-01"), ("political_support", "2025")), lead=people["other"])
        make_event(session, case, 3, None, summary="Nobody knows when")
        make_event(session, case, 4, "2024-05", summary="Some day in May")
        make_event(session, case, 5, "2024-06-01", summary="Told in confidence", level="sealed")
        make_event(session, case, 6, "2024-07-01", summary="Was wrong", voided_at=clock.now())
        return case


@pytest.mark.parametrize("zoom", ["", "decades", "years", "months", "days"])
def test_a_case_is_drawn_at_every_zoom_and_told_in_words(
    people: People, case: Case, client_of: ClientOf, zoom: str
) -> None:
    page = (
        client_of(people["legal_officer"]).get(f"/cases/{case.reference}/timeline?zoom={zoom}").get_data(as_text=True)
    )
    words = page[page.index('id="entries"') :]
    assert "Nobody knows when" in words and "Some day in May" in words and "style=" not in page
    assert "Nobody knows when" in page[page.index('id="unknown"') : page.index('id="entries"')]
    assert "Told in confidence" not in page and "Was wrong" not in page
    if zoom in ("", "years"):
        assert 'class="tl-range"' in page and "<circle" in page and "status-open tl-band" in page


def test_a_member_sees_the_sealed_entry(people: People, case: Case, client_of: ClientOf) -> None:
    page = client_of(people["other"]).get(f"/cases/{case.reference}/timeline").get_data(as_text=True)
    assert "Told in confidence" in page


def test_a_dossier_draws_the_cases_that_one_sees(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        dossier = make_dossier(session)
        make_case(session, title="Open one", dossier_id=dossier.id)
        make_case(session, title="Sealed one", dossier_id=dossier.id, level="sealed", lead=people["other"])
    address = f"/dossiers/{dossier.id}/timeline"
    page = client_of(people["legal_officer"]).get(address).get_data(as_text=True)
    assert "Open one" in page and "Sealed one" not in page
    assert "Sealed one" in client_of(people["other"]).get(address).get_data(as_text=True)
    assert client_of(people["outside_counsel"]).get(address).status_code == 404


@pytest.mark.parametrize(
    "said", ["zoom=never&around=x", "around=0001-01-01&zoom=days", "around=9999-12-31&zoom=decades"]
)
def test_an_address_that_means_nothing_shows_something(
    people: People, case: Case, client_of: ClientOf, said: str
) -> None:
    assert client_of(people["legal_officer"]).get(f"/cases/{case.reference}/timeline?{said}").status_code == 200
