"""Who may do what: the matrix of product/access.md as one table. Pure: no query, no request.

Legality is another question (tracker/pathways/machine.py); pages ask both before a service runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from tracker.access.entrance import CASE_READERS, CASE_WORKERS, STAFF
from tracker.access.levels import Level, MembershipKind
from tracker.core.actor import Actor
from tracker.core.errors import NotPermitted, NotVisible


class Action(StrEnum):
    """What somebody may want to do. The groups are the rows of the matrix."""

    READ = "read"
    COMMENT = "comment"
    BE_ASSIGNED = "be_assigned"

    RECORD_EVENT = "record_event"
    MOVE_STATUS = "move_status"
    EDIT_FACTS = "edit_facts"
    VOID_ENTRY = "void_entry"
    UPLOAD = "upload"

    CREATE_FOLLOW_UP = "create_follow_up"
    ASSIGN_FOLLOW_UP = "assign_follow_up"
    RECORD_ENGAGEMENT = "record_engagement"
    RECORD_CONTACT = "record_contact"

    CLOSE = "close"
    REOPEN = "reopen"
    DELETE_CASE = "delete_case"
    DESTROY = "destroy"
    MERGE = "merge"

    RAISE_LEVEL = "raise_level"
    MANAGE_MEMBERS = "manage_members"
    LOWER_LEVEL = "lower_level"
    UNSEAL = "unseal"
    EXPORT_LIST = "export_list"

    OPEN_CASE = "open_case"
    EXPORT_ALL = "export_all"
    ERASE_PERSON = "erase_person"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_ROLES = "manage_roles"
    MANAGE_PATHWAYS = "manage_pathways"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_MAIL = "manage_mail"
    READ_AUDIT = "read_audit"


NO_ROLE: frozenset[str] = frozenset()
LEGAL_OFFICERS = frozenset({"legal_officer"})
HEADS = frozenset({"head"})
ADMINISTRATORS = frozenset({"administrator"})

EVERY_MEMBER = frozenset(MembershipKind)
WORKING_MEMBERS = frozenset({MembershipKind.MEMBER, MembershipKind.LEAD})
LEADS = frozenset({MembershipKind.LEAD})


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of the matrix: roles that suffice on public and internal, memberships that suffice on any level."""

    roles: frozenset[str]
    memberships: frozenset[MembershipKind]


_READING = Grant(STAFF, EVERY_MEMBER)
_RECORDING = Grant(LEGAL_OFFICERS, WORKING_MEMBERS)
_ORGANISING = Grant(CASE_WORKERS, WORKING_MEMBERS)
_ENDING = Grant(HEADS, LEADS)  # "a legal officer who is lead" is a lead
_GUARDING = Grant(CASE_WORKERS, LEADS)
_OPENING_UP = Grant(NO_ROLE, LEADS)

ON_A_CASE: dict[Action, Grant] = {
    Action.READ: _READING,
    Action.COMMENT: _READING,
    Action.BE_ASSIGNED: _READING,
    Action.RECORD_EVENT: _RECORDING,
    Action.MOVE_STATUS: _RECORDING,
    Action.EDIT_FACTS: _RECORDING,
    Action.VOID_ENTRY: _RECORDING,
    Action.UPLOAD: _RECORDING,
    Action.CREATE_FOLLOW_UP: _ORGANISING,
    Action.ASSIGN_FOLLOW_UP: _ORGANISING,
    Action.RECORD_ENGAGEMENT: _ORGANISING,
    Action.RECORD_CONTACT: _ORGANISING,
    Action.CLOSE: _ENDING,
    Action.REOPEN: _ENDING,
    Action.DELETE_CASE: _ENDING,
    Action.DESTROY: _ENDING,
    Action.MERGE: _ENDING,
    Action.RAISE_LEVEL: _GUARDING,
    Action.MANAGE_MEMBERS: _GUARDING,
    Action.LOWER_LEVEL: _OPENING_UP,
    Action.UNSEAL: _OPENING_UP,
    Action.EXPORT_LIST: Grant(STAFF, WORKING_MEMBERS),
}
"""What is done to a case, or to something on one: asked with the thing's level and the actor's membership."""

