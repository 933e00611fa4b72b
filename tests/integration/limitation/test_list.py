"""The list of charges across cases: its order, states, filters and pages, and nothing of what a reader doesn't see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient

from bench.measure import counted
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.charge import OPENED, make_act, make_charge
from tests.factories.subject import make_subject
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.limitation.listing import PAGE_SIZE

People = dict[str, Person]
PAGE_BYTES = 60_000
UNDATED: dict[str, Any] = {"lapses_on": None, "limitation_source": None, "certainty": None, "limitation": "unknown"}
NONE: dict[str, Any] = {
    "lapses_on": None,
    "limitation": "none",
    "certainty": "V",
    "limitation_source": "Rome Statute Art. 29",
}


def offences(client: FlaskClient, address: str) -> list[str]:
    """In the order of the page."""
    return re.findall(r"#charge-[0-9a-f-]{36}\">([^<]+)</a>", client.get(address).text)


def test_what_lapses_soonest_comes_first_and_each_state_stands_apart(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    today = clock.today()
    with act_as(OPERATOR) as session:
        other = make_case(session, lead=people["legal_officer"])
        for offence, days, where in (("Later", 900, case), ("Today", 0, other), ("Soon", 5, case)):
            make_charge(session, where, offence=offence, lapses_on=today + timedelta(days))
        for offence, days in (("Long past", -900), ("Just past", -1)):
            make_charge(session, case, offence=offence, lapses_on=today + timedelta(days))
        make_charge(session, case, offence="Struck out", lapses_on=today, voided_at=clock.now(), void_reason="No")
        make_charge(session, case, offence="Read by nobody", jurisdiction="LT", **UNDATED)
        make_charge(session, case, offence="Of the Court", jurisdiction="DE", crime="genocide", **NONE)
    assert offences(as_officer, "/charges") == ["Today", "Soon", "Later"]
    assert offences(as_officer, "/charges?state=passed") == ["Just past", "Long past"]
    assert offences(as_officer, "/charges?state=unknown") == ["Read by nobody"]
    assert offences(as_officer, "/charges?state=none") == ["Of the Court"]
    assert offences(as_officer, "/charges?state=nonsense&crime=arson&jurisdiction=QQ&cursor=x") == [
        *("Today", "Soon", "Later")
    ]
    page = words(as_officer.get("/charges?state=none"))
    assert "Genocide" in page and "Rome Statute Art. 29" in page and "Germany" in page and "unverified" not in page
    page = words(as_officer.get("/charges"))
    assert "not said" in page and "unverified rule" in page and case.reference in page


def test_it_is_narrowed_by_jurisdiction_and_crime_and_says_what_that_hides(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_charge(session, case, offence="Polish")
        make_charge(session, case, offence="Lithuanian", jurisdiction="LT", crime="torture")
        make_charge(session, case, offence="Unread", jurisdiction="CZ", **UNDATED)
    assert offences(as_officer, "/charges?jurisdiction=LT") == ["Lithuanian"]
    assert offences(as_officer, "/charges?crime=ordinary") == ["Polish"]
    assert offences(as_officer, "/charges?crime=torture&jurisdiction=PL") == []
    page = words(as_officer.get("/charges?crime=torture&jurisdiction=PL"))
    assert "Your filters hide 2 charges." in page
    for called in ("pl", "Poland", "POLAND"):
        assert offences(as_officer, f"/charges?jurisdiction={called}") == ["Polish"]
    assert offences(as_officer, "/charges?jurisdiction=International+Criminal+Court") == []
    page = words(as_officer.get("/charges?jurisdiction=Polandd"))
    assert "No jurisdiction is called “Polandd”" in page and "Polish" in page and "Lithuanian" in page
    assert "No last day has passed" in words(as_officer.get("/charges?state=passed"))
    kept = as_officer.get("/charges?jurisdiction=LT&state=passed").text
    assert 'href="/charges?jurisdiction=LT"' in kept, "another state keeps the filters"


def test_pages_lead_on_and_back_and_show_each_charge_once(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    many = 2 * PAGE_SIZE + 3
    with act_as(OPERATOR) as session:
        for number in range(many):
            make_charge(session, case, offence=f"Charge {number:03}", lapses_on=date(2090, 1, 1 + number // 10))
            make_charge(session, case, offence=f"Unread {number:03}", **UNDATED)
    for address, name in (("/charges", "Charge"), ("/charges?state=unknown", "Unread")):
        seen, here = [], address
        while here:
            text = as_officer.get(here).text
            seen += offences(as_officer, here)
            onward = re.search(r'rel="next" href="([^"]+)"', text)
            here = onward[1].replace("&amp;", "&") if onward else ""
        assert sorted(seen) == [f"{name} {number:03}" for number in range(many)]
        last = as_officer.get(address).text
        assert 'rel="prev"' not in last


def test_a_full_page_keeps_to_its_statements_and_its_weight(
    act_as: ActAs, as_officer: FlaskClient, people: People, database: object
) -> None:
    """In Cyrillic, each letter of which takes two bytes."""
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["legal_officer"].id).language = "be"
        for number in range(PAGE_SIZE + 1):
            title = f"Investigation {number} of the prison of Hrodna and its command"
            case = make_case(
                session, OPENED, pathway="universal_jurisdiction", title=title, lead=people["legal_officer"]
            )
            who = [make_subject(session, f"Colonel Somebody {number}-{one}", case).id for one in range(2)]
            source = "Criminal Code of the Republic of Poland Art. 101 §1 in connection with Art. 102"
            offence = f"Unlawful deprivation of liberty with particular torment, number {number}"
            make_act(session, make_charge(session, case, against=who, offence=offence, limitation_source=source))
            make_event(session, case, 3, "2026-02-01", "suspended")
    as_officer.get("/charges")
    with counted(database.app_engine) as statements:  # type: ignore[attr-defined]
        answer = as_officer.get("/charges")
    assert answer.text.count("Colonel Somebody") == 2 * PAGE_SIZE
    assert len(statements) <= 8, [" ".join(one.split())[:90] for one in statements]
    assert len(answer.data) <= PAGE_BYTES, f"{len(answer.data)} bytes"


def test_what_asks_for_another_look_is_marked_as_on_the_page_of_the_case(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: People, case: Case
) -> None:
    looked = clock.now() - timedelta(days=9)
    with act_as(OPERATOR) as session:
        make_charge(session, case, offence="Paused", checked_at=looked)
        make_charge(session, case, offence="Never", checked_at=looked, **NONE)
        make_event(session, case, 3, "2026-02-01", "suspended", level="restricted")
        acted = make_charge(session, make_case(session, lead=people["legal_officer"]), checked_at=looked)
        make_act(session, acted)
    assert words(as_officer.get("/charges")).count("look again") == 2
    assert "look again" not in words(as_officer.get("/charges?state=none"))
    assert words(client_of(people["coordinator"]).get("/charges")).count("look again") == 1, "who sees no pause"


def test_charges_of_cases_that_somebody_does_not_see_are_not_there(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_charge(session, case, offence="Open")
        sealed = make_case(session, level="sealed", lead=people["other"])
        make_charge(session, sealed, offence="Quicksilver", jurisdiction="CZ")
    for who in ("head", "coordinator", "legal_officer"):
        assert offences(client_of(people[who]), "/charges") == ["Open"]
        assert "Your filters hide 1 charge." in words(client_of(people[who]).get("/charges?jurisdiction=CZ"))
    assert offences(client_of(people["other"]), "/charges?jurisdiction=CZ") == ["Quicksilver"]
