"""Cases, who works on them, and their links, subjects and contacts."""

from __future__ import annotations

from typing import Any

from tracker.cases.happened import CaseLevelChanged
from tracker.cases.models import Case
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.interchange.case_references import fresh_references
from tracker.interchange.checking import CheckedCase
from tracker.interchange.judging import DEFAULT_LEVEL, details_of
from tracker.interchange.known import Known
from tracker.interchange.writing.work import Work, change, given_values

_NAMES = {"title": "title", "summary": "summary", "countries": "countries", "confidentiality": "level"}
_EMPTY: dict[str, Any] = {"summary": "", "countries": [], "level": DEFAULT_LEVEL}


def write_cases(work: Work, cases: list[CheckedCase], known: Known) -> dict[str, bool]:
    """The case rows alone. Whether each changed, by ref; new ones are counted later, with what belongs to them."""
    standing = {case.given.ref for case in cases if work.rows.get("cases", case.given.ref) is not None}
    new = [case for case in cases if case.given.ref not in standing]
    references = fresh_references(work.session, [case.definition.prefix if case.definition else "" for case in new])
    for case, reference in zip(new, references, strict=True):
        _add(work, case, reference)
    return {case.given.ref: _update(work, case, known) for case in cases if case.given.ref in standing}


def _add(work: Work, case: CheckedCase, reference: str) -> None:
    given = case.given
    row = Case(
        id=new_id(),
        sender=work.sender,
        ref=given.ref,
        reference=reference,
        pathway=given.pathway,
        definition_version=case.definition.version if case.definition else 1,
        details=details_of(given, None),
        dossier_id=work.id_of("dossiers", given.dossier),
        created_by_id=work.actor.person_id,
        **given_values(given, _NAMES, _EMPTY),
    )
    work.session.add(row)
    work.rows.put("cases", given.ref, row)


def _update(work: Work, case: CheckedCase, known: Known) -> bool:
    given = case.given
    row = work.rows.get("cases", given.ref)
    values = given_values(given, _NAMES, _EMPTY)
    if "details" in given.given:
        values["details"] = details_of(given, known.cases.get(given.ref))
    if "dossier" in given.given:
        values["dossier_id"] = work.id_of("dossiers", given.dossier)
    level = row.level
    is_changed = change(row, values)
    if row.level != level:
        work.session.flush()
        announce(work.session, CaseLevelChanged(row.id, work.actor))
    return is_changed
