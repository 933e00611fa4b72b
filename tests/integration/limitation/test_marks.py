"""What marks a charge for another look on the page of its case: what came after the last one, or turned out wrong."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.charge import TYPED, make_charge
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.limitation import services
from tracker.limitation.services import ActFacts

People = dict[str, Person]


def test_what_may_have_moved_the_date_marks_it_and_moves_nothing(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, checked_at=clock.now() - timedelta(days=9))
        none = make_charge(session, case, limitation="none", lapses_on=None, offence="Genocide")
        make_event(session, case, 3, "2026-02-01", "suspended", summary="Art. 22 KPK")
        restricted = make_case(session, pathway="universal_jurisdiction", lead=people["other"], level="restricted")
    here = f"/cases/{case.reference}/charges"
    page = words(as_officer.get(here))
    assert page.count("look again") == 1 and "because of: 1 Feb 2026: Art. 22 KPK I looked" in page
    assert "Sets in after 9 Aug 2035" in page, "nothing has moved"
    assert as_officer.post(f"{here}/{charge.id}/checked", data={"version": "1"}).status_code == 303
    assert "look again" not in words(as_officer.get(here))
    said = {"act_kind": "interrupted", "act": "Charges were read", "acted_on": "March 2026", "act_source": "Order 7"}
    assert as_officer.post(f"{here}/{charge.id}/acts", data=said).status_code == 303
    page = words(as_officer.get(here))
    assert "look again" in page and "Interrupted: Charges were read March 2026 · Order 7" in page
    assert "Sets in after 9 Aug 2035" in page
    act = re.search(r"acts/([0-9a-f-]{36})/strike-out", as_officer.get(here).text)
    assert act
    as_officer.post(f"{here}/{charge.id}/acts/{act[1]}/strike-out")
    page = words(as_officer.get(here))
    assert "look again" not in page and "Charges were read struck out" in page
    with act_as(officer) as session:
        services.record_act(session, officer, case.id, none.id, ActFacts("suspended", "An order"))
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "charge")).all()
    assert sorted(actions) == ["charge.act_recorded", "charge.act_recorded", "charge.act_struck_out", "charge.checked"]
    assert "look again" not in words(as_officer.get(here)), "without limitation nothing can move"
    assert as_officer.get(f"/cases/{restricted.reference}/charges").status_code == 404


def test_a_case_that_goes_on_or_whose_pause_was_wrong_asks_for_another_look(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    officer = acting(people["legal_officer"])
    here = f"/cases/{case.reference}/charges"
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, checked_at=clock.now() - timedelta(days=9))
        pause = make_event(session, case, 3, "2026-02-01", "suspended", summary="Art. 22 KPK")
    with act_as(officer) as session:
        services.confirm_limitation(session, officer, case.id, charge.id, None, None)
    assert "look again" not in words(as_officer.get(here))
    with act_as(OPERATOR) as session:
        make_event(session, case, 4, "2026-03-01", "investigation_open", summary="Taken up again")
    page = words(as_officer.get(here))
    assert "look again" in page and "because of: 1 Mar 2026: Taken up again I looked" in page
    with act_as(officer) as session:
        services.confirm_limitation(session, officer, case.id, charge.id, None, None)
    with act_as(OPERATOR) as session:
        wrong = session.get_one(CaseEvent, pause.id)
        wrong.voided_at, wrong.void_reason = clock.now(), "Another case"
    page = words(as_officer.get(here))
    assert "because of: Struck out since: 1 Feb 2026: Art. 22 KPK I looked" in page


def test_an_act_that_was_weighed_and_then_struck_out_asks_for_another_look(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    officer = acting(people["legal_officer"])
    with act_as(officer) as session:
        charge = services.enter_charge(session, officer, case.id, TYPED)
        act = services.record_act(session, officer, case.id, charge.id, ActFacts("suspended", "An order"))
        services.confirm_limitation(session, officer, case.id, charge.id, None, None)
    here = f"/cases/{case.reference}/charges"
    assert "look again" not in words(as_officer.get(here))
    as_officer.post(f"{here}/{charge.id}/acts/{act.id}/strike-out")
    assert "Struck out since: Suspended: An order" in words(as_officer.get(here))


def test_a_pause_that_the_reader_does_not_see_does_not_show_through(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_charge(session, case, checked_at=clock.now() - timedelta(days=9))
        make_event(session, case, 3, "2026-02-01", "suspended", summary="Quicksilver", level="restricted")
    assert "look again" in words(client_of(people["legal_officer"]).get(f"/cases/{case.reference}/charges"))
    assert "look again" not in words(client_of(people["coordinator"]).get(f"/cases/{case.reference}/charges"))
