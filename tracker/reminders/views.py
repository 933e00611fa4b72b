"""Pages of reminders: the ledger of mail, the way in from a mail, one's own wishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Invalid
from tracker.core.web import actor, db
from tracker.reminders import policy, services
from tracker.reminders.filters import filter_context, filters_of
from tracker.reminders.forms import KIND_WORDS, STATUS_WORDS, ReminderWishesForm, reason_text
from tracker.reminders.models import ReminderPreference
from tracker.reminders.queries import LedgerFilter, LedgerRow, follow_up_of, for_follow_up, mails_hidden, preference_of
from tracker.reminders.queries import ledger as ledger_page
from tracker.reminders.rules import DAYS_BEFORE, SEND_TIME
from tracker.reminders.wishes import read_days

blueprint = Blueprint("reminders", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/ledger")
@entrance(SIGNED_IN)
def ledger() -> Answer:
    filters = filters_of(request.args, actor())
    page = ledger_page(db(), actor(), filters, request.args.get("cursor"))
    return render_template(
        "reminders/ledger.html",
        page=page,
        hidden=mails_hidden(db(), actor()) if not page.rows and filters != LedgerFilter() else 0,
        steering={row.id: deed for row in page.rows if (deed := _deed_on(row))},
        **_words(),
        **filter_context(db(), actor(), filters),
    )


@blueprint.post("/ledger/<uuid:reminder_id>/resend")
@entrance(SIGNED_IN)
def resend(reminder_id: UUID) -> Answer:
    return _steer(services.resend, reminder_id, _("The mail is on its way again."))


@blueprint.post("/ledger/<uuid:reminder_id>/cancel")
@entrance(SIGNED_IN)
def cancel(reminder_id: UUID) -> Answer:
    return _steer(services.cancel, reminder_id, _("The mail will not be sent."))


@blueprint.get("/r/<number>")
@entrance(CASE_READERS)
def from_mail(number: str) -> Answer:
    """Where the link of a mail leads. Asking changes nothing: scanners of mail follow links too."""
    follow_up_id = follow_up_of(db(), actor(), number)
    return redirect(url_for("followups.follow_up_page", follow_up_id=follow_up_id), 303)


@blueprint.route("/preferences/reminders", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def wishes() -> Answer:
    form = ReminderWishesForm(data=_wishes_of(actor()))
    if form.validate_on_submit() and _save(form):
        flash(_("Your reminders are set. What is planned follows within a minute."), "success")
        return redirect(url_for("reminders.wishes"), 303)
    return render_template("reminders/wishes.html", form=form), 422 if form.errors else 200


@blueprint.app_template_global("reminders_on_follow_up")
def reminders_on_follow_up(follow_up_id: UUID) -> dict[str, Any]:
    """For reminders/_on_follow_up.html on the page of a follow-up."""
    return {"rows": for_follow_up(db(), actor(), follow_up_id), **_words()}


def _steer(service: Callable[[Session, Actor, UUID], None], reminder_id: UUID, done: str) -> Answer:
    try:
        service(db(), actor(), reminder_id)
        flash(done, "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("reminders.ledger"), 303)


def _deed_on(row: LedgerRow) -> str | None:
    """Which button the row gets: resend, cancel, or none."""
    if not policy.may_steer(actor(), sees_follow_up=row.follow_up_id is not None):
        return None
    if row.status in policy.RESENDABLE:
        return "resend"
    return "cancel" if row.status in policy.CANCELLABLE else None


def _words() -> dict[str, Any]:
    return {"kind_words": KIND_WORDS, "status_words": STATUS_WORDS, "reason_text": reason_text}


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
        services.set_wishes(
            db(),
            actor(),
            wants_mail=bool(form.wants_mail.data),
            days_before=read_days(form.days_before.data or ""),
            send_time=form.send_time.data,
        )
    except Invalid as invalid:
        form.days_before.errors = [*form.days_before.errors, *(fault.message for fault in invalid.faults)]
        return False
    return True
