"""What follows a press of a button on a follow-up: back to where it was pressed, with an offer to undo."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.core.web import actor, db
from tracker.followups.models import FollowUp
from tracker.followups.undoing import latest_change

Answer = Response | str | tuple[str, int]


_ONLY_SENT_TO = ("/complete", "/undo", "/bulk", "/wait", "/snooze", "/repeat", "/checklist")
"""Addresses that show a page only as the answer to a form."""


def undo_url(follow_up_id: UUID) -> str | None:
    """Where to undo what the person has just done to it."""
    db().flush()
    change_id = latest_change(db(), actor(), follow_up_id)
    return url_for("followups.undo", change_id=change_id) if change_id else None


def flash_undo(follow_up_id: UUID, message: str) -> None:
    """Say it, with a button that undoes it."""
    address = undo_url(follow_up_id)
    flash(message, f"undo:{address}" if address else "success")


def changed(follow_up: FollowUp, message: str, *, offer_undo: bool = True) -> Response:
    """JSON for the script that ticks in place (assets/src/js/tick.js); else back to where it was done, with Undo."""
    if request.headers.get("X-Requested-With") == "tick":
        is_closed = not follow_up.is_active
        other = "followups.reopen" if is_closed else "followups.complete"
        return jsonify(
            done=is_closed,
            message=message,
            version=follow_up.version,
            undo_url=undo_url(follow_up.id) if offer_undo else None,
            action_url=url_for(other, follow_up_id=follow_up.id),
        )
    if offer_undo:
        flash_undo(follow_up.id, message)
    else:
        flash(message, "success")
    return redirect(back(follow_up.id), 303)


def back(follow_up_id: UUID) -> str:
    """The page of ours on which the button was, else the follow-up's own."""
    came_from = urlsplit(request.referrer or "")
    is_post_only = came_from.path.endswith(_ONLY_SENT_TO)
    if came_from.netloc == request.host and came_from.path.startswith("/") and not is_post_only:
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return url_for("followups.follow_up_page", follow_up_id=follow_up_id)
