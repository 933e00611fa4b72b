from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.cases.models import Case, CaseEvent


def an_event(status: str | None = None, on: str | None = None, **keys: Any) -> dict[str, Any]:
    return {"status": status, "occurred_on": on, "summary": "Something happened", **keys}


def a_case(*events: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"ref": "C1", "pathway": "icc_referral", "title": "A referral", "events": list(events), **keys}


def a_file(*cases: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"format": "accountability-dossier/1", "sender": "s", "cases": list(cases), **keys}


def the_case(session: Session, ref: str = "C1") -> Case:
    return session.scalars(select(Case).where(Case.ref == ref)).one()


def standing(session: Session) -> list[CaseEvent]:
    statement = select(CaseEvent).where(CaseEvent.voided_at.is_(None)).order_by(CaseEvent.place)
    return list(session.scalars(statement))


def test_a_case_gets_the_status_of_its_last_event(session: Session, take_in: Import) -> None:
    result = take_in(a_file(a_case(an_event("received", "2024-10-01"), an_event("submitted", "2024-09-30"))))
    assert result.errors == []
    assert result.counts["created"] == {"cases": 1, "events": 2}
    case = the_case(session)
    assert (case.status, case.phase, case.status_since) == ("received", "open", "2024-10-01")
    assert [event.status for event in standing(session)] == ["submitted", "received"]
    assert [event.seq for event in standing(session)] == [1, 2]


def test_the_same_file_twice_changes_nothing(session: Session, take_in: Import) -> None:
    document = a_file(a_case(an_event("submitted", "2024-09-30"), an_event(None, "2024-10")))
    take_in(document)
    before = (the_case(session).version, the_case(session).activity_at)
    result = take_in(document)
    assert result.as_json()["created"] == result.as_json()["updated"] == {}
    assert result.counts["unchanged"] == {"cases": 1, "events": 2}
    assert (the_case(session).version, the_case(session).activity_at) == before
