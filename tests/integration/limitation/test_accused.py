"""Whom a charge is against: subjects of its case or nobody, with its history, merged cases and people erased."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.charge import TYPED, make_charge
from tests.factories.person import acting
from tests.factories.subject import make_subject
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseSubject, Subject
from tracker.cases.services import remove_subject
from tracker.cases.services.removing import merge_cases
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid
from tracker.core.ids import new_id
from tracker.limitation import services
from tracker.limitation.models import Charge, ChargeChange, ChargeSubject

People = dict[str, Person]


@pytest.fixture
def two(act_as: ActAs, case: Case) -> tuple[Subject, Subject]:
    with act_as(OPERATOR) as session:
        return make_subject(session, "Anna Warder", case), make_subject(session, "Boris Guard", case)


def named(act_as: ActAs, charge: Charge) -> set[object]:
    with act_as(OPERATOR) as session:
        return set(session.scalars(select(ChargeSubject.subject_id).where(ChargeSubject.charge_id == charge.id)))


def test_a_charge_names_nobody_one_or_several_and_its_history_says_what_stood(
    as_officer: FlaskClient, case: Case, two: tuple[Subject, Subject]
) -> None:
    anna, boris = two
    here = f"/cases/{case.reference}/charges"
    said = {"jurisdiction": "PL", "offence": "Bodily harm", "limitation": "unknown"}
    assert as_officer.post(f"{here}/new", data=said).status_code == 303
    assert "Not said against whom" in words(as_officer.get(here))
    one = re.search(rf"{here}/([0-9a-f-]{{36}})\"", as_officer.get(here).text)
    assert one
    both = {"accused": [str(anna.id), str(boris.id)], "version": "1", "reason": "The indictment"}
    assert as_officer.post(f"{here}/{one[1]}", data=said | both).status_code == 303
    page = words(as_officer.get(here))
    assert "Against: Anna Warder , Boris Guard" in page
    assert "Against whom: not said becomes Anna Warder, Boris Guard" in page
    form = as_officer.get(f"{here}/{one[1]}").text
    assert all(re.search(rf'value="{who.id}" checked', form) for who in two)
    stale = as_officer.post(f"{here}/{one[1]}", data=said | {"accused": str(anna.id), "version": "1"})
    assert stale.status_code == 409, "whom it is against is part of what two may change at once"
    assert as_officer.post(f"{here}/{one[1]}", data=said | {"version": "2"}).status_code == 303
    page = words(as_officer.get(here))
    assert "Not said against whom" in page
    assert "Against whom: Anna Warder, Boris Guard becomes not said" in page


def test_a_charge_is_against_somebody_on_its_case(act_as: ActAs, people: People, case: Case) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        elsewhere = make_subject(session, "Somebody else", make_case(session, lead=people["legal_officer"]))
    with act_as(officer) as session:
        with pytest.raises(Invalid) as refused:
            services.enter_charge(session, officer, case.id, TYPED, [elsewhere.id])
        assert [fault.path for fault in refused.value.faults] == ["accused"]
    with act_as(officer) as session:
        charge = services.enter_charge(session, officer, case.id, TYPED)
    statement = text("INSERT INTO charge_subjects (charge_id, subject_id) VALUES (:charge, :subject)")
    with pytest.raises(ProgrammingError), act_as(officer) as session:
        session.execute(statement, {"charge": charge.id, "subject": elsewhere.id})


def test_readers_name_nobody_past_the_service(
    act_as: ActAs, people: People, case: Case, two: tuple[Subject, Subject]
) -> None:
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, against=[two[0].id])
    coordinator = acting(people["coordinator"])
    said = {"charge": charge.id, "subject": two[1].id}
    with pytest.raises(ProgrammingError), act_as(coordinator) as session:
        session.execute(text("INSERT INTO charge_subjects (charge_id, subject_id) VALUES (:charge, :subject)"), said)
    with act_as(coordinator) as session:
        assert session.scalars(select(ChargeSubject.subject_id)).all() == [two[0].id], "they read it"
        session.execute(text("DELETE FROM charge_subjects WHERE charge_id = :charge"), said)
    assert named(act_as, charge) == {two[0].id}


def test_who_is_accused_stays_on_the_case_until_the_charge_is_corrected(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case, two: tuple[Subject, Subject]
) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, against=[two[0].id])
        on_case = {
            row.subject_id: row.id for row in session.scalars(select(CaseSubject).where(CaseSubject.case_id == case.id))
        }
    with act_as(officer) as session, pytest.raises(Conflict):
        remove_subject(session, officer, case.id, on_case[two[0].id])
    sent = as_officer.post(f"/cases/{case.reference}/subjects/{on_case[two[0].id]}/remove")
    assert sent.status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}"))
    assert "A charge is against them" in page and "Anna Warder" in page
    with act_as(officer) as session:
        remove_subject(session, officer, case.id, on_case[two[1].id])
        services.strike_out_charge(session, officer, case.id, charge.id, "Dropped", None)
        remove_subject(session, officer, case.id, on_case[two[0].id])
    assert as_officer.get(f"/cases/{case.reference}/charges").status_code == 200


def test_the_page_of_a_subject_shows_the_charges_against_them_in_cases_that_the_reader_sees(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case, two: tuple[Subject, Subject]
) -> None:
    with act_as(OPERATOR) as session:
        make_charge(session, case, against=[two[0].id], offence="Unlawful detention")
        make_charge(session, case, against=[two[1].id], offence="Bodily harm")
        make_charge(session, case, offence="Against nobody named")
        sealed = make_case(session, level="sealed", lead=people["other"])
        session.add(CaseSubject(case_id=sealed.id, subject_id=two[0].id))
        session.flush()
        make_charge(session, sealed, against=[two[0].id], offence="Quicksilver")
    page = words(client_of(people["legal_officer"]).get(f"/subjects/{two[0].id}"))
    assert "Charges and limitation 1" in page
    assert "Sets in after 9 Aug 2035" in page and "Unlawful detention" in page
    assert not any(one in page for one in ("Bodily harm", "Against nobody named", "Quicksilver"))
    with act_as(OPERATOR) as session:
        unnamed = make_subject(session, "Nobody charged", case)
    assert "Charges and limitation" not in words(client_of(people["legal_officer"]).get(f"/subjects/{unnamed.id}"))


def test_charges_and_accused_go_along_when_cases_are_merged(act_as: ActAs, people: People) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        kept, gone = (make_case(session, lead=lead) for _number in range(2))
        moved, on_both = make_subject(session, "Moved", gone), make_subject(session, "On both", gone)
        session.add(CaseSubject(case_id=kept.id, subject_id=on_both.id))
        charge = make_charge(session, gone, against=[moved.id, on_both.id])
    actor = acting(lead)
    with act_as(actor) as session:
        merge_cases(session, actor, gone.id, kept.reference, "The same", gone.reference, gone.version)
        standing = session.get_one(Charge, charge.id)
        on_case = set(session.scalars(select(CaseSubject.subject_id).where(CaseSubject.case_id == kept.id)))
        assert standing.case_id == kept.id
        assert {moved.id, on_both.id} <= on_case
        services.correct_charge(session, actor, kept.id, charge.id, TYPED, None, accused=[on_both.id])
    assert named(act_as, charge) == {on_both.id}


def test_a_name_erased_is_gone_from_the_charge_and_its_history(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    """The history keeps the id, so a name of three letters goes too, which is too short to be looked for in texts."""
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        subject = make_subject(session, "Kim", case)
    with act_as(officer) as session:
        charge = services.enter_charge(session, officer, case.id, TYPED, [subject.id])
        services.correct_charge(session, officer, case.id, charge.id, TYPED, None, accused=[])
        services.correct_charge(session, officer, case.id, charge.id, TYPED, None, accused=[subject.id])
    here = f"/cases/{case.reference}/charges"
    assert words(as_officer.get(here)).count("Kim") == 3
    with act_as(OPERATOR) as session:
        session.execute(text("SELECT app_erase_subject(:who, ARRAY[]::text[])"), {"who": subject.id})
    page = words(as_officer.get(here))
    assert "Kim" not in page and page.count(f"[{str(subject.id)[:8]}]") == 3
    with act_as(OPERATOR) as session:
        assert "Kim" not in str(session.scalars(select(ChargeChange.after)).all())


def test_somebody_who_is_on_no_case_any_more_is_no_empty_place_in_the_history(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, checked_at=clock.now() - timedelta(days=1))
        after = {"accused": [str(new_id())]}
        session.add(ChargeChange(charge_id=charge.id, kind="corrected", before={"accused": []}, after=after))
    page = words(as_officer.get(f"/cases/{case.reference}/charges"))
    assert "Against whom: not said becomes somebody on no case that you see" in page
