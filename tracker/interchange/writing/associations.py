"""What ties a case to subjects, contacts and other cases.

A list in a file adds to what is recorded and changes what it names again; it never takes away, since an export holds
only what its reader may see. Null takes all away.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.cases.models import CaseContact, CaseLink, CaseSubject
from tracker.core.ids import new_id
from tracker.interchange.schema import CaseObject, CaseSubjectObject
from tracker.interchange.writing.work import Work, change, given_values, is_cleared


def write_associations(work: Work, cases: list[CaseObject]) -> dict[str, bool]:
    """Needs cases, subjects and contacts to be in the database. Whether anything changed, by the ref of the case."""
    ids = [work.rows.get("cases", case.ref).id for case in cases]
    subjects = _by_case(work, CaseSubject, CaseSubject.case_id, ids, lambda row: row.subject_id)
    contacts = _by_case(work, CaseContact, CaseContact.case_id, ids, lambda row: (row.contact_id, row.role))
    links = _by_case(work, CaseLink, CaseLink.from_case_id, ids, lambda row: (row.to_case_id, row.kind))
    changed = {}
    for case, case_id in zip(cases, ids, strict=True):
        parts = [
            _write_subjects(work, case, case_id, subjects[case_id]),
            _write_contacts(work, case, case_id, contacts[case_id]),
            _write_links(work, case, case_id, links[case_id]),
        ]
        changed[case.ref] = any(parts)
    return changed


def _by_case(work: Work, model: Any, column: Any, ids: list[UUID], key: Any) -> dict[UUID, dict[Any, Any]]:
    found: dict[UUID, dict[Any, Any]] = defaultdict(dict)
    for row in work.session.scalars(select(model).where(column == any_(cast(ids, ARRAY(Uuid))))):
        found[getattr(row, column.key)][key(row)] = row
    return found


def _cleared(work: Work, case: CaseObject, name: str, rows: dict[Any, Any]) -> bool:
    if not rows or not is_cleared(case, name):
        return False
    for row in rows.values():
        work.session.delete(row)
    return True


def _write_subjects(work: Work, case: CaseObject, case_id: UUID, rows: dict[Any, Any]) -> bool:
    changed = _cleared(work, case, "subjects", rows)
    position = max((row.position for row in rows.values()), default=-1)
    for entry in case.subjects or ():
        subject_id = work.id_of("subjects", entry.subject)
        if subject_id in rows:
            changed |= change(rows[subject_id], _subject_values(entry))
            continue
        position += 1
        row = CaseSubject(
            id=new_id(), case_id=case_id, subject_id=subject_id, position=position, **_subject_values(entry)
        )
        work.session.add(row)
        rows[subject_id] = row
        changed = True
    return changed


def _subject_values(entry: CaseSubjectObject) -> dict[str, Any]:
    return given_values(entry, {name: name for name in ("role", "counts", "outcome")})


def _write_contacts(work: Work, case: CaseObject, case_id: UUID, rows: dict[Any, Any]) -> bool:
    changed = _cleared(work, case, "contacts", rows)
    for entry in case.contacts or ():
        contact_id = work.id_of("contacts", entry.contact)
        if (contact_id, entry.role) not in rows:
            row = CaseContact(id=new_id(), case_id=case_id, contact_id=contact_id, role=entry.role)
            work.session.add(row)
            rows[contact_id, entry.role] = row
            changed = True
    return changed


def _write_links(work: Work, case: CaseObject, case_id: UUID, rows: dict[Any, Any]) -> bool:
    changed = _cleared(work, case, "links", rows)
    for entry in case.links or ():
        to_id = work.id_of("cases", entry.to)
        if (to_id, entry.kind) not in rows:
            row = CaseLink(id=new_id(), from_case_id=case_id, to_case_id=to_id, kind=entry.kind)
            work.session.add(row)
            rows[to_id, entry.kind] = row
            changed = True
    return changed
