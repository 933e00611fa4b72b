"""Shape and wording of what people enter about their reminders, and the words of the ledger."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from tracker.core.page_forms import PageForm

KIND_WORDS = {
    "assigned": _l("Assigned"),
    "before": _l("Before the day"),
    "on_the_day": _l("On the day"),
    "overdue": _l("Overdue"),
}
STATUS_WORDS = {
    "planned": _l("Planned"),
    "sending": _l("Being sent"),
    "sent": _l("Sent"),
    "dead": _l("Failed"),
    "cancelled": _l("Withdrawn"),
}
REASON_WORDS = {
    "by_hand": _l("By hand"),
    "date_changed": _l("The date was changed"),
    "closed": _l("It was done, or called off"),
    "reassigned": _l("Somebody else does it now"),
    "unwanted": _l("Not wanted by the recipient"),
    "superseded": _l("A later reminder says it better"),
    "not_visible": _l("The recipient may not see it"),
    "recipient_inactive": _l("The account is closed"),
    "too_late": _l("Too late to be of use"),
    "lease_expired": _l("The worker stopped on the way"),
    "rendering_failed": _l("The mail could not be written"),
    "bad_address": _l("The address is not usable"),
    "connection_lost": _l("The connection broke"),
    "lost_after_dot": _l("The relay's answer was lost"),
    "relay_unreachable": _l("The relay could not be reached"),
    "relay_lacks_extension": _l("The relay lacks what SMTP_URL asks for"),
    "relay_tls_failed": _l("The relay's certificate is not trusted"),
}


def reason_text(reason: str | None) -> str:
    """What a code of the ledger means; the relay's own codes keep their number, for whoever asks its keeper."""
    if reason is None:
        return ""
    source, _sign, code = reason.partition("_")
    if source == "smtp" and code.isdigit():
        if code.startswith("5"):
            return str(_("The relay refuses it (%(code)s)", code=code))
        return str(_("The relay says later (%(code)s)", code=code))
    if source == "relay" and code.isdigit():
        return str(_("The relay serves nobody now (%(code)s)", code=code))
    return str(REASON_WORDS.get(reason, reason))


class ReminderWishesForm(PageForm):
    wants_mail = BooleanField(_l("Send me reminders by e-mail"))
    days_before = StringField(_l("Days before"), [Length(max=60)])
    send_time = TimeField(
        _l("Time of day"), [InputRequired(_l("Enter a time such as 09:00."))], format=["%H:%M", "%H:%M:%S"]
    )
