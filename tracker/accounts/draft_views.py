"""Drafts over HTTP: the script saves them as one types; the page of a draft works without it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, g, jsonify, redirect, render_template, request
from flask_wtf.csrf import generate_csrf

from tracker.access.entrance import ANYONE, SIGNED_IN, entrance
from tracker.accounts import drafts
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import half_signed_in, signed_in
from tracker.accounts.factors import factors_of
from tracker.accounts.sign_in import safe_next
from tracker.core.errors import Invalid
from tracker.core.languages import format_instant
from tracker.core.web import actor, db

LARGEST_BODY = 1024 * 1024


@blueprint.post("/drafts")
@entrance(SIGNED_IN)
def save_draft() -> Any:
    """`{key, fields: [[name, value]], version?}` → `{saved_at}`; 422 `{message}` when it can't be kept."""
    key, fields, version = _sent()
    try:
        saved_at = drafts.save_draft(db(), actor(), key, fields, version)
    except Invalid as invalid:
        return jsonify(message=invalid.faults[0].message), 422
    return jsonify(saved_at=_clock_time(saved_at))


@blueprint.get("/drafts/<uuid:draft_id>")
@entrance(SIGNED_IN)
def draft_page(draft_id: UUID) -> Any:
    """What is kept; the script asks for JSON and puts it back into the form."""
    draft = drafts.read_draft(db(), actor(), draft_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(fields=draft.fields, version=draft.version)
    return render_template("accounts/draft.html", draft=draft, back=_page_before())


@blueprint.post("/drafts/<uuid:draft_id>/discard")
@entrance(SIGNED_IN)
def discard_draft(draft_id: UUID) -> Any:
    drafts.discard_draft(db(), actor(), draft_id)
    if request.headers.get("X-Requested-With"):
        return Response(status=204)
    return redirect(safe_next(request.form.get("next")) or _page_before(), 303)


@blueprint.get("/session")
@entrance(ANYONE)
def session_state() -> Response:
    """Whether the session still lives, whose it is, and the token that forms need now."""
    person = signed_in()
    owes = _owed()
    return jsonify(person=str(person.person_id) if person else None, csrf_token=generate_csrf(), **owes)


def _owed() -> dict[str, str]:
    """What whoever gave the password has to show still: a code, or a passkey."""
    half = half_signed_in()
    if half is None:
        return {}
    return {"owes": "code" if factors_of(db(), half.person_id).has_totp else "passkey"}


@blueprint.after_app_request
def forget_sent_draft(response: Response) -> Response:
    """After every request, before its work is committed: a form that led on has been sent, and its draft goes."""
    key = request.form.get("draft") if request.method == "POST" and 300 <= response.status_code < 400 else None
    person = signed_in()
    if key and person is not None and not person.must_change_password and "db_session" in g:
        drafts.forget_sent(db(), actor(), key)
    return response


def drafts_are(found: dict[str, tuple[UUID, datetime]]) -> None:
    """Tell this request which drafts the person has, where a page read them with other things."""
    g.drafts = found


@blueprint.app_template_global()
def draft_of(form_key: str) -> dict[str, Any] | None:
    """For templates: one's draft of a form, where the page is opened anew. One statement for all forms of a page."""
    if signed_in() is None or request.method != "GET":
        return None
    if "drafts" not in g:
        g.drafts = drafts.times_of_drafts(db(), actor())
    found = g.drafts.get(form_key)
    return None if found is None else {"id": found[0], "saved_at": found[1]}


def _sent() -> tuple[str, list[tuple[str, str]], str | None]:
    """What the script sent; anything else is a bad request."""
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("key"), str) or not isinstance(body.get("fields"), list):
        abort(400)
    pairs = body["fields"]
    if not all(isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair) for pair in pairs):
        abort(400)
    version = body.get("version")
    return body["key"], [(name, value) for name, value in pairs], version if isinstance(version, str) else None


def _clock_time(saved_at: Any) -> str:
    """`14:05` in the person's zone."""
    return format_instant(saved_at).rpartition(", ")[2]


def _page_before() -> str:
    own = request.host_url
    referrer = request.referrer or ""
    return (safe_next("/" + referrer.removeprefix(own)) if referrer.startswith(own) else None) or "/"
