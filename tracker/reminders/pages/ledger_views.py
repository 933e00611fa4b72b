"""The ledger of mail: what was sent and will be, to whom, and what failed; and the same about one case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.cases.queries import get_case
from tracker.core.actor import Actor
from tracker.core.errors import Conflict
from tracker.core.web import actor, db
from tracker.reminders import policy, steering
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.filters import address_of, filter_context, filters_of
from tracker.reminders.pages.words import KIND_WORDS, STATUS_WORDS, VIA_WORDS, advice_text, reason_text
from tracker.reminders.queries import LedgerFilter, for_follow_up, mails_hidden, on_case
from tracker.reminders.queries import ledger as ledger_page
from tracker.reminders.visible import LedgerRow


@blueprint.get("/ledger")
@entrance(SIGNED_IN)
def ledger() -> Answer:
    filters = filters_of(request.args, actor())
    page = ledger_page(db(), actor(), filters, request.args.get("cursor"))
    return render_template(
        "reminders/ledger.html",
        page=page,
        hidden=mails_hidden(db(), actor()) if not page.rows and filters != LedgerFilter() else 0,
        steering=_deeds(page.rows),
        has_dead=any(row.status == "dead" for row in page.rows) and policy.may_steer(actor(), sees_subject=True),
        **_words(),
        **filter_context(db(), actor(), filters),
    )


@blueprint.post("/ledger/<uuid:reminder_id>/resend")
@entrance(SIGNED_IN)
def resend(reminder_id: UUID) -> Answer:
    return _steer(steering.resend, reminder_id, _("The mail is on its way again."))


@blueprint.post("/ledger/<uuid:reminder_id>/cancel")
@entrance(SIGNED_IN)
def cancel(reminder_id: UUID) -> Answer:
    return _steer(steering.cancel, reminder_id, _("The mail will not be sent."))


@blueprint.get("/ledger/dead")
@entrance(SIGNED_IN)
def ask_resend_all() -> Answer:
    """How many dead letters the filters hold, before they all go again."""
    filters = filters_of(request.args, actor())
    count = steering.count_dead(db(), actor(), filters)
    address = address_of(filters, actor())
    return render_template("reminders/resend_all.html", count=count, most=steering.MOST_AT_ONCE, address=address)


@blueprint.post("/ledger/dead")
@entrance(SIGNED_IN)
def resend_all() -> Answer:
    filters = filters_of(request.form, actor())
    count = steering.resend_all(db(), actor(), filters)
    flash(ngettext("%(num)s mail is on its way again.", "%(num)s mails are on their way again.", count), "success")
    return redirect(_ledger_of(filters), 303)


@blueprint.post("/ledger/looked")
@entrance(SIGNED_IN)
def look_at_dead() -> Answer:
    """The dead letters have been seen: the alarm about them goes."""
    steering.look_at_dead(db(), actor())
    flash(_("Noted: you have looked at the mail that failed."), "success")
    return redirect(url_for(".ledger", status="dead"), 303)


@blueprint.get("/cases/<reference>/reminders")
@entrance(CASE_READERS)
def case_reminders(reference: str) -> Answer:
    case = get_case(db(), actor(), reference)
    page = on_case(db(), actor(), case.id, request.args.get("cursor"))
    return render_template("reminders/on_case.html", case=case, page=page, steering=_deeds(page.rows), **_words())


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
    return redirect(_ledger_of(filters_of(request.form, actor())), 303)


def _ledger_of(filters: LedgerFilter) -> str:
    arguments: dict[str, Any] = dict(address_of(filters, actor()))
    return url_for(".ledger", **arguments)


def _deeds(rows: Sequence[LedgerRow]) -> dict[UUID, str]:
    """Which button each row gets: resend, cancel; most get none."""
    return {row.id: deed for row in rows if (deed := _deed_on(row))}


def _deed_on(row: LedgerRow) -> str | None:
    if not policy.may_steer(actor(), sees_subject=row.sees_subject):
        return None
    if row.status in policy.RESENDABLE:
        return "resend"
    return "cancel" if row.status in policy.CANCELLABLE else None


def _words() -> dict[str, Any]:
    return {
        "kind_words": KIND_WORDS,
        "status_words": STATUS_WORDS,
        "via_words": VIA_WORDS,
        "reason_text": reason_text,
        "advice_text": advice_text,
    }
