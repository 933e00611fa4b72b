"""What happened to a person's account, in the past tense. `tracker/wiring.py` says who listens."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tracker.core.actor import Actor


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody's zone, country, language, roles, or whether they may sign in, changed, or they are new.

    The row is flushed.
    """

    person_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class AdministratorWanted:
    """An administrator wants to make somebody another one: that needs a second person."""

    person_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class OwnRolesWanted:
    """An administrator wants roles that work on cases for themselves: that needs a second person."""

    person_id: UUID
    roles: tuple[str, ...]
    actor: Actor


@dataclass(frozen=True, slots=True)
class LeadsToHandOver:
    """Somebody left: what members alone saw and nobody leads now, if there is such, needs two persons to go on."""

    person_id: UUID
    successor_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """An administrator gave somebody another address for mail: the one before should hear of it."""

    person_id: UUID
    former: str


@dataclass(frozen=True, slots=True)
class FactorsChanged:
    """What somebody signs in with was set up, changed or removed: its owner should hear of it."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class LostFactorsReported:
    """An administrator says that somebody lost all they sign in with: a link for them needs a second person."""

    person_id: UUID
    reason: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class FactorsLinkMade:
    """Two persons made a link that replaces all that somebody signs in with: its owner should hear of it."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class WaysInReplaced:
    """Somebody used a link that replaces what they sign in with, forgotten or lost: their sessions have ended."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    """Somebody used a code on paper in place of their second factor: whoever they are, its owner should hear of it."""

    person_id: UUID
