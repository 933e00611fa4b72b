"""The closed lists that every pathway definition draws on.

They are ``Literal`` types, so that the schema, the type checker and the fault messages all read the same list.
Sources: sections 0.2 to 0.9 of the domain reference, and the codes of the verified clock table.
"""

from __future__ import annotations

from typing import Literal, get_args

Phase = Literal["prep", "open", "paused", "decided", "closed"]
Kind = Literal["forward", "back", "suspend", "resume", "close", "reopen"]
"""How a listed pair of statuses relates. ``jump`` is not among them: a person says it, no table does."""

JUMP = "jump"

Level = Literal["public", "internal", "restricted", "sealed"]
"""Confidentiality, from the widest circle to the narrowest."""

FactType = Literal["text", "number", "date", "boolean", "per_state"]
ValueType = Literal["text", "number", "date", "boolean"]

EventField = Literal[
    "occurred_on",
    "known_on",
    "effective_on",
    "expires_on",
    "time",
    "place",
    "authority",
    "reference_no",
    "source",
    "outcome",
    "reason",
    "resume_to",
    "new_facts",
]
"""Columns of an event that can answer what a status asks to know, so that nobody types a date twice."""

Certainty = Literal["V", "V2", "K", "I"]
"""V: seen in the text named. V2: seen in a secondary text. K: not seen. I: internal convention, not law."""

ClockType = Literal["statutory", "institutional", "internal", "none"]
Unit = Literal["hours", "days", "working_days", "weeks", "months", "years"]
Counting = Literal["C0", "CW", "CM", "C-ICC", "C24", "C126", "calendar"]
Roll = Literal["R0", "R-ICC", "R-PL", "R-LT", "R-DE", "R-CZ", "R-CH", "R-CJEU", "R-EU", "R-PREV"]
Binds = Literal["party", "state", "authority", "court", "institution", "nobody"]

FollowUpKind = Literal["follow_up", "deadline", "hearing", "renewal"]

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

PHASES: tuple[str, ...] = get_args(Phase)
KINDS: tuple[str, ...] = get_args(Kind)
SAID_KINDS: tuple[str, ...] = (*KINDS, JUMP)
LEVELS: tuple[str, ...] = get_args(Level)
EVENT_FIELDS: tuple[str, ...] = get_args(EventField)
CONTACT_ROLES: tuple[str, ...] = get_args(ContactRole)
