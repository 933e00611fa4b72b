"""Every ref is unique in its kind, and every mention of one leads somewhere. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from tracker.interchange.findings import Findings, at_index, at_key
from tracker.interchange.known import Known
from tracker.interchange.schema import CaseObject, CommitmentObject, DossierFile, FileObject

SINGULAR = {
    "dossiers": "dossier",
    "organisations": "organisation",
    "contacts": "contact",
    "subjects": "subject",
    "cases": "case",
    "follow_ups": "follow-up",
    "engagements": "engagement",
    "commitments": "commitment",
    "documents": "document",
}


def objects_of(file: DossierFile, kind: str) -> Iterator[FileObject]:
    """All objects of one kind, wherever in the file they stand."""
    if kind == "follow_ups":
        for case in file.cases or ():
            yield from case.follow_ups or ()
    elif kind == "commitments":
        for engagement in file.engagements or ():
            yield from engagement.commitments or ()
        yield from file.commitments or ()
    else:
        yield from getattr(file, kind) or ()


class References:
    """The refs of one file, and those known here from the same sender."""

    def __init__(self, file: DossierFile, known: Known) -> None:
        self._file = file
        self._known = known
        self._refs = {kind: self._first_paths(kind) for kind in SINGULAR}

    def _first_paths(self, kind: str) -> dict[str, str]:
        paths: dict[str, str] = {}
        for item in objects_of(self._file, kind):
            ref = getattr(item, "ref", None)
            if ref:
                paths.setdefault(ref, item.path)
        return paths

    def exists(self, kind: str, ref: str) -> bool:
        return ref in self._refs[kind] or self._known.has(kind, ref)

    def check(self, findings: Findings) -> None:
        self._refuse_repeated(findings)
        for kind, ref, path in self._mentions():
            if not self.exists(kind, ref):
                findings.error(path, self._unknown(kind, ref))

    def _refuse_repeated(self, findings: Findings) -> None:
        for kind, paths in self._refs.items():
            for item in objects_of(self._file, kind):
                ref = getattr(item, "ref", None)
                if ref and paths[ref] != item.path:
                    message = f"{ref!r} is also the ref of {paths[ref]}; every {SINGULAR[kind]} needs a ref of its own"
                    findings.error(at_key(item.path, "ref"), message)
        for case in self._file.cases or ():
            self._refuse_repeated_events(case, findings)
            self._refuse_repeated_parts(case, findings)

    def _refuse_repeated_events(self, case: CaseObject, findings: Findings) -> None:
        first: dict[str, str] = {}
        for event in case.events or ():
            if event.ref is not None and first.setdefault(event.ref, event.path) != event.path:
                message = f"{event.ref!r} is also the ref of {first[event.ref]}; no two events of a case share one"
                findings.error(at_key(event.path, "ref"), message)

    def _refuse_repeated_parts(self, case: CaseObject, findings: Findings) -> None:
        """Refs of charges and of records are names within their case, those of periods within their record."""
        rooms: list[tuple[str, Iterable[Any] | None]] = []
        rooms += [("charges of a case", case.charges), ("records of a case", case.period_records)]
        rooms += [("recommendations of a case", case.recommendations), ("figures of a case", case.stated_figures)]
        rooms += [("periods of a record", record.periods) for record in case.period_records or ()]
        for room, parts in rooms:
            first: dict[str, str] = {}
            for part in parts or ():
                if part.ref and first.setdefault(part.ref, part.path) != part.path:
                    message = f"{part.ref!r} is also the ref of {first[part.ref]}; no two {room} share one"
                    findings.error(at_key(part.path, "ref"), message)

    def _unknown(self, kind: str, ref: str) -> str:
        known = [*self._refs[kind], *self._known.ids.get(kind, {})]
        close = difflib.get_close_matches(ref, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"give it under {kind}, or name another"
        return f"no {SINGULAR[kind]} of this sender has the ref {ref[:80]!r}; {hint}"

    def _mentions(self) -> Iterator[tuple[str, str, str]]:
        """Kind, ref and path of every mention that must lead somewhere."""
        for contact in self._file.contacts or ():
            yield from _mention("organisations", contact, "organisation")
            for office in contact.offices or ():
                yield from _mention("organisations", office, "organisation")
        for case in self._file.cases or ():
            yield from self._mentions_of(case)
        for engagement in self._file.engagements or ():
            yield from _mentions("cases", engagement, "cases")
        for document in self._file.documents or ():
            yield from _mentions("cases", document, "cases")
        for commitment in objects_of(self._file, "commitments"):
            if isinstance(commitment, CommitmentObject):
                yield from _mention("cases", commitment, "case")

    def _mentions_of(self, case: CaseObject) -> Iterator[tuple[str, str, str]]:
        yield from _mention("dossiers", case, "dossier")
        for subject in case.subjects or ():
            yield from _mention("subjects", subject, "subject")
        for link in case.links or ():
            yield from _mention("cases", link, "to")
        for contact in case.contacts or ():
            yield from _mention("contacts", contact, "contact")
        for charge in case.charges or ():
            yield from _mentions("subjects", charge, "subjects")
        for recommendation in case.recommendations or ():
            for repeated in recommendation.repeats or ():
                yield from _mention("cases", repeated, "case")


def _mention(kind: str, item: FileObject, name: str) -> Iterator[tuple[str, str, str]]:
    ref = getattr(item, name)
    if ref is not None:
        yield kind, ref, at_key(item.path, name)


def _mentions(kind: str, item: FileObject, name: str) -> Iterator[tuple[str, str, str]]:
    refs: Iterable[str] = getattr(item, name) or ()
    for index, ref in enumerate(refs):
        yield kind, ref, at_index(at_key(item.path, name), index)


def check_own_lists(case: CaseObject, findings: Findings) -> None:
    """A case is not linked to itself, and has each subject once."""
    for link in case.links or ():
        if link.to == case.ref and not link.is_faulty("to"):
            findings.error(at_key(link.path, "to"), "a case cannot be linked to itself")
    seen: dict[str, str] = {}
    for entry in case.subjects or ():
        if not entry.is_faulty("subject") and seen.setdefault(entry.subject, entry.path) != entry.path:
            message = f"{entry.subject!r} stands already at {seen[entry.subject]}; a case has each subject once"
            findings.error(at_key(entry.path, "subject"), message)
