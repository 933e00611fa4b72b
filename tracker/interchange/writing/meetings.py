"""Engagements with who took part, and commitments with who gave them to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.core.dates import VagueDate
from tracker.core.ids import new_id
from tracker.engagements.models import Commitment, Engagement, EngagementCase, Participant
from tracker.interchange.countries import COUNTRY_CODES
from tracker.interchange.schema import CommitmentObject, DossierFile, EngagementObject
from tracker.interchange.writing.work import Work, change, given_values

_NAMES = {
    "kind": "kind",
    "occurred_on": "occurred_on",
    "date_text": "date_text",
    "place": "place",
    "summary": "summary",
    "confidentiality": "level",
}
_EMPTY = {"summary": "", "level": "internal", "kind": "meeting"}


def write_engagements(work: Work, file: DossierFile) -> None:
    """Needs cases and contacts to be in the database."""
    items = file.engagements or ()
    new = {_add(work, item).id for item in items if work.rows.get("engagements", item.ref) is None}
    work.session.flush()
    cases = _cases_of(work, [work.rows.get("engagements", item.ref).id for item in items])
    for item in items:
        row: Engagement = work.rows.get("engagements", item.ref)
        changes = [_change(row, item), _write_participants(work, row, item), _write_cases(work, row, item, cases)]
        work.tally.count("engagements", is_new=row.id in new, is_changed=any(changes))
    work.session.flush()


def _add(work: Work, item: EngagementObject) -> Engagement:
    owner = work.actor.person_id
    values = given_values(item, _NAMES, _EMPTY)
    row = Engagement(
        id=new_id(), sender=work.sender, ref=item.ref, created_by_id=owner, sort_on=_sort_on(item.occurred_on), **values
    )
    row.participants = []
    work.session.add(row)
    work.rows.put("engagements", item.ref, row)
    return row


def _sort_on(occurred_on: str | None) -> date | None:
    """The last possible day; None where nothing is known."""
    return VagueDate(occurred_on).latest


def _change(row: Engagement, item: EngagementObject) -> bool:
    values = given_values(item, _NAMES, _EMPTY)
    if "occurred_on" in values and values["occurred_on"] != row.occurred_on:
        values["sort_on"] = _sort_on(values["occurred_on"])
    return change(row, values)


def _write_participants(work: Work, row: Engagement, item: EngagementObject) -> bool:
    """Those given take the place of those recorded, where anything differs."""
    if "participants" not in item.given:
        return False
    wished = [_participant(work, text) for text in item.participants or ()]
    if wished == [(standing.contact_id, standing.name) for standing in row.participants]:
        return False
    row.participants = [
        Participant(id=new_id(), engagement_id=row.id, position=position, contact_id=contact_id, name=name)
        for position, (contact_id, name) in enumerate(wished)
    ]
    return True


def _participant(work: Work, text: str) -> tuple[UUID | None, str | None]:
    contact_id = work.id_of("contacts", text)
    return (contact_id, None) if contact_id is not None else (None, text)


def _cases_of(work: Work, engagement_ids: list[UUID]) -> dict[UUID, dict[UUID, EngagementCase]]:
    found: dict[UUID, dict[UUID, EngagementCase]] = defaultdict(dict)
    of_engagements = EngagementCase.engagement_id == any_(cast(engagement_ids, ARRAY(Uuid)))
    for row in work.session.scalars(select(EngagementCase).where(of_engagements)):
        found[row.engagement_id][row.case_id] = row
    return found


def _write_cases(
    work: Work, row: Engagement, item: EngagementObject, cases: dict[UUID, dict[UUID, EngagementCase]]
) -> bool:
    standing = cases[row.id]
    if "cases" in item.given and item.cases is None and standing:
        for link in standing.values():
            work.session.delete(link)
        return True
    wished = dict.fromkeys(work.rows.get("cases", ref).id for ref in item.cases or ())
    missing = [case_id for case_id in wished if case_id not in standing]
    work.session.add_all(EngagementCase(engagement_id=row.id, case_id=case_id) for case_id in missing)
    return bool(missing)


def write_commitments(work: Work, file: DossierFile) -> None:
    """Needs engagements, cases, contacts and organisations to be in the database."""
    for engagement in file.engagements or ():
        row = work.rows.get("engagements", engagement.ref)
        _write_commitments(work, engagement.commitments or (), row.id)
    _write_commitments(work, file.commitments or (), None)


def _write_commitments(work: Work, items: Sequence[CommitmentObject], engagement_id: UUID | None) -> None:
    for position, item in enumerate(items):
        values = _commitment_values(work, item) | {"engagement_id": engagement_id, "position": position}
        row = work.rows.get("commitments", item.ref)
        is_new = row is None
        if row is None:
            owner = work.actor.person_id
            row = Commitment(id=new_id(), sender=work.sender, ref=item.ref, created_by_id=owner, **values)
            work.session.add(row)
            work.rows.put("commitments", item.ref, row)
        elif engagement_id is None and row.engagement_id is not None:
            values["engagement_id"], values["position"] = row.engagement_id, row.position
        else:
            values["position"] = row.position
        work.tally.count("commitments", is_new=is_new, is_changed=not is_new and change(row, values))


def _commitment_values(work: Work, item: CommitmentObject) -> dict[str, Any]:
    values = given_values(item, {name: name for name in ("kind", "text", "status")}, {"status": "open"})
    if "due_on" in item.given:
        values["due_on"] = date.fromisoformat(item.due_on) if item.due_on is not None else None
    if "case" in item.given:
        values["case_id"] = work.id_of("cases", item.case)
    for side in ("by", "to"):
        if side in item.given:
            values |= _side(work, side, getattr(item, side))
    return values


def _side(work: Work, side: str, text: str | None) -> dict[str, Any]:
    """A contact, an organisation, a country, or plain text: the first of these that it can be."""
    contact_id = work.id_of("contacts", text)
    organisation_id = work.id_of("organisations", text) if contact_id is None else None
    is_ref = contact_id is not None or organisation_id is not None
    country = text if not is_ref and text in COUNTRY_CODES else None
    return {
        f"{side}_contact_id": contact_id,
        f"{side}_organisation_id": organisation_id,
        f"{side}_country": country,
        f"{side}_text": text if text and not is_ref and country is None else None,
    }
