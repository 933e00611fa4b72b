"""What people do with cases: one function per intention. None of them commits."""

from __future__ import annotations

from tracker.cases.services.contacts import add_contact, remove_contact
from tracker.cases.services.dossiers import edit_dossier, make_dossier
from tracker.cases.services.entries import NewEntry
from tracker.cases.services.facts import CaseFacts, edit_facts, rename
from tracker.cases.services.levels import lower_level, raise_level
from tracker.cases.services.links import link_cases, unlink_cases
from tracker.cases.services.members import add_member, end_membership
from tracker.cases.services.moving import change_status
from tracker.cases.services.opening import NewCase, open_case
from tracker.cases.services.recording import record_event
from tracker.cases.services.reviews import review_access
from tracker.cases.services.subjects import SubjectOnCase, add_subject, edit_subject_on_case, remove_subject
from tracker.cases.services.unsealing import ask_to_unseal
from tracker.cases.services.voiding import replace_event, void_event

__all__ = [
    "CaseFacts",
    "NewCase",
    "NewEntry",
    "SubjectOnCase",
    "add_contact",
    "add_member",
    "add_subject",
    "ask_to_unseal",
    "change_status",
    "edit_dossier",
    "edit_facts",
    "edit_subject_on_case",
    "end_membership",
    "link_cases",
    "lower_level",
    "make_dossier",
    "open_case",
    "raise_level",
    "record_event",
    "remove_contact",
    "remove_subject",
    "rename",
    "replace_event",
    "review_access",
    "unlink_cases",
    "void_event",
]
