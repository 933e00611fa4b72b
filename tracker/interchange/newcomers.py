"""What objects must say about themselves, above all those that are not recorded here yet. Pure."""

from __future__ import annotations

from tracker.interchange.fields import is_email
from tracker.interchange.findings import Findings, at_key
from tracker.interchange.known import Known
from tracker.interchange.references import SINGULAR, objects_of
from tracker.interchange.schema import DossierFile

NEEDED = {"follow_ups": ("title",), "engagements": ("kind",), "commitments": ("kind", "text")}
"""Without these a new object means nothing."""
NAMES = {"dossiers": "title", "organisations": "name", "subjects": "name", "documents": "title"}
"""An object may be known by its ref alone; that is a gap."""


def check_new(file: DossierFile, known: Known, findings: Findings) -> None:
    for kind, names in NEEDED.items():
        for item in objects_of(file, kind):
            ref = getattr(item, "ref", None)
            for name in names:
                missing = getattr(item, name) is None and not item.is_faulty(name)
                if missing and (name in item.given or not known.has(kind, ref or "")):
                    findings.error(at_key(item.path, name), f"is required for a new {SINGULAR[kind]}")
    for kind, name in NAMES.items():
        for item in objects_of(file, kind):
            ref = getattr(item, "ref", None)
            missing = getattr(item, name) is None and not item.is_faulty(name)
            if missing and (name in item.given or not known.has(kind, ref or "")):
                findings.gap(at_key(item.path, name), "is not given; the ref stands in its place")


def report_addresses(file: DossierFile, findings: Findings) -> None:
    """What stands for the e-mail address of a contact is kept; nobody can write there, so it is a gap."""
    for contact in file.contacts or ():
        if contact.email and not is_email(contact.email):
            findings.gap(at_key(contact.path, "email"), "is no e-mail address; it is kept as it is")
