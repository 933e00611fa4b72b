"""What the pages call the kinds of reminders, their states, and what became of them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.reminders import kinds

KIND_WORDS = {
    kinds.ASSIGNED: _l("Assigned"),
    kinds.BEFORE: _l("Before the day"),
    kinds.ON_THE_DAY: _l("On the day"),
    kinds.OVERDUE: _l("Overdue"),
    kinds.WAITING: _l("Waiting on others"),
    kinds.COMMITMENT: _l("Commitment due"),
    kinds.RENEWAL: _l("Renewal"),
    kinds.RULE_CHANGED: _l("Rule of law changed"),
    kinds.ESCALATION: _l("Overdue for others"),
    kinds.STATUS_CHANGED: _l("Status changed"),
    kinds.FOLLOW_UP_CHANGED: _l("Follow-up changed"),
    kinds.GLASS: _l("The glass was broken"),
    kinds.MEMBERSHIP_ENDED: _l("A membership ran out"),
    kinds.MEMBERSHIP_TAKEN: _l("You were taken off a case"),
    kinds.ANSWERED: _l("Your request was answered"),
    kinds.DECIDED: _l("Two persons decided something of weight"),
    kinds.KEY_ENDS: _l("Your OpenPGP key expires"),
    kinds.SUMMARY: _l("Summary of the week"),
    kinds.DIGEST: _l("Digest"),
    kinds.READING: _l("Somebody opens very much"),
    kinds.WATCHDOG: _l("Watchdog"),
}
KIND_ICONS = {
    kinds.ASSIGNED: "checklist",
    kinds.OVERDUE: "alert-circle",
    kinds.ESCALATION: "alert-triangle",
    kinds.WAITING: "hourglass",
    kinds.COMMITMENT: "heart-handshake",
    kinds.RENEWAL: "refresh",
    kinds.RULE_CHANGED: "scale",
    kinds.STATUS_CHANGED: "arrows-exchange",
    kinds.GLASS: "shield-lock",
    kinds.MEMBERSHIP_ENDED: "user-off",
    kinds.MEMBERSHIP_TAKEN: "user-off",
    kinds.ANSWERED: "checks",
    kinds.DECIDED: "shield-lock",
    kinds.KEY_ENDS: "key",
    kinds.SUMMARY: "layout-dashboard",
    kinds.DIGEST: "mail",
    kinds.READING: "eye",
    kinds.WATCHDOG: "alert-triangle",
}
KIND_HINTS = {
    kinds.ASSIGNED: _l("Somebody gives you a follow-up."),
    kinds.BEFORE: _l("A follow-up of yours comes nearer."),
    kinds.ON_THE_DAY: _l("A follow-up of yours is due today."),
    kinds.OVERDUE: _l("A follow-up of yours is late: the day after, then again and again."),
    kinds.WAITING: _l("You wait for somebody, and they have been silent for long."),
    kinds.COMMITMENT: _l("Somebody's promise should be kept today: ask whether it was."),
    kinds.RENEWAL: _l("A mandate, a listing or a measure ends, months and weeks before."),
    kinds.RULE_CHANGED: _l("Two persons changed a rule, and with it the days of your work: all of them in one mail."),
    kinds.ESCALATION: _l("Work of others on your cases is late for days."),
    kinds.STATUS_CHANGED: _l("A case that you watch has another status."),
    kinds.FOLLOW_UP_CHANGED: _l("A follow-up that you watch is done, dropped or moved."),
    kinds.SUMMARY: _l("For heads: where everything stands, once a week."),
}
STATUS_WORDS = {
    "planned": _l("Planned"),
    "sending": _l("Being sent"),
    "committing": _l("Handed to the relay"),
    "sent": _l("Sent"),
    "shown": _l("Shown in the app"),
    "dead": _l("Failed"),
    "cancelled": _l("Withdrawn"),
}
VIA_WORDS = {"mail": _l("By mail"), "digest": _l("In a digest"), "app": _l("In the app only")}
REASON_WORDS = {
    "by_hand": _l("By hand"),
    "date_changed": _l("The date was changed"),
    "closed": _l("It was done, or called off"),
    "reassigned": _l("Somebody else does it now"),
    "unwanted": _l("Not wanted by the recipient"),
    "superseded": _l("A later reminder says it better"),
    "not_visible": _l("The recipient may not see it"),
    "recipient_inactive": _l("The account is closed"),
    "lease_expired": _l("The worker stopped on the way"),
    "rendering_failed": _l("The mail could not be written"),
    "bad_address": _l("The address is not usable"),
    "address_fault": _l("Mail to this address came back"),
    "uncertain": _l("Perhaps sent; nobody can know"),
    "connection_lost": _l("The connection broke"),
    "lost_after_dot": _l("The relay's answer was lost"),
    "relay_unreachable": _l("The relay could not be reached"),
    "relay_lacks_extension": _l("The relay lacks what SMTP_URL asks for"),
    "relay_tls_failed": _l("The relay's certificate is not trusted"),
}
ADVICE_WORDS = {
    "smtp_5": _l("Check the address on the account's page, or ask whoever keeps the relay; then send it again."),
    "smtp_4": _l("The relay put it off until it was too late. Look at the relay, then send it again."),
    "bad_address": _l("Correct the address on the account's page, then send it again."),
    "rendering_failed": _l("A fault of the program: tell its keeper the number. The others go on."),
    "relay_": _l("Look at SMTP_URL and the relay; the watchdog's page shows whether it answers. Then send it again."),
    "connection_lost": _l("The relay hung up again and again. Ask its keeper, then send it again."),
    "uncertain": _l("It may have arrived. Ask the recipient before sending it again."),
    "lost_after_dot": _l("It may have arrived. Ask the recipient before sending it again."),
    "lease_expired": _l("The worker was stopped again and again. Look at its log, then send it again."),
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
    if source == "dsn":
        return str(_("It came back (%(code)s)", code=code))
    return str(REASON_WORDS.get(reason, reason))


def advice_text(reason: str | None) -> str:
    """What to do about a dead letter, by its reason; empty where nothing is known."""
    if reason is None:
        return ""
    return next((str(words) for begin, words in ADVICE_WORDS.items() if reason.startswith(begin)), "")
