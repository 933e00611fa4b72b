"""Records of periods in dossier files: taken in once, corrected with what stood before, refused with every fault."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.periods.models import Period, PeriodRecord

FIRST = {"ref": "P1", "begins_on": "2024-03-01", "ends_on": "2025-02-28", "basis": "Decision 2024/769"}
SECOND = {"ref": "P2", "begins_on": "2025-03", "end": "open"}


def file_with(*periods: dict[str, Any], **said: Any) -> dict[str, Any]:
    event = {"occurred_on": "2024-03-01", "precision": "day", "status": "listed", "summary": "Listed"}
    record = {"ref": "R1", "kind": "framework", "title": "EU regime", "periods": [*periods]} | said
    case = {"ref": "C1", "pathway": "sanctions", "title": "Regime", "events": [event], "period_records": [record]}
    return {"format": "accountability-dossier/1", "sender": "elsewhere", "cases": [case]}


def test_the_same_file_twice_changes_nothing_and_a_correction_keeps_what_stood(
    session: Session, take_in: Import
) -> None:
    assert take_in(file_with(FIRST, SECOND)).errors == []
    assert take_in(file_with(FIRST, SECOND)).counts["unchanged"]["cases"] == 1
    corrected = {"ref": "P1", "ends_on": "2025-02-27"}
    assert take_in(file_with(corrected)).counts["updated"]["cases"] == 1
    periods = session.scalars(select(Period).where(Period.ref == "P1").order_by(Period.id)).all()
    assert [(one.ends_on, one.basis, one.voided_at is None) for one in periods] == [
        ("2025-02-28", "Decision 2024/769", False),
        ("2025-02-27", "Decision 2024/769", True),
    ]
    assert periods[1].replaces_id == periods[0].id
    nothing_any_more = file_with()
    nothing_any_more["cases"][0]["period_records"] = None
    assert take_in(nothing_any_more).counts["updated"]["cases"] == 1
    assert session.scalars(select(PeriodRecord)).one().voided_at is not None, "kept, struck out"
    assert take_in(file_with(FIRST)).errors == [], "its name is free again"


def test_every_fault_is_told_where_it_stands_and_nothing_is_written(session: Session, take_in: Import) -> None:
    overlapping = {"ref": "P3", "begins_on": "2025-02-01", "ends_on": "2025-06-30"}
    backwards = {"ref": "P4", "begins_on": "2030-02-01", "ends_on": "2029-06-30"}
    result = take_in(file_with(FIRST, overlapping, backwards, {"ref": "P5", "end": "day"}))
    record = "cases[0].period_records[0].periods"
    assert [finding.path for finding in result.errors] == [
        f"{record}[1].begins_on",
        f"{record}[2].ends_on",
        f"{record}[3].ends_on",
    ]
    assert "It overlaps the period from 1 Mar 2024 to 28 Feb 2025 by 28 days." in result.errors[0].message
    assert take_in(file_with(FIRST, overlapping | {"overlaps": True})).errors == []
    unknown = take_in(file_with(rule="rome_statute_16"))
    assert [finding.path for finding in unknown.errors] == ["cases[0].period_records[0].rule"]
    twice = take_in(file_with(FIRST, FIRST))
    assert [finding.path for finding in twice.errors] == [f"{record}[1].ref"]
