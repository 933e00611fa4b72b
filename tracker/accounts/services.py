"""What administrators (and the operator) do to accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.accounts.happened import (
    AddressChanged,
    AdministratorWanted,
    LeadsToHandOver,
    LostFactorsReported,
    OwnRolesWanted,
    PersonChanged,
)
from tracker.accounts.invitations import make_link
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.passwords import generate_password, hash_password, why_refused
from tracker.accounts.queries import (
    anybody_exists,
    may_vouch_for,
    other_active_administrators,
    person_by_email,
    person_with_roles,
    possible_successors,
)
from tracker.accounts.rules import faults_of_account, faults_of_roles, normalised_email
from tracker.accounts.sessions import end_sessions
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import STAFF_ROLES, Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from tracker.core.events import announce

LEADING_ROLES = STAFF_ROLES | {"outside_counsel"}
"""Roles with which somebody may lead a case."""
_ADMINISTRATOR = frozenset({"administrator"})
_FIRST_RUN_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('tracker.first_run'))")
_ADMINISTRATORS_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('tracker.administrators'))")
_HAND_OVER = "app_hand_over_leads"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The person made, and their password, which can be read here once and never again."""

    person: Person
    password: str


@dataclass(frozen=True, slots=True)
class Invited:
    """The person made, and the token of their link, which can be read here once and never again."""

    person: Person
    token: str


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """Who somebody is and how pages speak to them. `time_zone`: IANA name; `country`: whose working days apply."""

    email: str
    name: str
    language: str = "en"
    time_zone: str = "Europe/Warsaw"
    country: str | None = None


def create_person(
    session: Session,
    actor: Actor,
    details: AccountDetails,
    roles: Iterable[str],
    *,
    password: str | None = None,
    must_change_password: bool = False,
) -> NewAccount:
    """Make an account; without a password a fresh one is made. Raises Invalid, NotPermitted."""
    require(decide(actor, Action.MANAGE_PEOPLE))
    secret = password if password is not None else generate_password()
    return NewAccount(_make(session, actor, details, frozenset(roles), secret, must_change_password), secret)


def invite_person(session: Session, actor: Actor, details: AccountDetails, roles: Iterable[str]) -> Invited:
    """Make an account that nobody can sign in to but whoever uses its link. Raises Invalid, NotPermitted."""
    require(decide(actor, Action.MANAGE_PEOPLE))
    person = _make(session, actor, details, frozenset(roles), None, False)
    return Invited(person, make_link(session, actor, person.id, "invite").token)


def create_first_administrator(session: Session, actor: Actor, details: AccountDetails, password: str) -> Person:
    """Make the administrator of an empty installation. Raises NotVisible once there is anybody.

    Of two at once, one waits for the other and then finds somebody.
    """
    session.execute(_FIRST_RUN_LOCK)
    if anybody_exists(session):
        raise NotVisible
    return _make(session, actor, details, frozenset({"administrator"}), password, False)


def change_details(
    session: Session, actor: Actor, person_id: UUID, details: AccountDetails, expected_version: int
) -> Person:
    """Change name, address, language or zone. Raises Invalid, Conflict, NotPermitted."""
    person = _to_manage(session, actor, person_id, expected_version)
    faults = faults_of_account(details.email, details.name, person.role_keys, details.time_zone, details.language)
    other = person_by_email(session, details.email)
    if other is not None and other.id != person.id:
        faults.append(_address_taken())
    if faults:
        raise Invalid(*faults)
    former = person.email
    record(session, actor, "person.changed", "person", person.id, fields=_apply(person, details))
    session.flush()
    announce(session, PersonChanged(person.id, actor))
    if person.email != former:
        announce(session, AddressChanged(person.id, former))
    return person


