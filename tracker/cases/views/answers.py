"""What views of one case share: loading it with the reader's permissions, and going back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, Decision, decide, require
from tracker.access.queries import membership_of
from tracker.cases.models import Case
from tracker.cases.queries import get_case
from tracker.core.web import actor, db

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that somebody looks at, and what they are on it."""

    case: Case
    membership: MembershipKind | None

    def may(self, action: Action) -> Decision:
        return decide(actor(), action, self.case.level, self.membership)


def open_for(reference: str, action: Action = Action.READ) -> Opened:
    """The case, when the person may do `action` to it. Raises NotVisible, NotPermitted."""
    case = get_case(db(), actor(), reference)
    opened = Opened(case, membership_of(db(), actor(), case.id))
    require(opened.may(action))
    return opened


def back_to(case: Case, message: str | None = None, anchor: str | None = None, entry: UUID | None = None) -> Response:
    """To the page of the case, at a part of it or at one entry of its history, with a word of confirmation."""
    if message:
        flash(message, "success")
    to: dict[str, Any] = {"event": entry, "_anchor": f"event-{entry}"} if entry else {"_anchor": anchor}
    return redirect(url_for("pages.case_page", reference=case.reference, **to), 303)


def page(template: str, opened: Opened, status: int = 200, **context: object) -> Answer:
    """A page about the case."""
    body = render_template(template, case=opened.case, opened=opened, Action=Action, **context)
    return body if status == 200 else (body, status)


def saved() -> str:
    return str(_("Saved."))
