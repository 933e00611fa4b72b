"""One's calendar for other programs: the addresses, and what they open."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from tracker.access.entrance import ANYONE, CASE_READERS, entrance
from tracker.accounts.current import the_person
from tracker.accounts.form_faults import show_faults
from tracker.accounts.fresh import ask_first, is_fresh
from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.errors import Invalid
from tracker.core.languages import use_wishes
from tracker.core.web import actor, database, db
from tracker.feeds import services
from tracker.feeds.forms import WHOSE_WORDS, FeedForm
from tracker.feeds.models import OWN
from tracker.feeds.queries import entries_of
from tracker.feeds.writing import calendar_file, digest_of_file
from tracker.openpgp.queries import key_of

blueprint = Blueprint("feeds", __name__)

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST_TOKEN = 100


@blueprint.get("/calendar/feeds/<token>.ics")
@entrance(ANYONE)
def calendar_of_token(token: str) -> AnyResponse:
    """The calendar that a secret address opens; without cookies, outside the sessions. HEAD and GET are one."""
    settings = _settings()
    bare = settings.mail_without_key == "minimal"
    with database().unit_of_work(NOBODY) as session:
        known = 0 < len(token) <= LONGEST_TOKEN and token.isascii()
        reader = services.find_reader(session, token, bare_without_key=bare) if known else None
    if reader is None:
        return Response(_("There is nothing here."), 404, content_type="text/plain; charset=utf-8")
    use_wishes(reader.language, reader.time_zone)
    with database().unit_of_work(reader.actor) as session:
        session.info["request_id"] = g.get("request_id")
        content = calendar_file(reader, entries_of(session, reader), settings.base_url, clock.now())
        services.note_used(session, reader)
    answer = Response(content, content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="tracker.ics"'
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.set_etag(digest_of_file(content), weak=True)
    return answer.make_conditional(request)


@blueprint.route("/preferences/calendars", methods=["GET", "POST"])
@entrance(CASE_READERS)
def own_feeds() -> Any:
    form = _form()
    if request.method == "POST" and (asked := ask_first()) is not None:
        return asked
    if form.validate_on_submit():
        try:
            made = services.make_feed(
                db(),
                actor(),
                form.name.data or "",
                form.whose.data,
                is_neutral=bool(form.is_neutral.data),
                with_sittings=bool(form.with_sittings.data),
            )
        except Invalid as invalid:
            show_faults(form, invalid)
        else:
            return _shown_once(made)
    return _page(form), 422 if form.errors else 200


@blueprint.post("/preferences/calendars/<uuid:feed_id>/renew")
@entrance(CASE_READERS)
def renew(feed_id: UUID) -> Any:
    if (asked := ask_first(url_for(".own_feeds"))) is not None:
        return asked
    return _shown_once(services.renew_feed(db(), actor(), feed_id))


@blueprint.post("/preferences/calendars/<uuid:feed_id>/withdraw")
@entrance(CASE_READERS)
def withdraw(feed_id: UUID) -> AnyResponse:
    services.withdraw_feed(db(), actor(), feed_id)
    flash(_("The address is withdrawn. Programs that use it get nothing any more."), "success")
    return redirect(url_for(".own_feeds"), 303)


def _form() -> FeedForm:
    form = FeedForm()
    if not actor().is_staff:
        form.whose.choices = [(OWN, WHOSE_WORDS[OWN])]
    return form


def _page(form: FeedForm) -> str:
    person = the_person()
    return render_template(
        "feeds/own.html",
        form=form,
        feeds=services.feeds_of(db(), person.person_id),
        most=services.MOST,
        whose=WHOSE_WORDS,
        is_fresh=is_fresh(),
        is_always_bare=_settings().mail_without_key == "minimal" or key_of(db(), person.person_id) is not None,
    )


def _shown_once(made: services.MadeFeed) -> str:
    address = _settings().base_url.rstrip("/") + url_for(".calendar_of_token", token=made.token)
    _scheme, _colon, rest = address.partition(":")
    return render_template("feeds/address_once.html", address=address, webcal=f"webcal:{rest}")


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker.settings"])
