"""Charges of a case: entered, corrected with what stood before, looked at again, and never moved silently."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.charge import TYPED, make_act, make_charge
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.at_once import require_one_of_two
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.services.removing import merge_cases
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.followups.models import FollowUp
from tracker.followups.rules import LONGEST_TITLE
from tracker.followups.services import edit_follow_up
from tracker.limitation import services
from tracker.limitation.models import Charge, ChargeChange
from tracker.limitation.services import ActFacts, ChargeFacts

People = dict[str, Person]


def test_a_charge_is_entered_counted_corrected_and_keeps_what_stood(as_officer: FlaskClient, case: Case) -> None:
    here = f"/cases/{case.reference}/charges"
    assert "No charge is entered" in words(as_officer.get(here))
    said = {
        "jurisdiction": "PL",
        "offence": "Bodily harm",
        "crime": "ordinary",
        "law": "KK Art. 157",
        "limitation": "date",
    }
    answer = as_officer.post(f"{here}/new", data=said)
    assert answer.status_code == 422
    assert "Name the provision that says so" in words(answer) and "Give the day, or a period" in words(answer)
    period = {"counted_from": "9 Aug 2020", "period_amount": "15", "period_unit": "years"}
    sourced = {"limitation_source": "KK Art. 101 §1", "certainty": "K"}
    vague = as_officer.post(f"{here}/new", data=said | period | sourced | {"counted_from": "August 2020"})
    assert vague.status_code == 422
    assert "This may be any of several days, and one is needed here" in words(vague), "it exists, and starts nothing"
    assert as_officer.post(f"{here}/new", data=said | period | sourced).status_code == 303
    page = words(as_officer.get(here))
    assert "Sets in after 9 Aug 2035 unverified rule" in page
    assert "15 years on: Thursday, 9 August 2035." in page
    assert "Source: KK Art. 101 §1 [K: unverified rule: text not seen]" in page
    assert f'href="{here}"' in as_officer.get(f"/cases/{case.reference}").text, "the case leads there"
    assert f'href="{here}"' in as_officer.get(f"/cases/{case.reference}/clocks").text
    change = re.search(rf"{here}/([0-9a-f-]{{36}})\"", as_officer.get(here).text)
    assert change
    typed = {
        "lapses_on": "2030-08-09",
        "counted_from": "",
        "period_amount": "",
        "version": "1",
        "reason": "Amended law",
    }
    assert as_officer.post(f"{here}/{change[1]}", data=said | sourced | typed).status_code == 303
    page = words(as_officer.get(here))
    assert "Sets in after 9 Aug 2030" in page and "years on" not in page
    assert "Last day: 2035-08-09 becomes 2030-08-09" in page and "Amended law" in page
    stale = as_officer.post(f"{here}/{change[1]}", data=said | sourced | typed | {"lapses_on": "2031-01-01"})
    assert stale.status_code == 409 and "Somebody else changed this charge" in words(stale)


def test_no_limitation_is_offered_with_its_source_and_never_entered_by_itself(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        unknown: dict[str, Any] = {
            "limitation": "unknown",
            "lapses_on": None,
            "limitation_source": None,
            "certainty": None,
        }
        core = make_charge(
            session, case, crime="crimes_against_humanity", jurisdiction="LT", offence="Deportation", **unknown
        )
        make_charge(session, case, crime="torture", jurisdiction="LT", offence="Beating", **unknown)
    here = f"/cases/{case.reference}/charges"
    page = words(as_officer.get(here))
    assert page.count("Limitation not known") == 2
    assert page.count("A law that knows no limitation for this: Criminal Code of Lithuania Art. 95 [K]") == 1
    assert page.count("An ordinary offence, and torture by itself, can lapse") == 1
    form = as_officer.get(f"{here}/{core.id}?take=1").text
    assert 'value="Criminal Code of Lithuania Art. 95"' in form
    assert re.search(r'<option selected value="none">', form)


def test_the_title_of_work_says_unverified_as_long_as_the_provision_is_and_never_loses_it_to_length(
    act_as: ActAs, people: People, case: Case
) -> None:
    officer = acting(people["legal_officer"])
    long = ChargeFacts(**vars_of(TYPED) | {"offence": "Detention " * 45})
    with act_as(officer) as session:
        charge = services.enter_charge(session, officer, case.id, TYPED)
        work = services.follow_charge(session, officer, case, charge.id, None)
        assert work.title == "Limitation: Unlawful detention (PL): unverified rule"
        for certainty, title in (
            ("V2", "Limitation: Unlawful detention (PL): unverified rule"),
            ("V", "Limitation: Unlawful detention (PL)"),
            ("K", "Limitation: Unlawful detention (PL): unverified rule"),
        ):
            facts = ChargeFacts(**vars_of(TYPED) | {"certainty": certainty})
            services.correct_charge(session, officer, case.id, charge.id, facts, "Seen in the gazette")
            session.refresh(work)
            assert work.title == title
        wordy = services.enter_charge(session, officer, case.id, long)
        title = services.follow_charge(session, officer, case, wordy.id, None).title
        assert len(title) == LONGEST_TITLE and title.endswith("…: unverified rule")


def test_the_page_of_the_case_shows_what_lapses_and_what_asks_for_another_look(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, people: People, case: Case
) -> None:
    here = f"/cases/{case.reference}"
    assert 'id="charges"' not in as_officer.get(here).text
    looked = clock.now() - timedelta(days=9)
    with act_as(OPERATOR) as session:
        make_charge(session, case, offence="Later", lapses_on=date(2040, 1, 1), certainty="V", checked_at=looked)
        soon = make_charge(session, case, offence="Sooner", checked_at=looked)
        make_charge(session, case, offence="Gone", voided_at=clock.now(), void_reason="No")
        make_act(session, soon)
    card = words_of_card(as_officer.get(here).text)
    soonest = "Sooner Sets in after 9 Aug 2035 unverified rule look again"
    assert card == f"Charges and limitation 2 All {soonest} Later Sets in after 1 Jan 2040"
    with act_as(OPERATOR) as session:
        make_event(session, case, 3, "2026-02-01", "suspended", level="restricted")
        for number in range(6):
            make_charge(session, case, offence=f"Much later {number}", lapses_on=date(2050, 1, 1), checked_at=looked)
    card = words_of_card(as_officer.get(here).text)
    assert card.count("look again") == 5 and card.endswith("Of the others 3 ask for another look")
    unaware = words_of_card(client_of(people["coordinator"]).get(here).text)
    assert unaware.count("look again") == 1 and "Of the others" not in unaware, "who doesn't see the pause"
    assert 'id="charges"' not in as_officer.get(f"{here}?as_of=2025-06-01").text


def words_of_card(page: str) -> str:
    card = page.partition('id="charges"')[2].partition("</section>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split())


def test_work_goes_along_with_a_corrected_day_unless_somebody_set_another(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case)
    assert as_officer.post(f"/cases/{case.reference}/charges/{charge.id}/follow").status_code == 303
    with act_as(officer) as session:
        work = session.scalars(select(FollowUp)).one()
        assert (work.due_on, work.assignee_id) == (date(2035, 8, 9), officer.person_id)
        assert work.title == "Limitation: Unlawful detention (PL): unverified rule"
        with pytest.raises(Conflict):
            services.follow_charge(session, officer, case, charge.id, None)
        for day in (date(2034, 1, 5), date(2033, 1, 5)):
            facts = ChargeFacts(**{**vars_of(TYPED), "lapses_on": day})
            services.correct_charge(session, officer, case.id, charge.id, facts, "Read again")
            session.refresh(work)
            if day.year == 2034:
                assert (work.due_on, work.due_to_check) == (day, None)
                edit_follow_up(session, officer, work, due_on=date(2030, 1, 1))
        assert (work.due_on, work.due_to_check) == (date(2030, 1, 1), date(2033, 1, 5))


def test_of_two_at_once_one_makes_the_work_of_a_charge(act_as: ActAs, people: People, case: Case) -> None:
    """Two presses of one button came to two follow-ups, each with reminders of its own."""
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case)
    require_one_of_two(act_as, officer, lambda session: services.follow_charge(session, officer, case, charge.id, None))
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(FollowUp)).all()) == 1


def vars_of(facts: ChargeFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ChargeFacts.__slots__}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"jurisdiction": "QQ"}, "jurisdiction"),
        ({"offence": " "}, "offence"),
        ({"crime": "arson"}, "crime"),
        ({"limitation": "soon"}, "limitation"),
        ({"limitation_source": None}, "limitation_source"),
        ({"certainty": "I"}, "certainty"),
        ({"lapses_on": None}, "lapses_on"),
        ({"counted_from": date(2020, 8, 9)}, "counted_from"),
        ({"counted_from": date(2020, 8, 9), "period_amount": 3, "period_unit": "years"}, "lapses_on"),
        ({"counted_from": date(2020, 8, 9), "period_amount": 101, "period_unit": "years"}, "period_amount"),
        ({"counted_from": date(2020, 8, 9), "period_amount": 3, "period_unit": "moons"}, "period_amount"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(said: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.settled(ChargeFacts(**vars_of(TYPED) | said))
    assert path in [fault.path for fault in caught.value.faults]


def test_readers_write_nothing_by_the_service_or_past_it(act_as: ActAs, people: People, case: Case) -> None:
    officer, coordinator = acting(people["legal_officer"]), acting(people["coordinator"])
    with act_as(officer) as session:
        charge = services.enter_charge(session, officer, case.id, TYPED)
    with act_as(coordinator) as session:
        assert session.get(Charge, charge.id) is not None
        with pytest.raises(NotPermitted):
            services.enter_charge(session, coordinator, case.id, TYPED)
        with pytest.raises(NotPermitted):
            services.strike_out_charge(session, coordinator, case.id, charge.id, "No", 1)
        with pytest.raises(NotPermitted):
            services.confirm_limitation(session, coordinator, case.id, charge.id, None, 1)
        with pytest.raises(NotPermitted):
            services.record_act(session, coordinator, case.id, charge.id, ActFacts("suspended", "An order"))
    said = {"charge": charge.id, "who": coordinator.person_id}
    for statement in PAST_THE_SERVICE:
        with pytest.raises(ProgrammingError), act_as(coordinator) as session:
            session.execute(text(statement), said)


PAST_THE_SERVICE = (
    "UPDATE charges SET lapses_on = '2099-01-01' WHERE id = :charge",
    "INSERT INTO charge_changes (id, charge_id, kind, before, after, by_id, at)"
    " VALUES (uuidv7(), :charge, 'checked', '{}', '{}', :who, now())",
    "INSERT INTO limitation_acts (id, charge_id, kind, act, entered_at)"
    " VALUES (uuidv7(), :charge, 'suspended', 'x', now())",
    "DELETE FROM charges WHERE id = :charge",
    "UPDATE charge_changes SET reason = 'x' WHERE charge_id = :charge",
)


def test_a_charge_struck_out_stays_to_be_seen_and_takes_nothing_more(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case)
    here = f"/cases/{case.reference}/charges"
    empty = as_officer.post(f"{here}/{charge.id}/strike-out", data={"version": "1", "void_reason": ""})
    assert empty.status_code == 422 and "Say why." in words(empty)
    as_officer.post(f"{here}/{charge.id}/strike-out", data={"version": "1", "void_reason": "Entered twice"})
    as_officer.get(here)
    page = words(as_officer.get(here))
    assert "Struck out 1 Unlawful detention (Poland) Entered twice" in page
    assert as_officer.get(f"{here}/{charge.id}").status_code == 404
    with act_as(OPERATOR) as session:
        assert session.scalars(select(ChargeChange.kind)).all() == ["struck_out"]


def test_charges_go_along_when_cases_are_merged(act_as: ActAs, people: People) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        kept, gone = (make_case(session, lead=lead) for _number in range(2))
        for one in (kept, gone):
            make_charge(session, one, ref="C1", offence=f"On {one.reference}")
    actor = acting(lead)
    with act_as(actor) as session:
        merge_cases(session, actor, gone.id, kept.reference, "The same", gone.reference, gone.version)
        assert set(session.scalars(select(Charge.case_id))) == {kept.id}
        assert len(set(session.scalars(select(Charge.ref)))) == 2, "a name of the file's is one charge's alone"
