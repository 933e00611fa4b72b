"""What all writers share: the session, what is recorded here, and the count of what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.contacts.models import Contact, Organisation
from tracker.core.actor import Actor
from tracker.interchange.findings import Findings
from tracker.interchange.known import KINDS
from tracker.interchange.loading import Rows
from tracker.interchange.schema import FileObject


@dataclass
class Tally:
    """How many objects of each kind were made, changed, left as they were."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str, *, is_new: bool, is_changed: bool) -> None:
        outcome = self.created if is_new else self.updated if is_changed else self.unchanged
        outcome[kind] += 1

    def as_json(self) -> dict[str, dict[str, int]]:
        counters = {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        return {name: {kind: counter[kind] for kind in KINDS if counter[kind]} for name, counter in counters.items()}


@dataclass
class Work:
    """One import under way."""

    session: Session
    actor: Actor
    sender: str
    rows: Rows
    people: Mapping[str, UUID]
    case_readers: frozenset[UUID]
    findings: Findings
    memberships: Mapping[UUID, MembershipKind]
    """What the acting person was on the cases before this import."""
    tally: Tally = field(default_factory=Tally)
    newcomers: list[Contact | Organisation] = field(default_factory=list)
    """Contacts and organisations that this import made."""

    def id_of(self, kind: str, ref: str | None) -> UUID | None:
        """The id of what a ref names; None for no ref."""
        row = self.rows.get(kind, ref)
        return row.id if row is not None else None

    def member(self, email: str | None) -> UUID | None:
        """The same, where the person has a role that works on cases."""
        person_id = self.person(email)
        return person_id if person_id in self.case_readers else None

    def person(self, email: str | None) -> UUID | None:
        """The account with this address; None where there is none, which is a gap."""
        return self.people.get(email) if email is not None else None


def change(row: Any, values: Mapping[str, Any]) -> bool:
    """Set what differs. Whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def is_cleared(item: FileObject, name: str) -> bool:
    """Whether the file gives null for it, which takes all of it away."""
    return name in item.given and getattr(item, name) is None


def given_values(item: FileObject, names: Mapping[str, str], empty: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The columns that the file sets, by the names of the columns; null becomes what `empty` says for the column."""
    values = {column: getattr(item, name) for name, column in names.items() if name in item.given}
    return {column: (empty or {}).get(column) if value is None else value for column, value in values.items()}
