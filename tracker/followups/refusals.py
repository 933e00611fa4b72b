"""Refusals that offer a way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.errors import Conflict, Fault, Invalid


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


class NeedsOpen(Invalid):
    """Things that this work needs are not done yet: ids and titles. Asked about, not forbidden."""

    def __init__(self, open_ones: Sequence[tuple[UUID, str]]) -> None:
        count = len(open_ones)
        text = ngettext(
            "%(num)s thing that it needs is still open.", "%(num)s things that it needs are still open.", count
        )
        super().__init__(Fault("", text))
        self.open_ones = open_ones


@dataclass(frozen=True, slots=True)
class Standing:
    """One field that an undo would put back, and that somebody changed since."""

    field: str
    now: Any
    wanted: Any


class CannotUndo(Conflict):
    """The change was undone before, or what it did was changed since: `lines` names both values of each field."""

    def __init__(self, lines: Sequence[Standing] = ()) -> None:
        if lines:
            text = _("This was changed again in the meantime, so it can't be undone.")
        else:
            text = _("This is undone already.")
        super().__init__(text)
        self.lines = lines
