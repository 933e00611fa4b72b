"""The bell: its page, reading, and the few bytes by which an open page learns that something came."""

from __future__ import annotations

from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import ANYONE, SIGNED_IN, entrance
from tracker.accounts.current import News, signed_in
from tracker.core.web import actor, db
from tracker.reminders.pages.bell import mark_read, told
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.landing import place_of
from tracker.reminders.pages.words import KIND_ICONS, KIND_WORDS, STATUS_WORDS, reason_text
from tracker.reminders.queries import get_reminder

COUNTED = 100


@blueprint.get("/reminders")
@entrance(SIGNED_IN)
def bell() -> Answer:
    """What I was told, the newest first."""
    only_unread = request.args.get("show") == "unread"
    page = told(db(), actor(), request.args.get("cursor"), unread=only_unread)
    return render_template(
        "reminders/bell.html",
        page=page,
        only_unread=only_unread,
        kind_words=KIND_WORDS,
        kind_icons=KIND_ICONS,
        status_words=STATUS_WORDS,
        reason_text=reason_text,
    )


@blueprint.get("/reminders/<uuid:reminder_id>")
@entrance(SIGNED_IN)
def open_reminder(reminder_id: UUID) -> Answer:
    """To what it is about. Nothing in a mail leads here: see from_mail."""
    return redirect(place_of(get_reminder(db(), actor(), reminder_id)), 303)


@blueprint.post("/reminders/<uuid:reminder_id>")
@entrance(SIGNED_IN)
def open_and_read(reminder_id: UUID) -> Answer:
    """The same; one's own is read with that."""
    row = get_reminder(db(), actor(), reminder_id)
    place = place_of(row)
    if row.recipient_id == actor().person_id:
        mark_read(db(), actor(), [row.id])
    return redirect(place, 303)


@blueprint.post("/reminders/read")
@entrance(SIGNED_IN)
def read_all() -> Answer:
    mark_read(db(), actor())
    flash(_("All reminders are marked as read."), "success")
    return redirect(url_for(".bell"), 303)


@blueprint.get("/reminders/news")
@entrance(ANYONE)
def news() -> Response:
    """How many are unread, and the newest of them; 304 while nothing is new. Read with the session, for nothing more.

    Open to strangers, who get an empty answer: a page left open must not fill its console with refusals.
    """
    person = signed_in()
    if person is None:
        return jsonify(unread=None)
    answer = jsonify(unread=counted(person.news.unread), newest=person.news.newest)
    answer.set_etag(etag_of(person.news))
    return answer.make_conditional(request)


def counted(unread: int) -> str:
    """The number on the bell; nobody counts further than a hundred. Empty for none."""
    return "" if not unread else str(unread) if unread < COUNTED else f"{COUNTED - 1}+"


def etag_of(news: News) -> str:
    """Changes when the bell has to."""
    return f"{news.unread}-{news.newest or 0}"
