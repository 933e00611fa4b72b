"""Who keeps calendars of institutions: administrators alone (access.md, "Doing"); everybody else works by them."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.access.policy import Decision
from tracker.core.actor import Actor

KEEPERS = frozenset({"administrator"})


def may_keep(actor: Actor) -> Decision:
    """Take a file of sittings in."""
    if actor.is_operator or not KEEPERS.isdisjoint(actor.roles):
        return Decision(True)
    return Decision(False, _("Administrators may do this."))
