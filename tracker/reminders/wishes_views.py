"""How one wants to be reminded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.core.actor import Actor
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.reminders import services
from tracker.reminders.blueprint import Answer, blueprint
from tracker.reminders.forms import ReminderWishesForm
from tracker.reminders.models import ReminderPreference
from tracker.reminders.queries import preference_of
from tracker.reminders.rules import DAYS_BEFORE, SEND_TIME
from tracker.reminders.wishes import Wishes, read_days


@blueprint.route("/preferences/reminders", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def wishes() -> Answer:
    form = ReminderWishesForm(data=_wishes_of(actor()))
    if form.validate_on_submit() and _save(form):
        flash(_("Your reminders are set. What is planned follows within a minute."), "success")
        return redirect(url_for("reminders.wishes"), 303)
    return render_template("reminders/wishes.html", form=form), 422 if form.errors else 200


def _wishes_of(who: Actor) -> dict[str, Any]:
    wish: ReminderPreference | None = preference_of(db(), who.person_id) if who.person_id else None
    days = DAYS_BEFORE if wish is None or wish.days_before is None else wish.days_before
    return {
        "wants_mail": wish is None or wish.wants_mail,
        "days_before": ", ".join(str(day) for day in days),
        "send_time": SEND_TIME if wish is None else wish.send_time,
    }


def _save(form: ReminderWishesForm) -> bool:
    try:
        days = read_days(form.days_before.data or "")
        said = {"wants_mail": bool(form.wants_mail.data), "days_before": days, "send_time": form.send_time.data}
        who = actor().person_id
        services.set_wishes(db(), actor(), replace(services.wishes_of(db(), who), **said) if who else Wishes(**said))
    except Invalid as invalid:
        form.days_before.errors = [*form.days_before.errors, *(fault.message for fault in invalid.faults)]
        return False
    return True
