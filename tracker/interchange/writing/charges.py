"""Charges of cases and the acts that move their limitation.

A list adds and corrects; it never takes away. Null for all charges strikes them out, which keeps them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, cast, exists, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.cases.models import CaseSubject
from tracker.core import clock
from tracker.core.corrections import told
from tracker.core.errors import Invalid
from tracker.core.ids import new_id
from tracker.interchange.findings import at_key
from tracker.interchange.schema import CaseObject, ChargeObject, LimitationActObject
from tracker.interchange.writing.work import Work, change, is_cleared
from tracker.limitation.accused import put_accused
from tracker.limitation.models import Charge, ChargeChange, ChargeSubject, LimitationAct
from tracker.limitation.services import ChargeFacts, settled

_FACTS = tuple(one.name for one in fields(ChargeFacts))
_DAYS = ("lapses_on", "counted_from")
_EMPTY = {"crime": "ordinary", "limitation": "unknown", "offence": "", "jurisdiction": ""}
WHY = "Entered anew by an import of a dossier"


def write_charges(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """Needs the case rows to be in the database. Whether anything changed, by the ref of the case."""
    ids = {case.ref: work.rows.get("cases", case.ref).id for case in cases if "charges" in case.given}
    standing, acts = _standing(work, list(ids.values()))
    changed = dict.fromkeys((case.ref for case in cases), False)
    for case in cases:
        if case.ref in ids and case.charges is None:
            changed[case.ref] = _strike_out(work, [row for row in standing.values() if row.case_id == ids[case.ref]])
        for item in case.charges or ():
            charge, is_changed = _write(work, ids[case.ref], item, standing.get((ids[case.ref], item.ref)))
            if charge is not None:
                is_changed |= _write_acts(work, charge, item, acts[charge.id])
            changed[case.ref] |= is_changed
    work.session.flush()
    _refuse_gone(work, cases)
    return changed


def _standing(
    work: Work, case_ids: list[UUID]
) -> tuple[dict[tuple[UUID, str], Charge], dict[UUID, list[LimitationAct]]]:
    acts: dict[UUID, list[LimitationAct]] = defaultdict(list)
    if not case_ids:
        return {}, acts
    of_cases = and_(Charge.case_id == any_(cast(case_ids, ARRAY(Uuid))), Charge.voided_at.is_(None))
    found = {(row.case_id, row.ref): row for row in work.session.scalars(select(Charge).where(of_cases))}
    on_them = LimitationAct.charge_id.in_([row.id for row in found.values()])
    for act in work.session.scalars(select(LimitationAct).where(on_them, LimitationAct.voided_at.is_(None))):
        acts[act.charge_id].append(act)
    return found, acts


def _strike_out(work: Work, rows: list[Charge]) -> bool:
    for row in rows:
        row.voided_at, row.void_reason = clock.now(), WHY
        _note(work, row, "struck_out", {}, {})
    return bool(rows)


def _write(work: Work, case_id: UUID, item: ChargeObject, row: Charge | None) -> tuple[Charge | None, bool]:
    try:
        values = settled(_facts(item, row))
    except Invalid as problem:
        for fault in problem.faults:
            work.findings.error(at_key(item.path, fault.path), fault.message)
        return None, False
    if row is None:
        who = work.actor.person_id
        row = Charge(id=new_id(), case_id=case_id, ref=item.ref, created_by_id=who, checked_by_id=who, **values)
        row.checked_at = clock.now()
        work.session.add(row)
        work.session.flush()
        said = {name: value for name, value in values.items() if value is not None}
        if named := _put_accused(work, item, row):
            said["accused"] = named[1]
        _note(work, row, "entered", {}, said)
        return row, True
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    after = {name: values[name] for name in before}
    if named := _put_accused(work, item, row):
        before["accused"], after["accused"] = named
    if not before:
        return row, False
    change(row, values)
    row.checked_at, row.checked_by_id = clock.now(), work.actor.person_id
    _note(work, row, "corrected", before, after)
    return row, True


def _put_accused(work: Work, item: ChargeObject, row: Charge) -> tuple[list[UUID], list[UUID]] | None:
    """Whom the file says that the charge is against; what it doesn't say is left as it is."""
    if "subjects" not in item.given:
        return None
    ids = [found for ref in item.subjects or () if (found := work.id_of("subjects", ref)) is not None]
    try:
        return put_accused(work.session, row, ids)
    except Invalid as problem:
        work.findings.error(at_key(item.path, "subjects"), problem.faults[0].message)
        return None


def _refuse_gone(work: Work, cases: list[CaseObject]) -> None:
    """Null for the subjects of a case takes nobody off it whom a charge of it names."""
    cleared = {work.rows.get("cases", case.ref).id: case for case in cases if is_cleared(case, "subjects")}
    if not cleared:
        return
    on_case = exists().where(CaseSubject.case_id == Charge.case_id, CaseSubject.subject_id == ChargeSubject.subject_id)
    named = (
        select(Charge.case_id)
        .join(ChargeSubject, ChargeSubject.charge_id == Charge.id)
        .where(Charge.case_id.in_(cleared), Charge.voided_at.is_(None), ~on_case)
    )
    for case_id in set(work.session.scalars(named)):
        work.findings.error(
            at_key(cleared[case_id].path, "subjects"), "a charge of this case is against one of its subjects"
        )


def _facts(item: ChargeObject, row: Charge | None) -> ChargeFacts:
    """What stands, with what the file gives in its place; null clears.

    A day that the file gives stands in place of a period that was counted, and a period in place of a day.
    """
    facts = ChargeFacts("", "") if row is None else ChargeFacts(**{name: getattr(row, name) for name in _FACTS})
    given = {name: _value(item, name) for name in _FACTS if name in item.given}
    if given.get("counted_from") is not None and "lapses_on" not in given:
        facts = replace(facts, lapses_on=None)
    if given.get("lapses_on") is not None and "counted_from" not in given:
        facts = replace(facts, counted_from=None, period_amount=None, period_unit=None)
    return replace(facts, **given)


def _value(item: ChargeObject, name: str) -> Any:
    value = getattr(item, name)
    if value is None:
        return _EMPTY.get(name)
    return date.fromisoformat(value) if name in _DAYS else value


def _write_acts(work: Work, charge: Charge, item: ChargeObject, standing: list[LimitationAct]) -> bool:
    """Each that is not recorded yet; what the sender had not weighed asks for a look here too."""
    known = {(act.kind, act.act, act.occurred_on) for act in standing}
    changed = False
    for act in item.acts or ():
        if (act.kind, act.act, act.occurred_on) not in known:
            known.add((act.kind, act.act, act.occurred_on))
            work.session.add(_act(work, charge, act))
            changed = True
    return changed


def _act(work: Work, charge: Charge, act: LimitationActObject) -> LimitationAct:
    return LimitationAct(
        id=new_id(),
        charge_id=charge.id,
        kind=act.kind,
        occurred_on=act.occurred_on,
        act=act.act,
        source=act.source,
        entered_by_id=work.actor.person_id,
        entered_at=charge.checked_at if act.weighed else max(clock.now(), charge.checked_at + timedelta(seconds=1)),
    )


def _note(work: Work, charge: Charge, kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The trail says that the case was imported or changed by an import, as of all that hangs on it."""
    by_id = work.actor.person_id
    work.session.add(
        ChargeChange(charge_id=charge.id, kind=kind, before=told(before), after=told(after), reason=WHY, by_id=by_id)
    )