def set_roles(session: Session, actor: Actor, person_id: UUID, roles: Iterable[str], expected_version: int) -> Person:
    """Give exactly these roles; they hold from the person's next request on. Raises Invalid, Conflict, NotPermitted.

    The administrator's role waits for a second person (`AdministratorWanted`), and so does what an administrator gives
    themselves (`OwnRolesWanted`).
    """
    require(decide(actor, Action.MANAGE_ROLES))
    person = _to_manage(session, actor, person_id, expected_version)
    wanted = frozenset(roles)
    if faults := faults_of_roles(wanted):
        raise Invalid(*faults)
    if "administrator" not in wanted:
        _keep_an_administrator(session, actor, person, "roles")
    _keep_leads(actor, person, wanted)
    wants_administrator = _needs_second_person(actor, wanted - person.role_keys)
    wanted -= _ADMINISTRATOR if wants_administrator else frozenset()
    own = wanted - person.role_keys if person.id == actor.person_id else frozenset()
    wanted -= own
    given, taken = sorted(wanted - person.role_keys), sorted(person.role_keys - wanted)
    person.roles = [role for role in person.roles if role.role in wanted] + [PersonRole(role=role) for role in given]
    person.version += 1
    record(session, actor, "person.roles_changed", "person", person.id, given=given, taken=taken)
    session.flush()
    announce(session, PersonChanged(person.id, actor))
    if wants_administrator:
        announce(session, AdministratorWanted(person.id, actor))
    if own:
        announce(session, OwnRolesWanted(person.id, tuple(sorted(own)), actor))
    return person


def _needs_second_person(actor: Actor, given: frozenset[str]) -> bool:
    """Whether one of these roles may be given by two persons only; the operator's shell is not bound."""
    return actor.is_person and not _ADMINISTRATOR.isdisjoint(given)


def vouch_for(session: Session, actor: Actor, person_id: UUID) -> None:
    """Say that a real colleague holds the account: from then on they can be a second person for whoever invited them.

    By an administrator who does not depend on whoever invited them, or the operator. Raises NotPermitted, NotVisible.
    """
    require(decide(actor, Action.MANAGE_PEOPLE))
    person = _found(session, person_id)
    if not may_vouch_for(session, actor, person):
        raise NotPermitted(_("Somebody vouches for them who neither invited them nor depends on whoever did."))
    person.vouched_at, person.vouched_by_id = clock.now(), actor.person_id
    session.flush()
    record(session, actor, "person.vouched_for", "person", person.id)


def report_lost_factors(session: Session, actor: Actor, person_id: UUID, reason: str) -> None:
    """Ask a second person for a link that replaces all that somebody signs in with. Raises Invalid, NotPermitted."""
    require(decide(actor, Action.MANAGE_PEOPLE))
    person = _found(session, person_id)
    if not person.active:
        raise NotVisible
    if person.id == actor.person_id:
        raise Invalid(Fault("reason", _("You are signed in: change how you sign in under Preferences.")))
    announce(session, LostFactorsReported(person.id, reason, actor))


def deactivate_person(
    session: Session, actor: Actor, person_id: UUID, expected_version: int, successor_id: UUID | None
) -> None:
    """Close an account: its sessions end, its memberships end, its cases get another lead.

    Cases seen by role go to the successor. Those that members alone see go to one of their own members (the successor,
    when they are one); where there is nobody else, a second person is asked (`LeadsToHandOver`).

    Whoever may lead cases can't leave without a successor, whether they lead any or not: so the answer shows an
    administrator nothing about restricted and sealed cases. Raises Invalid, Conflict, NotPermitted.
    """
    person = _to_manage(session, actor, person_id, expected_version)
    if person.id == actor.person_id:
        raise Invalid(Fault("", _("You can't deactivate your own account. Ask another administrator.")))
    _keep_an_administrator(session, actor, person, "")
    session.flush()
    is_led = not LEADING_ROLES.isdisjoint(person.role_keys)
    if is_led:
        _hand_over(session, actor, person, successor_id)
    person.active, person.deactivated_at = False, clock.now()
    end_sessions(session, person.id)
    record(session, actor, "person.deactivated", "person", person.id, successor=str(successor_id or ""))
    session.flush()
    announce(session, PersonChanged(person.id, actor))
    if is_led and successor_id is not None and actor.is_person:
        announce(session, LeadsToHandOver(person.id, successor_id, actor))


def ask_for_hand_over(session: Session, actor: Actor, person_id: UUID, successor_id: UUID | None) -> None:
    """Ask again for what nobody leads since somebody left, when the first request ran out or was refused.

    Raises Invalid, NotVisible, NotPermitted.
    """
    require(decide(actor, Action.MANAGE_PEOPLE))
    person = _found(session, person_id)
    successor = _possible(session, actor, person, successor_id)
    if person.active:
        raise NotVisible
    announce(session, LeadsToHandOver(person.id, successor, actor))


