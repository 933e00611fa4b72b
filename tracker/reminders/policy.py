"""Who may put a mail back into the outbox, or take one out. Pure; the reader sees the row already."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.access.policy import Decision
from tracker.core.actor import Actor

RESENDABLE = ("dead",)
CANCELLABLE = ("planned",)


def may_steer(actor: Actor, *, sees_subject: bool) -> Decision:
    """Resend and cancel: administrators (mail is theirs to keep in order), coordinators for what they may see."""
    if actor.is_operator or actor.has_role("administrator"):
        return Decision(True)
    if actor.has_role("coordinator") and sees_subject:
        return Decision(True)
    return Decision(False, _("Administrators may do this, and coordinators on cases that they see."))


def may_watch(actor: Actor) -> Decision:
    """See how the machinery does: those who keep it, and coordinators its numbers."""
    if actor.is_operator or actor.has_role("administrator") or actor.has_role("coordinator"):
        return Decision(True)
    return Decision(False, _("Administrators and coordinators may see this."))


def may_clear_faults(actor: Actor) -> Decision:
    """Addresses are the administrators', as accounts are."""
    if actor.is_operator or actor.has_role("administrator"):
        return Decision(True)
    return Decision(False, _("Administrators may do this."))
