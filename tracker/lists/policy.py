"""Who may save and share views of a list. A view holds no content: each reader sees through it what they may see."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.access.policy import Decision
from tracker.accounts.models import SavedView
from tracker.core.actor import Actor


def may_save(actor: Actor) -> Decision:
    return Decision(True) if actor.is_person else Decision(False, _l("There is nothing here."), hidden=True)


def may_share(actor: Actor) -> Decision:
    """Shared views are the staff's: what a view is called may say something about the work of the house."""
    return Decision(True) if actor.is_staff else Decision(False, _l("Only staff may share a view."))


def may_change(actor: Actor, view: SavedView) -> Decision:
    if view.owner_id == actor.person_id:
        return Decision(True)
    return Decision(False, _l("Only its owner may change a shared view. Save it as your own."))
