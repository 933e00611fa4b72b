"""Descriptions of papers."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.core.ids import new_id
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.interchange.schema import DocumentObject, DossierFile
from tracker.interchange.writing.work import Work, change, given_values

_NAMES = {
    "title": "title",
    "dated_on": "dated_on",
    "sent_from": "from_text",
    "sent_to": "to_text",
    "confidentiality": "level",
    "sha256": "sha256",
    "source": "source",
}


def write_documents(work: Work, file: DossierFile) -> None:
    """Needs the cases to be in the database."""
    items = file.documents or ()
    new = {_add(work, item).id for item in items if work.rows.get("documents", item.ref) is None}
    work.session.flush()
    cases = _cases_of(work, [work.rows.get("documents", item.ref).id for item in items])
    for item in items:
        row = work.rows.get("documents", item.ref)
        changes = [change(row, _values(item)), _write_cases(work, row.id, item, cases[row.id])]
        work.tally.count("documents", is_new=row.id in new, is_changed=any(changes))


def _values(item: DocumentObject) -> dict[str, object]:
    return given_values(item, _NAMES, {"title": item.ref, "level": "internal"})


def _add(work: Work, item: DocumentObject) -> DocumentRecord:
    values = {"title": item.ref} | _values(item)
    row = DocumentRecord(id=new_id(), sender=work.sender, ref=item.ref, created_by_id=work.actor.person_id, **values)
    work.session.add(row)
    work.rows.put("documents", item.ref, row)
    return row


def _cases_of(work: Work, document_ids: list[UUID]) -> dict[UUID, dict[UUID, DocumentCase]]:
    found: dict[UUID, dict[UUID, DocumentCase]] = defaultdict(dict)
    of_documents = DocumentCase.document_id == any_(cast(document_ids, ARRAY(Uuid)))
    for row in work.session.scalars(select(DocumentCase).where(of_documents)):
        found[row.document_id][row.case_id] = row
    return found


def _write_cases(work: Work, document_id: UUID, item: DocumentObject, standing: dict[UUID, DocumentCase]) -> bool:
    if "cases" in item.given and item.cases is None and standing:
        for link in standing.values():
            work.session.delete(link)
        return True
    wished = dict.fromkeys(work.rows.get("cases", ref).id for ref in item.cases or ())
    missing = [case_id for case_id in wished if case_id not in standing]
    work.session.add_all(DocumentCase(document_id=document_id, case_id=case_id) for case_id in missing)
    return bool(missing)
