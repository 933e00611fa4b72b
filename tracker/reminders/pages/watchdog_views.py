"""The watchdog's page: whether reminders go out, and what to do when they do not."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from config import Settings
from tracker.access.entrance import ADMINISTRATORS, entrance
from tracker.core.counting import COUNTED
from tracker.core.web import actor, db
from tracker.reminders import policy
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.watchdog_signs import signs_of
from tracker.reminders.pages.words import reason_text
from tracker.reminders.watchdog import clear_fault, machinery

WATCHERS = ADMINISTRATORS | {"coordinator"}


@blueprint.get("/watchdog")
@entrance(WATCHERS)
def watchdog() -> Answer:
    state = machinery(db(), actor())
    relays = _relays_set()
    return render_template(
        "reminders/watchdog.html",
        state=state,
        signs=signs_of(state, has_relay=bool(relays)),
        relays_set=relays,
        keeps_it=policy.may_clear_faults(actor()).allowed,
        most=COUNTED,
        reason_text=reason_text,
    )


@blueprint.post("/watchdog/addresses/<uuid:person_id>/right")
@entrance(ADMINISTRATORS)
def address_is_right(person_id: UUID) -> Answer:
    clear_fault(db(), actor(), person_id)
    flash(_("Mail goes to this address again."), "success")
    return redirect(url_for(".watchdog"), 303)


def _relays_set() -> list[str]:
    """The relays of the settings, in their order: host and port, without what is secret."""
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    parts = [urlsplit(url) for url in settings.smtp_urls]
    return [f"{part.hostname}:{part.port}" if part.port else str(part.hostname) for part in parts]
