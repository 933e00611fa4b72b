"""Refusals that offer a way on."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from tracker.core.errors import Fault, Invalid


class CannotSeeCase(Invalid):
    """The chosen assignee may not see the case. `may_invite`: the actor can make them a member of it."""

    def __init__(self, person_id: UUID, may_invite: bool, path: str = "assignee_id") -> None:
        if may_invite:
            text = _("This person can't see this case, so the work can't be given to them. Make them a member first.")
        else:
            text = _("This person can't see this case, so the work can't be given to them. Ask a lead of the case.")
        super().__init__(Fault(path, text))
        self.person_id = person_id
        self.may_invite = may_invite
