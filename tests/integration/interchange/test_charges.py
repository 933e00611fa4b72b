"""Charges in dossier files: taken in once, corrected with what stood before, refused with every fault."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.cases.models import Subject
from tracker.limitation.models import Charge, ChargeChange, ChargeSubject, LimitationAct

TYPED = {
    "ref": "X1",
    "jurisdiction": "PL",
    "offence": "Bodily harm",
    "limitation": "date",
    "lapses_on": "2030-01-01",
    "limitation_source": "KK Art. 101",
    "certainty": "K",
    "acts": [{"kind": "suspended", "act": "An order"}],
}


def file_with(*charges: dict[str, Any]) -> dict[str, Any]:
    event = {"occurred_on": "2025-01-10", "precision": "day", "status": "investigation_open", "summary": "Opened"}
    case = {
        "ref": "C1",
        "pathway": "universal_jurisdiction",
        "title": "First",
        "events": [event],
        "charges": [*charges],
    }
    return {"format": "accountability-dossier/1", "sender": "elsewhere", "cases": [case]}


def test_the_same_file_twice_changes_nothing_and_a_correction_keeps_what_stood(
    session: Session, take_in: Import
) -> None:
    assert take_in(file_with(TYPED)).errors == []
    assert take_in(file_with(TYPED)).counts["unchanged"]["cases"] == 1
    period = {"counted_from": "2020-08-09", "period_amount": 15, "period_unit": "years", "acts": []}
    corrected = {key: value for key, value in TYPED.items() if key != "lapses_on"} | period
    assert take_in(file_with(corrected)).counts["updated"]["cases"] == 1
    charge = session.scalars(select(Charge)).one()
    assert charge.lapses_on == date(2035, 8, 9)
    changes = session.scalars(select(ChargeChange).order_by(ChargeChange.id)).all()
    assert [change.kind for change in changes] == ["entered", "corrected"]
    assert changes[1].before["lapses_on"] == "2030-01-01"
    act = session.scalars(select(LimitationAct)).one()
    assert act.entered_at > changes[0].at, "nobody had weighed it"
    assert take_in(file_with({"ref": "X1", "limitation": "unknown"})).errors == []
    session.refresh(charge)
    assert charge.limitation == "unknown"
    assert [charge.lapses_on, charge.counted_from, charge.period_amount, charge.limitation_source] == [None] * 4
    nothing_any_more = file_with()
    nothing_any_more["cases"][0]["charges"] = None
    assert take_in(nothing_any_more).counts["updated"]["cases"] == 1
    assert take_in(nothing_any_more).counts["unchanged"]["cases"] == 1
    session.refresh(charge)
    assert charge.voided_at is not None, "kept, struck out"
    assert take_in(file_with(TYPED)).errors == [], "its name is free again"


def test_every_fault_is_told_where_it_stands_and_nothing_is_written(session: Session, take_in: Import) -> None:
    bad = deepcopy(TYPED) | {"jurisdiction": "QQ", "limitation_source": None}
    result = take_in(file_with(TYPED, bad | {"ref": "X2"}))
    assert [finding.path for finding in result.errors] == [
        "cases[0].charges[1].jurisdiction",
        "cases[0].charges[1].limitation_source",
    ]
    assert session.scalars(select(Charge)).all() == []
    twice = take_in(file_with(TYPED, TYPED))
    assert [finding.path for finding in twice.errors] == ["cases[0].charges[1].ref"]


NAMES = [{"ref": "A", "name": "Anna Warder"}, {"ref": "B", "name": "Boris Guard"}]


def file_against(*refs: str, on_case: tuple[str, ...] = ("A", "B")) -> dict[str, Any]:
    file = file_with(TYPED | {"subjects": [*refs]})
    file["subjects"] = NAMES
    file["cases"][0]["subjects"] = [{"subject": ref} for ref in on_case]
    return file


def accused(session: Session) -> set[str]:
    return set(session.scalars(select(Subject.name).join(ChargeSubject, ChargeSubject.subject_id == Subject.id)))


def test_whom_a_charge_is_against_comes_in_is_corrected_and_is_left_where_the_file_is_silent(
    session: Session, take_in: Import
) -> None:
    assert take_in(file_against("A", "B")).errors == []
    assert accused(session) == {"Anna Warder", "Boris Guard"}
    assert take_in(file_against("B", "A")).counts["unchanged"]["cases"] == 1
    assert take_in(file_against("B")).counts["updated"]["cases"] == 1
    assert accused(session) == {"Boris Guard"}
    assert take_in(file_with(TYPED)).counts["unchanged"]["cases"] == 1
    assert accused(session) == {"Boris Guard"}
    assert take_in(file_against()).counts["updated"]["cases"] == 1
    assert accused(session) == set()
    changes = session.scalars(select(ChargeChange).order_by(ChargeChange.id)).all()
    assert [len(one.after.get("accused", ())) for one in changes] == [2, 1, 0]
    assert [len(one.before.get("accused", ())) for one in changes] == [0, 2, 1]


def test_a_charge_against_somebody_who_is_not_on_its_case_is_refused(session: Session, take_in: Import) -> None:
    (elsewhere,) = take_in(file_against("A", "B", on_case=("A",))).errors
    assert elsewhere.path == "cases[0].charges[0].subjects"
    (unknown,) = take_in(file_against("A", "Z")).errors
    assert unknown.path == "cases[0].charges[0].subjects[1]"
    assert session.scalars(select(Charge)).all() == []


def test_a_file_takes_nobody_off_a_case_whom_a_charge_there_names(session: Session, take_in: Import) -> None:
    assert take_in(file_against("A")).errors == []
    nobody = file_with(TYPED)
    nobody["cases"][0]["subjects"] = None
    (refused,) = take_in(nobody).errors
    assert refused.path == "cases[0].subjects"
    assert accused(session) == {"Anna Warder"}
    nobody["cases"][0]["charges"][0]["subjects"] = None
    assert take_in(nobody).errors == []
    assert accused(session) == set()
