"""Gives cases out as a dossier file: what the acting person may see, and no computed key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.interchange import rendering
from tracker.interchange.foreign_refs import joined_ref
from tracker.interchange.schema import DEFAULT_SENDER, FORMAT
from tracker.interchange.selecting import Selection, select_all, select_cases


class UnknownRefError(LookupError):
    """No case that the acting person may see has one of the refs asked for."""


def export_dossier(session: Session, actor: Actor, refs: Iterable[str] = ()) -> dict[str, Any]:
    """The document. With `refs` (a case's ref, or its reference for people) those cases and what they refer to.

    Raises UnknownRefError.
    """
    wanted = list(dict.fromkeys(refs))
    document = document_of(session, actor, wanted)
    record(session, actor, "dossier.exported", "dossier_file", None, counts=counts_of(document), chosen=len(wanted))
    return document


def document_of(session: Session, actor: Actor, wanted: Sequence[str] = ()) -> dict[str, Any]:
    """The same, but whoever asks for it notes it in the audit. Raises UnknownRefError."""
    selection = select_cases(session, actor, wanted) if wanted else select_all(session, actor)
    if wanted and selection.unknown:
        raise UnknownRefError(", ".join(selection.unknown))
    return _document(selection)


def counts_of(document: dict[str, Any]) -> dict[str, int]:
    """How much of what a document holds."""
    return {kind: len(value) for kind, value in document.items() if isinstance(value, list)}


@dataclass(frozen=True)
class Names:
    """The refs of a file with one sender: those of other senders carry their sender's name."""

    sender: str

    def ref(self, row: Any) -> str:
        return joined_ref(row.sender, row.ref, self.sender)


def _document(selection: Selection) -> dict[str, Any]:
    names = Names(_sender(selection))
    parts = {
        "dossiers": [rendering.dossier(names, row) for row in selection.dossiers],
        "organisations": [rendering.organisation(names, row) for row in selection.organisations],
        "contacts": [rendering.contact(names, selection, row) for row in selection.contacts],
        "subjects": [rendering.subject(names, row) for row in selection.subjects],
        "cases": [rendering.case(names, selection, row) for row in selection.cases],
        "engagements": [rendering.engagement(names, selection, row) for row in selection.engagements],
        "commitments": [
            rendering.commitment(names, selection, row) for row in selection.commitments if row.engagement_id is None
        ],
        "documents": [rendering.document(names, selection, row) for row in selection.documents],
    }
    return {"format": FORMAT, "sender": names.sender, **{kind: items for kind, items in parts.items() if items}}


def _sender(selection: Selection) -> str:
    """Whoever named most of the cases (or of what there is, without cases): so most refs stay as they were given."""
    senders = Counter(row.sender for row in selection.cases or selection.everything())
    return max(sorted(senders), key=lambda sender: senders[sender], default=DEFAULT_SENDER)
