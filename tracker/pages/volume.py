"""Search, exports, drafts, files are not asked for without end by one person, links and new factors by one address.

Nor are cases, papers and contacts opened without end: past one number of different ones administrators are told, past
a larger one, and again past each multiple of it, whoever goes on shows first who they are (ADR 25).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask, abort, current_app, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import text
from werkzeug.wrappers import Response

from config import Settings
from tracker.accounts.current import SignedIn, signed_in
from tracker.accounts.fresh import ask_page
from tracker.accounts.resume import keep_own
from tracker.core import clock
from tracker.core.ids import new_id
from tracker.core.volume import Counter, Limit
from tracker.core.web import actor, database

SEARCHES = Limit("search", 300, 60)  # a panel that answers while somebody types asks a few times a second
EXPORTS = Limit("export", 30, 3600)
DRAFTS = Limit("draft", 240, 60)
WAYS_IN = Limit("way_in", 120, 900)  # links and new factors; an office behind one address comes in at once
UPLOADS = Limit("upload", 120, 3600)
DOWNLOADS = Limit("download", 240, 3600)
FEED = "feeds.calendar_of_token"
FEED_ADDRESSES = Limit("calendar_feed", 120, 3600)  # a program asks each quarter of an hour at most; several share one
FEED_ORIGINS = Limit("calendar_origin", 1200, 900)
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
    "recommendations.export_recommendations": EXPORTS,
    "accounts.save_draft": DRAFTS,
    "accounts.invitation": WAYS_IN,
    "accounts.invitation_passkey": WAYS_IN,
    "accounts.enrol_totp": WAYS_IN,
    "accounts.enrol_passkey": WAYS_IN,
    "accounts.set_up_totp": WAYS_IN,
    "accounts.make_passkey": WAYS_IN,
    "imports.give": UPLOADS,
    "pictures.give": UPLOADS,
    "recommendations.read_table": UPLOADS,
    "sittings.preview": UPLOADS,
}
"""Endpoint -> how often. All of one kind are counted together."""
THINGS = (
    *("reference", "follow_up_id", "engagement_id", "contact_id", "organisation_id", "file_id", "commitment_id"),
    *("dossier_id", "subject_id", "object_id"),
)
"""What an address may name of what people work on: the first of these is what it opens."""
HOUR, DAY = 3600, 86_400
SPANS = {"hour": HOUR, "day": DAY}
A_DAY_IS = 4
"""So many times the numbers of an hour are those of a day."""

_COUNTER = "tracker.volume"
_NOTE = text("SELECT app_note_reading(:id, :span, :began, :step, :now, :request)")


def init_app(app: Flask) -> None:
    """Count before a view runs. Reading all else is not counted."""
    settings = cast(Settings, app.extensions["tracker.settings"])
    app.extensions[_COUNTER] = Counter(settings.redis_url, settings.secret_key, app.extensions["tracker.database"])
    app.before_request(_count)
    app.before_request(_count_opened)


def _count() -> None:
    if request.endpoint == FEED:
        _count_feed()
    limit = LIMITS.get(request.endpoint or "")
    person_id: Any = actor().person_id
    if limit is None or (person_id is None and limit is not WAYS_IN):
        return
    if not _counter().allows(limit, str(person_id or request.remote_addr)):
        abort(429)


def _count_feed() -> None:
    """Whether the secret address is one or not, and whoever asks: nobody is signed in there."""
    token = str((request.view_args or {}).get("token", ""))
    counter = _counter()
    if not (counter.allows(FEED_ORIGINS, str(request.remote_addr)) and counter.allows(FEED_ADDRESSES, token)):
        abort(429)


def _count_opened() -> Response | None:
    """Whether it is there or not: who tries addresses opens much as well."""
    person, said = signed_in(), request.view_args or {}
    named = next((name for name in THINGS if name in said), None)
    if person is None or named is None:
        return None
    thing = f"{named}:{str(said[named]).upper()}"
    now = clock.now().timestamp()
    opened = _counter().different("opened", str(person.person_id), thing, tuple(SPANS.values()), now)
    for (span, seconds), count in zip(SPANS.items(), opened.counts, strict=True):
        if (asked := _judge(person, span, seconds, count, is_new=opened.is_new)) is not None:
            return asked
    return None


def _judge(person: SignedIn, span: str, seconds: int, count: int, *, is_new: bool) -> Response | None:
    """Tell administrators once; ask who is there when they did not show it since this was too much."""
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    many = A_DAY_IS if span == "day" else 1
    alarm, stop = many * settings.reading_alarm, many * settings.reading_stop
    began = datetime.fromtimestamp(clock.now().timestamp() // seconds * seconds, UTC)
    if count > alarm and is_new:
        _note(span, began, 0)
    if count <= stop:
        return None
    reached = _note(span, began, (count - 1) // stop)
    if reached is None or person.signed_in_at > reached:
        return None
    flash(_("You opened very much in a short time. Show that it is you, and go on."), "info")
    return _ask_who_is_there()


def _note(span: str, began: datetime, step: int) -> datetime | None:
    """When this step was reached; in a unit of work of its own, for it stands whatever becomes of the request."""
    said = {"id": new_id(), "span": span, "began": began, "step": step, "now": clock.now()}
    with database().unit_of_work(actor()) as session:
        reached: datetime | None = session.scalar(_NOTE, said | {"request": g.get("request_id")})
    return reached


def _ask_who_is_there() -> Response:
    if request.headers.get("HX-Request") or request.is_json:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("accounts.confirm")
        return answer
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")), 303)
    return ask_page(request.path, keep_own())


def _counter() -> Counter:
    return cast(Counter, current_app.extensions[_COUNTER])
