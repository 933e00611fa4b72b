"""What an object that is not recorded here yet must say about itself. Pure."""

from __future__ import annotations

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
