"""Who may ask for what needs two persons, and who may be the second. Pure; PostgreSQL holds the same (app_seconds)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from tracker.access.entrance import ADMINISTRATORS, CASE_READERS, CASE_WORKERS, STAFF
from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action, Decision, decide
from tracker.approvals.models import Approval, Kind
from tracker.core.actor import Actor

HEADS = frozenset({"head"})
LAWYERS = frozenset({"legal_officer"})
WEIGHTY = (Kind.ADMINISTRATOR, Kind.FACTORS, Kind.HAND_OVER, Kind.BREAK_GLASS, Kind.ERASE, Kind.EXPORT_ALL)
"""What is told to every administrator and head once it is agreed to, and stands before them on the page of requests."""
_WORKING = frozenset({MembershipKind.LEAD, MembershipKind.MEMBER})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is where an approval asks for it, now.

    `membership`: on the case in question; `leads`: some case; `other_administrators`: besides whoever asked.
    """

    membership: MembershipKind | None = None
    leads: bool = False
    other_administrators: bool = True


_NOT_YOURS = Decision(False, _l("Somebody else has to agree: nobody may do this alone."))
_NOT_SECOND = Decision(False, _l("You can't be the second person for this."))
_NOT_ASKED = Decision(False, _l("Your role does not allow this."))


def may_ask(actor: Actor, kind: Kind, level: Level | str | None = None, standing: Standing | None = None) -> Decision:
    """Whether `actor` may ask; asked again when it is carried out."""
    if kind is Kind.UNSEAL:
        return decide(actor, Action.UNSEAL, level, standing.membership if standing else None)
    if kind is Kind.DESTROY:
        return decide(actor, Action.DESTROY, level, standing.membership if standing else None)
    if kind is Kind.BREAK_GLASS:
        return _if(not STAFF.isdisjoint(actor.roles), _NOT_ASKED)
    if kind is Kind.CLOCK_RULE:
        return _if(not LAWYERS.isdisjoint(actor.roles), _NOT_ASKED)
    if kind is Kind.EXPORT_ALL:  # a list by whoever sees it; everything (EXPORT_ALL) by administrators
        return _if(not (CASE_READERS | ADMINISTRATORS).isdisjoint(actor.roles), _NOT_ASKED)
    return _if(not ADMINISTRATORS.isdisjoint(actor.roles), _NOT_ASKED)


def may_answer(actor: Actor, approval: Approval, standing: Standing) -> Decision:
    """Whether `actor` may agree to it or refuse it."""
    if actor.person_id is None or actor.person_id == approval.asked_by_id:
        return _NOT_YOURS
    if approval.kind in (Kind.FACTORS, Kind.HAND_OVER) and str(actor.person_id) in _concerned(approval):
        return _NOT_SECOND
    return _if(_may_be_second(actor, Kind(approval.kind), standing), _NOT_SECOND)


def _concerned(approval: Approval) -> set[str]:
    """Whom it is about: nobody agrees to what they get themselves."""
    return {str(approval.object_id), str(approval.payload.get("successor", ""))}


def _may_be_second(actor: Actor, kind: Kind, standing: Standing) -> bool:
    if kind is Kind.UNSEAL:
        return actor.is_assured and not CASE_READERS.isdisjoint(actor.roles) and standing.membership in _WORKING
    if kind is Kind.ADMINISTRATOR:
        only_heads = not standing.other_administrators
        return not ADMINISTRATORS.isdisjoint(actor.roles) or (only_heads and not HEADS.isdisjoint(actor.roles))
    if kind is Kind.CLOCK_RULE:
        return not (HEADS | LAWYERS).isdisjoint(actor.roles)
    if kind in (Kind.BREAK_GLASS, Kind.FACTORS, Kind.HAND_OVER):
        return not (HEADS | ADMINISTRATORS).isdisjoint(actor.roles)
    return not HEADS.isdisjoint(actor.roles) or (standing.leads and not CASE_WORKERS.isdisjoint(actor.roles))


def _if(allowed: bool, otherwise: Decision) -> Decision:
    return Decision(True) if allowed else otherwise
