"""Who acts: passed to every service and set on every transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """How a transaction acts; each kind is a database role of its own (ADR 0002)."""

    NOBODY = "nobody"  # nobody is signed in: sees no case
    PERSON = "person"  # a signed-in person, or a job that renders for that person
    OPERATOR = "operator"  # `flask …` on the server's shell: sees everything, each use is in the audit
    PLANNER = "planner"  # reminders' planning: ids and due facts only
    WATCHER = "watcher"  # readiness and metrics: how many mails, how old; nothing about whom or what
    AUDITOR = "auditor"  # chains the audit: reads entries, writes links, anchors and what a verification found


DATABASE_ROLES = {
    ActorKind.NOBODY: "tracker_app",
    ActorKind.PERSON: "tracker_app",
    ActorKind.OPERATOR: "tracker_operator",
    ActorKind.PLANNER: "tracker_planner",
    ActorKind.WATCHER: "tracker_watcher",
    ActorKind.AUDITOR: "tracker_auditor",
}

STAFF_ROLES = frozenset({"legal_officer", "coordinator", "head"})
"""Roles that see public and internal cases without a membership (product/access.md)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person, operator or job.

    `person_id` is set for persons only. `roles` are the person's role keys at the start of the transaction.
    `is_assured`: showed a passkey in this session, or is a job that no browser stands behind; sealed cases ask for it.
    """

    kind: ActorKind
    person_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    is_assured: bool = True

    @property
    def is_operator(self) -> bool:
        return self.kind is ActorKind.OPERATOR

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    @property
    def is_staff(self) -> bool:
        """True for people who see public and internal cases by role."""
        return self.is_person and not STAFF_ROLES.isdisjoint(self.roles)

    def has_role(self, role: str) -> bool:
        return role in self.roles

    @property
    def database_role(self) -> str:
        return DATABASE_ROLES[self.kind]


NOBODY = Actor(ActorKind.NOBODY)
OPERATOR = Actor(ActorKind.OPERATOR)
PLANNER = Actor(ActorKind.PLANNER)
WATCHER = Actor(ActorKind.WATCHER)
AUDITOR = Actor(ActorKind.AUDITOR)


def person_actor(person_id: UUID, roles: frozenset[str], *, is_assured: bool = True) -> Actor:
    return Actor(ActorKind.PERSON, person_id, roles, is_assured)
