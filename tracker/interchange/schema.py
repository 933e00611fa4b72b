"""The dossier file, format 1, as types: a public contract, and the source of its JSON Schema.

A key that a file leaves out is not in `given`; one that it sets to null is, with the value None. The importer tells
the two apart: left out stays as it is, null clears.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from tracker.interchange.fields import (
    Country,
    Day,
    Details,
    Email,
    Facts,
    Flag,
    Name,
    Reference,
    Sequence,
    Sha256,
    StatusKey,
    Text,
    VagueDate,
)
from tracker.interchange.file_object import FileObject as FileObject
from tracker.interchange.review_schema import RecommendationObject, StatedFiguresObject

FORMAT = "accountability-dossier/1"
DEFAULT_SENDER = "local"

Level = Literal["public", "internal", "restricted", "sealed"]
PathwayKey = Annotated[StatusKey, Field(description="the key of a pathway's definition")]
MembershipKind = Literal["lead", "member", "reader"]
LinkKind = Literal["joins", "arises_from", "replaces", "litigates", "related"]
SubjectKind = Literal["person", "entity"]
Precision = Literal["day", "month", "year", "unknown"]
Move = Literal["forward", "back", "suspend", "resume", "close", "reopen", "jump"]
FollowUpKind = Literal["follow_up", "deadline", "hearing", "renewal"]
FollowUpStatus = Literal["open", "in_progress", "waiting", "done", "cancelled"]
EngagementKind = Literal["meeting", "call", "letter", "event"]
CommitmentKind = Literal["ask", "commitment", "position", "topic", "internal"]
CommitmentStatus = Literal["open", "kept", "partly_kept", "broken", "superseded"]
Jurisdiction = Annotated[Text, Field(description="ISO 3166-1 alpha-2, or ICC")]
Crime = Literal["genocide", "crimes_against_humanity", "war_crimes", "aggression", "torture", "ordinary"]
Limitation = Literal["none", "date", "unknown"]
LimitationActKind = Literal["suspended", "resumed", "interrupted", "extended"]
PeriodKind = Literal["framework", "listing", "mandate", "state_membership", "body_membership", "power_of_attorney"]
ContactRole = Literal[
    "state_focal_point",
    "justice_ministry",
    "ambassador",
    "permanent_mission",
    "prosecutor",
    "investigator",
    "registry_contact",
    "counsel_victims",
    "law_firm",
    "ngo_partner",
    "documentation_platform",
    "mp_mep",
    "eu_institution",
    "un_secretariat",
    "expert_member",
    "witness_liaison",
    "press",
    "internal_lead",
    "internal_deputy",
    "data_protection_officer",
    "adverse_body",
]


class DossierObject(FileObject):
    ref: Reference
    title: Name | None = None
    summary: Text | None = None


class OrganisationObject(FileObject):
    ref: Reference
    name: Name | None = None
    country: Country | None = None
    kind: Text | None = None


class OfficeObject(FileObject):
    title: Name | None = None
    organisation: Reference | None = None
    held_from: VagueDate | None = Field(default=None, alias="from")
    held_to: VagueDate | None = Field(default=None, alias="to")


class ContactObject(FileObject):
    ref: Reference
    name: Name | None = Field(default=None, description="null when only the office is known")
    organisation: Reference | None = None
    country: Country | None = None
    email: Text | None = None
    phone: Text | None = None
    languages: list[Text] | None = None
    notes: Text | None = None
    offices: list[OfficeObject] | None = None


class SubjectObject(FileObject):
    """A person or entity whom cases are about (accused, listed). Never a victim."""

    ref: Reference
    name: Name | None = None
    kind: SubjectKind | None = None
    aliases: list[Text] | None = None
    office: Text | None = None
    notes: Text | None = None


class MemberObject(FileObject):
    user: Email
    kind: MembershipKind | None = None


class CaseSubjectObject(FileObject):
    subject: Reference
    role: Text | None = None
    counts: Any = None
    outcome: Text | None = None


class LinkObject(FileObject):
    to: Reference
    kind: LinkKind


class CaseContactObject(FileObject):
    contact: Reference
    role: ContactRole


class EventObject(FileObject):
    ref: Reference | None = None
    seq: Sequence | None = None
    occurred_on: VagueDate | None = None
    precision: Precision | None = None
    between: Annotated[list[VagueDate | None], Field(min_length=2, max_length=2)] | None = None
    known_on: Day | None = None
    effective_on: Day | None = None
    expires_on: Day | None = None
    time: Text | None = None
    place: Text | None = None
    status: StatusKey | None = None
    move: Move | None = None
    resume_to: StatusKey | None = None
    outcome: Text | None = None
    reason: Text | None = None
    new_facts: Text | None = None
    facts: Facts | None = None
    flags: list[Flag] | None = None
    summary: Name
    authority: Text | None = None
    reference_no: Text | None = None
    source: Text | None = None
    clock_rule: Text | None = None
    clock_party: Text | None = None
    clock_on: VagueDate | None = None
    confidentiality: Level | None = None


class FollowUpObject(FileObject):
    ref: Reference
    title: Name | None = None
    kind: FollowUpKind | None = None
    due_on: Day | None = None
    assignee: Email | None = None
    status: FollowUpStatus | None = None
    completed_on: Day | None = None
    notes: Text | None = None


class LimitationActObject(FileObject):
    """An act that moves limitation. `weighed`: somebody has looked at the limitation since."""

    kind: LimitationActKind
    occurred_on: VagueDate | None = None
    act: Name
    source: Text | None = None
    weighed: StrictBool | None = None


class ChargeObject(FileObject):
    """A charge under the law of one jurisdiction, with its limitation there: none, a date, or unknown."""

    ref: Reference
    subjects: list[Reference] | None = Field(default=None, description="those of the case whom it is against")
    jurisdiction: Jurisdiction | None = None
    offence: Name | None = None
    crime: Crime | None = None
    law: Text | None = None
    gravity: Text | None = None
    limitation: Limitation | None = None
    lapses_on: Day | None = None
    counted_from: Day | None = None
    period_amount: Sequence | None = None
    period_unit: Literal["years", "months"] | None = None
    limitation_source: Text | None = None
    certainty: Literal["V", "V2", "K"] | None = None
    note: Text | None = None
    acts: list[LimitationActObject] | None = None


class PeriodObject(FileObject):
    """From when until when. `end`: it ends on a day, which belongs to it; is open; or nobody knows."""

    ref: Reference
    begins_on: VagueDate | None = None
    ends_on: VagueDate | None = None
    end: Literal["day", "open", "unknown"] | None = None
    basis: Text | None = None
    source: Text | None = None
    overlaps: StrictBool | None = Field(default=None, description="that the acts themselves overlap")


class PeriodRecordObject(FileObject):
    """What one act grants for a time and another renews; a renewal is one more period."""

    ref: Reference
    kind: PeriodKind | None = None
    title: Name | None = None
    holder: Text | None = None
    authority: Text | None = None
    rule: Text | None = Field(default=None, description="the key of the rule by which its periods end")
    note: Text | None = None
    periods: list[PeriodObject] | None = None


class CaseObject(FileObject):
    ref: Reference
    pathway: PathwayKey
    title: Name
    dossier: Reference | None = None
    summary: Text | None = None
    countries: list[Country] | None = None
    confidentiality: Level | None = None
    lead: Email | None = None
    members: list[MemberObject] | None = None
    details: Details | None = None
    subjects: list[CaseSubjectObject] | None = None
    links: list[LinkObject] | None = None
    contacts: list[CaseContactObject] | None = None
    events: Annotated[list[EventObject], Field(min_length=1)]
    follow_ups: list[FollowUpObject] | None = None
    charges: list[ChargeObject] | None = None
    period_records: list[PeriodRecordObject] | None = None
    recommendations: list[RecommendationObject] | None = None
    stated_figures: list[StatedFiguresObject] | None = None


class CommitmentObject(FileObject):
    """`by` and `to` are contact or organisation refs, country codes, or plain text."""

    ref: Reference
    kind: CommitmentKind | None = None
    by: Text | None = None
    to: Text | None = None
    text: Name | None = None
    due_on: Day | None = None
    status: CommitmentStatus | None = None
    case: Reference | None = None


class EngagementObject(FileObject):
    ref: Reference
    kind: EngagementKind | None = None
    occurred_on: VagueDate | None = None
    precision: Precision | None = None
    date_text: Text | None = None
    place: Text | None = None
    participants: list[Name] | None = Field(default=None, description="contact refs or plain text")
    cases: list[Reference] | None = None
    summary: Text | None = None
    confidentiality: Level | None = None
    commitments: list[CommitmentObject] | None = None


class DocumentObject(FileObject):
    """The description of a paper; the file itself travels apart."""

    ref: Reference
    title: Name | None = None
    dated_on: VagueDate | None = None
    sent_from: Text | None = Field(default=None, alias="from")
    sent_to: Text | None = Field(default=None, alias="to")
    cases: list[Reference] | None = None
    confidentiality: Level | None = None
    sha256: Sha256 | None = None
    source: Text | None = None


class DossierFile(FileObject):
    format: Literal["accountability-dossier/1"]
    sender: Reference = DEFAULT_SENDER
    dossiers: list[DossierObject] | None = None
    organisations: list[OrganisationObject] | None = None
    contacts: list[ContactObject] | None = None
    subjects: list[SubjectObject] | None = None
    cases: list[CaseObject] | None = None
    engagements: list[EngagementObject] | None = None
    commitments: list[CommitmentObject] | None = None
    documents: list[DocumentObject] | None = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a dossier file: its shape; the rules of order and law are the importer's."""
    schema = DossierFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Accountability dossier 1"}