def reactivate_person(session: Session, actor: Actor, person_id: UUID, expected_version: int) -> None:
    """Open a closed account again, without the memberships it had. Raises Conflict, NotPermitted."""
    person = _to_manage(session, actor, person_id, expected_version)
    person.active, person.deactivated_at = True, None
    record(session, actor, "person.reactivated", "person", person.id)
    session.flush()
    announce(session, PersonChanged(person.id, actor))


def _make(
    session: Session,
    actor: Actor,
    details: AccountDetails,
    roles: frozenset[str],
    password: str | None,
    must_change_password: bool,
) -> Person:
    faults = faults_of_account(details.email, details.name, roles, details.time_zone, details.language)
    if person_by_email(session, details.email) is not None:
        faults.append(_address_taken())
    refused = why_refused(password, details.email, details.name) if password is not None else None
    if refused:
        faults.append(Fault("password", refused))
    if faults:
        raise Invalid(*faults)
    person = Person(must_change_password=must_change_password)
    if password is not None:
        person.password_hash = hash_password(password)
    _apply(person, details)
    wants_administrator = _needs_second_person(actor, roles)
    roles -= _ADMINISTRATOR if wants_administrator else frozenset()
    person.roles = [PersonRole(role=role) for role in sorted(roles)]
    _insert(session, person)
    record(session, actor, "person.created", "person", person.id, roles=sorted(roles))
    announce(session, PersonChanged(person.id, actor))
    if wants_administrator:
        announce(session, AdministratorWanted(person.id, actor))
    return person


def _insert(session: Session, person: Person) -> None:
    """Store it; two at once with one address are told like one after the other."""
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise Invalid(_address_taken()) from error


def _apply(person: Person, details: AccountDetails) -> list[str]:
    """Set what differs; the names of the fields that did."""
    values = {
        "email": normalised_email(details.email),
        "name": details.name.strip(),
        "language": details.language,
        "time_zone": details.time_zone,
        "country": details.country or None,
    }
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    return changed


def _hand_over(session: Session, actor: Actor, person: Person, successor_id: UUID | None) -> None:
    successor = _possible(session, actor, person, successor_id)
    # PostgreSQL does it, as the tables' owner: an administrator sees none of these cases.
    session.execute(select(getattr(func, _HAND_OVER)(person.id, successor)))


def _possible(session: Session, actor: Actor, person: Person, successor_id: UUID | None) -> UUID:
    possible = {successor.id for successor in possible_successors(session, person.id, actor.person_id)}
    if successor_id is None or successor_id not in possible:
        words = _(
            "Name who takes over whatever this person leads: an active legal officer, coordinator or head, not you."
        )
        raise Invalid(Fault("successor", words))
    return successor_id


def _keep_leads(actor: Actor, person: Person, wanted: frozenset[str]) -> None:
    """Whoever works on cases stops it by leaving, with a successor, whether they lead any or not: so nobody is told."""
    if actor.is_person and not LEADING_ROLES.isdisjoint(person.role_keys) and LEADING_ROLES.isdisjoint(wanted):
        words = _("Keep a role that works on cases, or deactivate the account and name a successor.")
        raise Invalid(Fault("roles", words))


def _keep_an_administrator(session: Session, actor: Actor, person: Person, path: str) -> None:
    if actor.is_operator or "administrator" not in person.role_keys:
        return
    session.execute(_ADMINISTRATORS_LOCK)  # two who go at once would each count the other
    if other_active_administrators(session, person.id) == 0:
        raise Invalid(Fault(path, _("This is the only administrator. Make another one first.")))


def _to_manage(session: Session, actor: Actor, person_id: UUID, expected_version: int) -> Person:
    require(decide(actor, Action.MANAGE_PEOPLE))
    person = _found(session, person_id)
    if person.version != expected_version:
        raise Conflict(_("Somebody else changed this account in the meantime."), person.version)
    return person


def _found(session: Session, person_id: UUID) -> Person:
    person = person_with_roles(session, person_id)
    if person is None:
        raise NotVisible
    return person


def _address_taken() -> Fault:
    return Fault("email", _("Somebody already has an account with this address."))
