"""Recommendations of cases with their assessments, and figures that assessors state.

A list adds and corrects; it never takes away. Null for all of them strikes them out, which keeps them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.core import clock
from tracker.core.corrections import told
from tracker.core.errors import Invalid
from tracker.core.ids import new_id
from tracker.interchange.findings import at_index, at_key
from tracker.interchange.review_schema import AssessmentObject, RecommendationObject, StatedFiguresObject
from tracker.interchange.schema import CaseObject
from tracker.interchange.writing.work import Work, change, given_values
from tracker.recommendations.assessing import AssessmentFacts, StatedFacts, require_assessment, require_figures
from tracker.recommendations.models import (
    Assessment,
    Recommendation,
    RecommendationChange,
    Repetition,
    StatedFigures,
)
from tracker.recommendations.rules import place_of
from tracker.recommendations.services import RecommendationFacts, settled

WHY = "Entered anew by an import of a dossier"
_FACTS = tuple(one.name for one in fields(RecommendationFacts))
_KEYS = {name: {"state_position": "position"}.get(name, name) for name in _FACTS}
_EMPTY = {"text": "", "states": [], "state_position": "unknown"}
_FIGURES = {one.name: one.name for one in fields(StatedFacts)}
_ASSESSMENT = tuple(one.name for one in fields(AssessmentFacts))

Standing = dict[tuple[UUID, str], Any]


def write_recommendations(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """Needs the case rows to be in the database. Whether anything changed, by the ref of the case."""
    ids = _ids(work, cases, "recommendations")
    standing: Standing = _standing(work, Recommendation, ids)
    assessed = _assessed(work, standing)
    changed = dict.fromkeys((case.ref for case in cases), False)
    for case in cases:
        if case.ref in ids and case.recommendations is None:
            changed[case.ref] = _strike_out(work, [row for row in standing.values() if row.case_id == ids[case.ref]])
        for item in case.recommendations or ():
            row, is_changed = _write(work, ids[case.ref], item, standing.get((ids[case.ref], item.ref)))
            if row is not None:
                standing[ids[case.ref], item.ref] = row
                is_changed |= _write_assessments(work, row, item, assessed[row.id])
            changed[case.ref] |= is_changed
    work.session.flush()
    for case in cases:
        for item in case.recommendations or ():
            changed[case.ref] |= _write_repetitions(work, standing.get((ids[case.ref], item.ref)), item)
    work.session.flush()
    return changed


def write_figures(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """The same for the figures that assessors state. Changed ones are struck out and entered anew."""
    ids = _ids(work, cases, "stated_figures")
    standing: Standing = _standing(work, StatedFigures, ids)
    changed = dict.fromkeys((case.ref for case in cases), False)
    for case in cases:
        if case.ref in ids and case.stated_figures is None:
            rows = [row for row in standing.values() if row.case_id == ids[case.ref]]
            for row in rows:
                _void(row)
            changed[case.ref] = bool(rows)
        for item in case.stated_figures or ():
            changed[case.ref] |= _write_stated(work, ids[case.ref], item, standing.get((ids[case.ref], item.ref)))
    work.session.flush()
    return changed


def _ids(work: Work, cases: list[CaseObject], key: str) -> dict[str, UUID]:
    return {case.ref: work.rows.get("cases", case.ref).id for case in cases if key in case.given}


def _standing(work: Work, model: Any, ids: dict[str, UUID]) -> Standing:
    if not ids:
        return {}
    of_cases = and_(model.case_id == any_(cast(list(ids.values()), ARRAY(Uuid))), model.voided_at.is_(None))
    return {(row.case_id, row.ref): row for row in work.session.scalars(select(model).where(of_cases))}


def _assessed(work: Work, standing: Standing) -> dict[UUID, list[Assessment]]:
    found: dict[UUID, list[Assessment]] = defaultdict(list)
    if standing:
        on_them = Assessment.recommendation_id.in_([row.id for row in standing.values()])
        for one in work.session.scalars(select(Assessment).where(on_them, Assessment.voided_at.is_(None))):
            found[one.recommendation_id].append(one)
    return found


def _void(row: Any) -> None:
    row.voided_at, row.void_reason = clock.now(), WHY


def _strike_out(work: Work, rows: list[Recommendation]) -> bool:
    for row in rows:
        _void(row)
        _note(work, row, "struck_out", {}, {})
    return bool(rows)


def _write(
    work: Work, case_id: UUID, item: RecommendationObject, row: Recommendation | None
) -> tuple[Recommendation | None, bool]:
    said: dict[str, Any] = {name: getattr(row, name) if row is not None else _EMPTY.get(name) for name in _FACTS}
    said |= given_values(item, {key: name for name, key in _KEYS.items()}, _EMPTY)
    said["states"] = tuple(said["states"])
    try:
        values = settled(RecommendationFacts(**said))
    except Invalid as problem:
        _tell(work, item.path, problem)
        return None, False
    if row is None:
        row = Recommendation(
            id=new_id(), case_id=case_id, ref=item.ref, created_by_id=work.actor.person_id,
            place=place_of(values["number"]), **values,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        _note(work, row, "entered", {}, {name: value for name, value in values.items() if value is not None})
        return row, True
    differing = [name for name in values if getattr(row, name) != values[name]]
    before = {name: getattr(row, name) for name in differing}
    if not change(row, values):
        return row, False
    row.place = place_of(row.number)
    _note(work, row, "corrected", before, {name: values[name] for name in differing})
    return row, True


def _write_assessments(work: Work, row: Recommendation, item: RecommendationObject, standing: list[Assessment]) -> bool:
    """Each that does not stand here yet; what stands here and not in the file stays beside it."""
    known = {tuple(getattr(one, name) for name in _ASSESSMENT) for one in standing}
    is_changed = False
    for index, one in enumerate(item.assessments or ()):
        facts = _facts_of(one)
        try:
            require_assessment(facts)
        except Invalid as problem:
            _tell(work, at_index(at_key(item.path, "assessments"), index), problem)
            continue
        if tuple(asdict(facts).values()) not in known:
            known.add(tuple(asdict(facts).values()))
            work.session.add(Assessment(recommendation_id=row.id, entered_by_id=work.actor.person_id, **asdict(facts)))
            is_changed = True
    return is_changed


def _facts_of(one: AssessmentObject) -> AssessmentFacts:
    return AssessmentFacts(**{name: getattr(one, name) for name in _ASSESSMENT})


def _write_repetitions(work: Work, row: Recommendation | None, item: RecommendationObject) -> bool:
    is_changed = False
    for one in item.repeats or () if row is not None else ():
        case_id = work.id_of("cases", one.case)
        of_it = and_(Recommendation.case_id == case_id, Recommendation.ref == one.ref)
        before = work.session.scalar(select(Recommendation.id).where(of_it, Recommendation.voided_at.is_(None)))
        if before is None or row is None or before == row.id:
            work.findings.error(at_key(one.path, "ref"), "no other recommendation of that case has this ref")
        elif work.session.get(Repetition, (row.id, before)) is None:
            work.session.add(Repetition(recommendation_id=row.id, predecessor_id=before))
            is_changed = True
    return is_changed


def _write_stated(work: Work, case_id: UUID, item: StatedFiguresObject, old: StatedFigures | None) -> bool:
    stands: dict[str, Any] = {name: getattr(old, name) if old is not None else None for name in _FIGURES}
    values = stands | given_values(item, _FIGURES)
    values["assessor"] = values["assessor"] or ""
    try:
        require_figures(StatedFacts(**values))
    except Invalid as problem:
        _tell(work, item.path, problem)
        return False
    if old is not None and values == stands:
        return False
    if old is not None:
        _void(old)
        work.session.flush()
    made = StatedFigures(id=new_id(), case_id=case_id, ref=item.ref, entered_by_id=work.actor.person_id, **values)
    work.session.add(made)
    return True


def _tell(work: Work, path: str, problem: Invalid) -> None:
    for fault in problem.faults:
        work.findings.error(at_key(path, _KEYS.get(fault.path, fault.path)), fault.message)


def _note(work: Work, row: Recommendation, kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The trail says that the case was imported or changed by an import, as of all that hangs on it."""
    by_id = work.actor.person_id
    said = {"before": told(before), "after": told(after), "reason": WHY, "by_id": by_id}
    work.session.add(RecommendationChange(recommendation_id=row.id, kind=kind, **said))
