"""Pages of clocks, rules and periods ask the database for no more the more there is to show."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from bench.measure import counted
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.period import make_period, make_record
from tests.integration.followups.test_recomputing import follow
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.core.actor import OPERATOR

LIST, CASE, CLOCKS = 8, 10, 14
"""The page of clocks also reads dealings, promises, waiting work and reviews, from which our own dates are counted."""
PARTIES = ("LT", "PL", "DE", "CZ", "LV")


@pytest.fixture
def case(act_as: ActAs, people: dict[str, Person]) -> Case:
    """With clocks of five States, work on three of them, and four records of periods."""
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, (("submitted", "2094-09-30"),), pathway="icc_referral", lead=officer)
        received = dict.fromkeys(PARTIES, "2096-03-14")
        make_event(session, case, 2, "2096-03-12", "investigation_open", facts={"received_on": received})
        refresh(session, case)
        for number in range(4):
            record = make_record(session, case, title=f"Regime {number}")
            for year in range(2020, 2024):
                make_period(session, record, f"{year}-01-01", f"{year}-12-31")
    for party in PARTIES[:3]:
        follow(act_as, officer, case, party)
    return case


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/rules", LIST),
        ("/rules?state=unverified", LIST),
        ("/rules/rome_statute_18_2", LIST),
        ("/rules/access_review", LIST),
        ("/periods?days=365", LIST),
        ("/charges", LIST),
        ("/charges?state=unknown&jurisdiction=PL&crime=ordinary", LIST),
        ("/cases/{}/clocks", CLOCKS),
        ("/cases/{}/periods", CASE),
        ("/cases/{}/charges", CASE),
    ],
)
def test_a_page_keeps_to_its_statements(
    client_of: ClientOf, people: dict[str, Person], database: Any, case: Case, address: str, most: int
) -> None:
    client: FlaskClient = client_of(people["legal_officer"])
    page = address.format(case.reference)
    client.get(page)  # the first look at a page of a process compiles its statements
    with counted(database.app_engine) as statements:
        assert client.get(page).status_code == 200
    assert len(statements) <= most, [" ".join(one.split())[:90] for one in statements]
