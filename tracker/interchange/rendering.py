"""Rows as objects of the format. What is empty is left out; what follows from something else is not written."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.cases.models import Case, CaseEvent, Dossier, Subject
from tracker.contacts.models import Contact, Organisation
from tracker.core.dates import precision_of
from tracker.documents.models import DocumentRecord
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import FollowUp
from tracker.interchange.event_content import content_of_row
from tracker.interchange.review_rendering import review
from tracker.interchange.selecting import Selection
from tracker.interchange.writing_out import Names, filled
from tracker.limitation.models import Charge
from tracker.pathways.machine import judge
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState, advance
from tracker.pathways.store import definitions
from tracker.periods.models import PeriodRecord


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def dossier(names: Names, row: Dossier) -> dict[str, Any]:
    return filled(ref=names.ref(row), title=row.title, summary=row.summary)


def organisation(names: Names, row: Organisation) -> dict[str, Any]:
    return filled(ref=names.ref(row), name=row.name, country=row.country, kind=row.kind)


def contact(names: Names, chosen: Selection, row: Contact) -> dict[str, Any]:
    private = chosen.private.get(row.id)
    return {"ref": names.ref(row), "name": row.name} | filled(
        organisation=_ref(names, chosen, row.organisation_id),
        country=row.country,
        email=private.email if private else None,
        phone=private.phone if private else None,
        languages=row.languages,
        notes=private.notes if private else None,
        offices=[
            filled(
                title=office.title,
                organisation=_ref(names, chosen, office.organisation_id),
                **{"from": office.held_from, "to": office.held_to},
            )
            for office in row.offices
        ],
    )


def subject(names: Names, row: Subject) -> dict[str, Any]:
    """A subject whose name nobody knows is kept under its ref."""
    name = row.name if row.name != row.ref else None
    return {"ref": names.ref(row), "name": name} | filled(
        kind=row.kind, aliases=row.aliases, office=row.office, notes=row.notes
    )


def case(names: Names, chosen: Selection, row: Case) -> dict[str, Any]:
    return {"ref": names.ref(row), "pathway": row.pathway, "title": row.title} | filled(
        dossier=_ref(names, chosen, row.dossier_id),
        summary=row.summary,
        countries=row.countries,
        confidentiality=row.level,
        **_people(chosen, row),
        details=row.details,
        subjects=[
            filled(subject=ref, role=entry.role, counts=entry.counts, outcome=entry.outcome)
            for entry in chosen.case_subjects.get(row.id, ())
            if (ref := _ref(names, chosen, entry.subject_id))
        ],
        links=[
            {"to": ref, "kind": link.kind}
            for link in chosen.case_links.get(row.id, ())
            if (ref := _ref(names, chosen, link.to_case_id))
        ],
        contacts=[
            {"contact": ref, "role": entry.role}
            for entry in chosen.case_contacts.get(row.id, ())
            if (ref := _ref(names, chosen, entry.contact_id))
        ],
        events=_events(row, chosen.events.get(row.id, [])),
        follow_ups=[follow_up(names, chosen, entry) for entry in chosen.follow_ups.get(row.id, ())],
        charges=[charge(names, chosen, entry) for entry in chosen.charges.get(row.id, ())],
        period_records=[period_record(chosen, entry) for entry in chosen.period_records.get(row.id, ())],
        **review(names, chosen, row),
    )


def _people(chosen: Selection, row: Case) -> dict[str, Any]:
    """`lead` is the first lead; further leads stand among the members."""
    standing = [entry for entry in chosen.memberships.get(row.id, ()) if entry.person_id in chosen.emails]
    lead = next((entry for entry in standing if entry.person_id == row.lead_id and entry.kind == "lead"), None)
    return {
        "lead": chosen.emails[lead.person_id] if lead else None,
        "members": [
            {"user": chosen.emails[entry.person_id], "kind": entry.kind} for entry in standing if entry is not lead
        ],
    }


def _events(row: Case, events: list[CaseEvent]) -> list[dict[str, Any]]:
    """In order, `seq` counted anew; the kind of a move only where somebody said it."""
    definition = _definition(row)
    state = CaseState(details=row.details)
    rendered = []
    for number, event in enumerate(events, 1):
        content = content_of_row(event)
        content["move"] = _still_right(definition, state, event.status, content["move"])
        rendered.append(_event(number, event, content))
        if definition is not None and event.status is not None and event.status in definition.by_key:
            state = advance(definition, state, status=event.status, resume_to=event.resume_to)
    return rendered


def _definition(row: Case) -> Definition | None:
    try:
        return definitions().get(row.pathway)
    except KeyError:
        return None


def _still_right(definition: Definition | None, state: CaseState, status: str | None, said: str | None) -> str | None:
    """The kind as it was said; none where an entry that came between has made it another."""
    if said is None or status is None or definition is None:
        return said
    return None if judge(definition, state, status, said, importing=True).code == "wrong_kind" else said


_EVENT_KEYS = (
    "between",
    "known_on",
    "effective_on",
    "expires_on",
    "time",
    "place",
    "status",
    "move",
    "resume_to",
    "outcome",
    "reason",
    "new_facts",
    "facts",
    "flags",
    "summary",
    "authority",
    "reference_no",
    "source",
    "clock_rule",
    "clock_party",
    "clock_on",
    "confidentiality",
)


def _event(number: int, event: CaseEvent, content: dict[str, Any]) -> dict[str, Any]:
    head = {"ref": event.ref} if event.ref else {}
    date_said = {"occurred_on": event.occurred_on, "precision": str(precision_of(event.occurred_on))}
    return {**head, "seq": number, **date_said} | filled(**{key: content[key] for key in _EVENT_KEYS})


def follow_up(names: Names, chosen: Selection, row: FollowUp) -> dict[str, Any]:
    assignee = chosen.emails.get(row.assignee_id) if row.assignee_id else row.assignee_named
    return filled(
        ref=names.ref(row),
        title=row.title,
        kind=row.kind,
        due_on=_day(row.due_on),
        assignee=assignee,
        status=row.status,
        completed_on=_day(row.completed_on),
        notes=row.notes,
    )


def charge(names: Names, chosen: Selection, row: Charge) -> dict[str, Any]:
    """Where the last day was counted, the period is given and not the day."""
    return filled(
        ref=row.ref,
        subjects=[
            ref for one in chosen.charge_subjects.get(row.id, ()) if (ref := _ref(names, chosen, one.subject_id))
        ],
        jurisdiction=row.jurisdiction,
        offence=row.offence,
        crime=row.crime,
        law=row.law,
        gravity=row.gravity,
        limitation=row.limitation,
        lapses_on=_day(row.lapses_on) if row.counted_from is None else None,
        counted_from=_day(row.counted_from),
        period_amount=row.period_amount,
        period_unit=row.period_unit,
        limitation_source=row.limitation_source,
        certainty=row.certainty,
        note=row.note,
        acts=[
            filled(
                kind=act.kind,
                occurred_on=act.occurred_on,
                act=act.act,
                source=act.source,
                weighed=act.entered_at <= row.checked_at,
            )
            for act in chosen.limitation_acts.get(row.id, ())
        ],
    )


def period_record(chosen: Selection, row: PeriodRecord) -> dict[str, Any]:
    return filled(
        ref=row.ref,
        kind=row.kind,
        title=row.title,
        holder=row.holder,
        authority=row.authority,
        rule=row.rule_key,
        note=row.note,
        periods=[
            filled(
                ref=period.ref,
                begins_on=period.begins_on,
                ends_on=period.ends_on,
                end=period.end_kind,
                basis=period.basis,
                source=period.source,
                overlaps=True if period.is_overlapping else None,
            )
            for period in chosen.periods.get(row.id, ())
        ],
    )


def engagement(names: Names, chosen: Selection, row: Engagement) -> dict[str, Any]:
    date_said = {"occurred_on": row.occurred_on, "precision": str(precision_of(row.occurred_on))}
    commitments = chosen.made_in(row.id)
    return {"ref": names.ref(row), "kind": row.kind, **date_said} | filled(
        date_text=row.date_text,
        place=row.place,
        participants=[
            text
            for person in row.participants
            if (text := person.name or _ref(names, chosen, person.contact_id)) is not None
        ],
        cases=_cases(names, chosen, chosen.engagement_cases.get(row.id, [])),
        summary=row.summary,
        confidentiality=row.level,
        commitments=[commitment(names, chosen, entry) for entry in commitments],
    )


def commitment(names: Names, chosen: Selection, row: Commitment) -> dict[str, Any]:
    by = _ref(names, chosen, row.by_contact_id or row.by_organisation_id) or row.by_country or row.by_text
    to = _ref(names, chosen, row.to_contact_id or row.to_organisation_id) or row.to_country or row.to_text
    return filled(
        ref=names.ref(row),
        kind=row.kind,
        by=by,
        to=to,
        text=row.text,
        due_on=_day(row.due_on),
        status=row.status,
        case=_ref(names, chosen, row.case_id),
    )


def document(names: Names, chosen: Selection, row: DocumentRecord) -> dict[str, Any]:
    return filled(
        ref=names.ref(row),
        title=row.title,
        dated_on=row.dated_on,
        **{"from": row.from_text, "to": row.to_text},
        cases=_cases(names, chosen, chosen.document_cases.get(row.id, [])),
        confidentiality=row.level,
        sha256=row.sha256,
        source=row.source,
    )


def _cases(names: Names, chosen: Selection, links: list[Any]) -> list[str]:
    return [ref for link in links if (ref := _ref(names, chosen, link.case_id))]


def _ref(names: Names, chosen: Selection, row_id: Any) -> str | None:
    row = chosen.row(row_id)
    return names.ref(row) if row is not None else None
