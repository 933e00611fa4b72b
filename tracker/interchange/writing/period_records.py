"""Records of periods, and the periods on them. A list adds and corrects; it never takes away.

A changed period is struck out and entered anew, as on its page. Null for all records strikes them out: kept.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.core import clock
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid
from tracker.core.ids import new_id
from tracker.interchange.findings import at_key
from tracker.interchange.schema import CaseObject, FileObject, PeriodObject, PeriodRecordObject
from tracker.interchange.writing.work import Work, change, given_values
from tracker.periods.models import Period, PeriodRecord
from tracker.periods.services import PeriodFacts, RecordFacts, require_period, require_record

WHY = "Entered anew by an import of a dossier"
_RECORD = {"kind": "kind", "title": "title", "holder": "holder", "authority": "authority", "rule": "rule_key"}
_RECORD |= {"note": "note"}
_PERIOD = {"begins_on": "begins_on", "ends_on": "ends_on", "end": "end_kind", "basis": "basis", "source": "source"}
_PERIOD |= {"overlaps": "is_overlapping"}
_EMPTY = {"kind": "", "title": "", "end_kind": "day", "is_overlapping": False}
_KEYS = {column: key for key, column in (_RECORD | _PERIOD).items()}


def write_period_records(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """Needs the case rows to be in the database. Whether anything changed, by the ref of the case."""
    ids = {case.ref: work.rows.get("cases", case.ref).id for case in cases if "period_records" in case.given}
    records, periods = _standing(work, list(ids.values()))
    changed = dict.fromkeys((case.ref for case in cases), False)
    for case in cases:
        if case.ref in ids and case.period_records is None:
            changed[case.ref] = _strike_out(work, [row for row in records.values() if row.case_id == ids[case.ref]])
        for item in case.period_records or ():
            record, is_changed = _write_record(work, ids[case.ref], item, records.get((ids[case.ref], item.ref)))
            if record is not None:
                made = [_write_period(work, record, one, periods[record.id]) for one in item.periods or ()]
                is_changed |= any(made)
            changed[case.ref] |= is_changed
    work.session.flush()
    return changed


def _standing(
    work: Work, case_ids: list[UUID]
) -> tuple[dict[tuple[UUID, str], PeriodRecord], dict[UUID, dict[str, Period]]]:
    periods: dict[UUID, dict[str, Period]] = defaultdict(dict)
    if not case_ids:
        return {}, periods
    of_cases = and_(PeriodRecord.case_id == any_(cast(case_ids, ARRAY(Uuid))), PeriodRecord.voided_at.is_(None))
    records = {(row.case_id, row.ref): row for row in work.session.scalars(select(PeriodRecord).where(of_cases))}
    on_them = Period.record_id.in_([row.id for row in records.values()])
    for period in work.session.scalars(select(Period).where(on_them, Period.voided_at.is_(None))):
        periods[period.record_id][period.ref] = period
    return records, periods


def _strike_out(work: Work, rows: list[PeriodRecord]) -> bool:
    for row in rows:
        row.voided_at, row.void_reason = clock.now(), WHY
    work.session.flush()
    return bool(rows)


def _write_record(
    work: Work, case_id: UUID, item: PeriodRecordObject, row: PeriodRecord | None
) -> tuple[PeriodRecord | None, bool]:
    standing = {name: getattr(row, name) if row is not None else _EMPTY.get(name) for name in _RECORD.values()}
    values = standing | given_values(item, _RECORD, _EMPTY)
    try:
        require_record(RecordFacts(**values))
    except Invalid as problem:
        _tell(work, item, problem)
        return None, False
    if row is not None:
        return row, change(row, values)
    row = PeriodRecord(id=new_id(), case_id=case_id, ref=item.ref, created_by_id=work.actor.person_id, **values)
    work.session.add(row)
    work.session.flush()
    return row, True


def _write_period(work: Work, record: PeriodRecord, item: PeriodObject, standing: dict[str, Period]) -> bool:
    old = standing.get(item.ref)
    said = {name: getattr(old, name) if old is not None else _EMPTY.get(name) for name in _PERIOD.values()}
    values = said | given_values(item, _PERIOD, _EMPTY)
    if values["end_kind"] != "day" and "ends_on" not in item.given:
        values["ends_on"] = None
    if old is not None and values == said:
        return False
    try:
        require_period(PeriodFacts(**values), [row for row in standing.values() if row is not old])
    except Invalid as problem:
        _tell(work, item, problem)
        return False
    if old is not None:
        old.voided_at, old.voided_by_id, old.void_reason = clock.now(), work.actor.person_id, WHY
        work.session.flush()
    standing[item.ref] = Period(
        id=new_id(),
        record_id=record.id,
        ref=item.ref,
        ends_by=VagueDate(values["ends_on"]).latest,
        entered_by_id=work.actor.person_id,
        replaces_id=old.id if old is not None else None,
        **values,
    )
    work.session.add(standing[item.ref])
    work.session.flush()
    return True


def _tell(work: Work, item: FileObject, problem: Invalid) -> None:
    for fault in problem.faults:
        work.findings.error(at_key(item.path, _KEYS.get(fault.path, fault.path)), fault.message)
