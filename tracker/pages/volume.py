"""Search, exports, drafts, files are not asked for without end by one person, links and new factors by one address."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, abort, current_app, request

from config import Settings
from tracker.core.volume import Counter, Limit
from tracker.core.web import actor

SEARCHES = Limit("search", 300, 60)  # a panel that answers while somebody types asks a few times a second
EXPORTS = Limit("export", 30, 3600)
DRAFTS = Limit("draft", 240, 60)
WAYS_IN = Limit("way_in", 120, 900)  # links and new factors; an office behind one address comes in at once
UPLOADS = Limit("upload", 120, 3600)
DOWNLOADS = Limit("download", 240, 3600)
LIMITS = {
    "search.panel": SEARCHES,
    "search.results": SEARCHES,
    "engagements.suggest_names": SEARCHES,
    "cases.export_cases": EXPORTS,
    "contacts.export_contacts": EXPORTS,
    "contacts.export_organisations": EXPORTS,
    "documents.add": UPLOADS,
    "documents.download": DOWNLOADS,
    "engagements.export_commitments": EXPORTS,
    "engagements.export_engagements": EXPORTS,
    "followups.export_follow_ups": EXPORTS,
    "pages.everything_file": EXPORTS,
    "accounts.save_draft": DRAFTS,
    "accounts.invitation": WAYS_IN,
    "accounts.invitation_passkey": WAYS_IN,
    "accounts.enrol_totp": WAYS_IN,
    "accounts.enrol_passkey": WAYS_IN,
    "accounts.set_up_totp": WAYS_IN,
    "accounts.make_passkey": WAYS_IN,
    "imports.give": UPLOADS,
    "pictures.give": UPLOADS,
}
"""Endpoint -> how often. All of one kind are counted together."""

_COUNTER = "tracker.volume"


def init_app(app: Flask) -> None:
    """Count before a view runs. Reading all else is not counted."""
    settings = cast(Settings, app.extensions["tracker.settings"])
    app.extensions[_COUNTER] = Counter(settings.redis_url, settings.secret_key)
    app.before_request(_count)


def _count() -> None:
    limit = LIMITS.get(request.endpoint or "")
    person_id: Any = actor().person_id
    if limit is None or (person_id is None and limit is not WAYS_IN):
        return
    counter = cast(Counter, current_app.extensions[_COUNTER])
    if not counter.allows(limit, str(person_id or request.remote_addr)):
        abort(429)
