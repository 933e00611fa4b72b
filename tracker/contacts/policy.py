"""Who may record contacts, and see what is private of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.access.entrance import CASE_READERS, CASE_WORKERS
from tracker.access.policy import Action, Decision, decide
from tracker.core.actor import Actor

_NOT_HERE = Decision(False, _l("Only who works on a case with this contact may change it."))


def may_record(actor: Actor, works_on_a_case: bool) -> Decision:
    """Make a contact or an organisation: by role, or as a working member of some case."""
    if works_on_a_case and not CASE_READERS.isdisjoint(actor.roles):
        return Decision(True)
    return decide(actor, Action.RECORD_CONTACT)


def may_edit(actor: Actor, works_with_contact: bool) -> Decision:
    """Change a contact: by role, or as a working member of a case on which the contact has a role (or its maker)."""
    if decide(actor, Action.RECORD_CONTACT):
        return Decision(True)
    return Decision(True) if works_with_contact and not CASE_READERS.isdisjoint(actor.roles) else _NOT_HERE


def may_edit_organisation(actor: Actor) -> Decision:
    return decide(actor, Action.RECORD_CONTACT)


def may_merge(actor: Actor) -> Decision:
    """Make one of two contacts: legal officers and coordinators. The same rule stands in the functions that do it."""
    if actor.is_operator or not CASE_WORKERS.isdisjoint(actor.roles):
        return Decision(True)
    return Decision(False, _l("Only legal officers and coordinators merge contacts."))


def may_see_private(actor: Actor, is_member_with_contact: bool) -> bool:
    """E-mail, phone, notes: legal officers, coordinators, and members of a case where the contact has a role.

    The same rule stands in PostgreSQL as the policy on contact_private.
    """
    if actor.is_operator or not CASE_WORKERS.isdisjoint(actor.roles):
        return True
    return is_member_with_contact and not CASE_READERS.isdisjoint(actor.roles)