WITHOUT_A_CASE: dict[Action, frozenset[str]] = {
    Action.OPEN_CASE: CASE_WORKERS,
    Action.EXPORT_LIST: STAFF,
    Action.RECORD_ENGAGEMENT: CASE_WORKERS,
    Action.RECORD_CONTACT: CASE_WORKERS,
    Action.EXPORT_ALL: ADMINISTRATORS,
    Action.ERASE_PERSON: ADMINISTRATORS,
    Action.MANAGE_PEOPLE: ADMINISTRATORS,
    Action.MANAGE_ROLES: ADMINISTRATORS,
    Action.MANAGE_PATHWAYS: ADMINISTRATORS,
    Action.MANAGE_CALENDARS: ADMINISTRATORS,
    Action.MANAGE_MAIL: ADMINISTRATORS,
    Action.READ_AUDIT: ADMINISTRATORS,
}
"""What is done without a case (an engagement, a contact or a list may have none): asked with no level."""

NEEDS_SECOND_PERSON = frozenset({Action.UNSEAL, Action.DESTROY, Action.EXPORT_ALL, Action.ERASE_PERSON})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, and why not. `hidden`: the actor may not even learn that the thing exists.

    The two needs bind the web and the API, not the operator's shell; they are asked for where the act happens.
    """

    allowed: bool
    reason: str = ""
    hidden: bool = False
    needs_fresh_sign_in: bool = False
    needs_second_person: bool = False

    def __bool__(self) -> bool:
        return self.allowed


_ALLOWED = Decision(True)
_HIDDEN = Decision(False, _l("There is nothing here."), hidden=True)
_NOT_BY_ROLE = Decision(False, _l("Your role does not allow this."))
_LEADS_ONLY = Decision(False, _l("Only a lead of this case may do this."))
_TWO_PERSONS = Decision(
    False, _l("Unsealing needs a second person: ask on the page “Lower the level”."), needs_second_person=True
)
_NOT_HERE = Decision(False, _l("Your part in this case does not allow this. Ask its lead."))


def decide(
    actor: Actor, action: Action, level: Level | str | None = None, membership: MembershipKind | str | None = None
) -> Decision:
    """Whether `actor` may do `action` to a thing of `level`, being `membership` of its case.

    `level`: of the thing itself, or of its case where the thing has none; None when no case is concerned.
    """
    if actor.is_operator:
        return _ALLOWED
    if not actor.is_person:
        return _HIDDEN
    if level is None:
        return _without_a_case(actor, action)
    return _on_a_case(actor, action, Level(level), MembershipKind(membership) if membership else None)


def sees(actor: Actor, level: Level | str, membership: MembershipKind | str | None) -> bool:
    """The table "Seeing a case"; the same rule as SQL is tracker/access/visibility.py."""
    return decide(actor, Action.READ, level, membership).allowed


def may_lower(
    actor: Actor, stands: Level | str, wanted: Level | str, membership: MembershipKind | str | None
) -> Decision:
    """Whether `actor` alone may give a thing of the level `stands` the level `wanted`: lower ones are for leads.

    What is sealed needs a second person, who is asked elsewhere (tracker/levels).
    """
    if actor.is_operator or Level(wanted).rank >= Level(stands).rank:
        return _ALLOWED
    lowering = decide(actor, Action.LOWER_LEVEL, stands, membership)
    return _TWO_PERSONS if lowering and Level(stands) is Level.SEALED else lowering


def require(decision: Decision) -> None:
    """Nothing when allowed. Raises NotVisible when the thing must seem not to exist, else NotPermitted."""
    if decision.hidden:
        raise NotVisible(decision.reason)
    if not decision.allowed:
        raise NotPermitted(decision.reason)


def _without_a_case(actor: Actor, action: Action) -> Decision:
    if WITHOUT_A_CASE.get(action, NO_ROLE).isdisjoint(actor.roles):
        return _NOT_BY_ROLE
    return Decision(True, needs_second_person=action in NEEDS_SECOND_PERSON)


def _on_a_case(actor: Actor, action: Action, level: Level, membership: MembershipKind | None) -> Decision:
    counted = None if CASE_READERS.isdisjoint(actor.roles) else membership  # an administrator is never a member
    if level is Level.SEALED and not actor.is_assured:
        counted = None
    if counted is None and (level.members_only or STAFF.isdisjoint(actor.roles)):
        return _HIDDEN
    grant = ON_A_CASE.get(action)
    if grant is None:
        return _NOT_BY_ROLE
    by_role = not level.members_only and not grant.roles.isdisjoint(actor.roles)
    if by_role or counted in grant.memberships:
        return Decision(
            True,
            needs_fresh_sign_in=action is Action.EXPORT_LIST and level.members_only,
            needs_second_person=action in NEEDS_SECOND_PERSON,
        )
    return _refusal(grant, counted)


def _refusal(grant: Grant, membership: MembershipKind | None) -> Decision:
    if grant.memberships == LEADS:
        return _LEADS_ONLY
    return _NOT_BY_ROLE if membership is None else _NOT_HERE
