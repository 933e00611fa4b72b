"""What is wrong with the machinery, in words, and what to do about it. The frame of every page has the short form."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.current import News
from tracker.reminders.watchdog import ALARM_AGE, TICK_AGE, WORKER_AGE, Machinery


@dataclass(frozen=True, slots=True)
class Sign:
    """One bad sign: what is seen, and what to do. `tone`: danger or warning."""

    title: str
    advice: str
    tone: str = "danger"


def signs_of(state: Machinery, *, has_relay: bool) -> list[Sign]:
    """Every bad sign, the gravest first; empty when all is well."""
    return [*_standing_still(state), *_late(state, has_relay=has_relay), *_failed(state)]


def alarms_of(news: News) -> list[tuple[str, str]]:
    """For the frame of every page: the words and the tone of each alarm."""
    alarms = []
    if news.still:
        alarms.append((_("Reminders stand still: the machinery has not looked for five minutes."), "danger"))
    if news.late:
        alarms.append((_("Mail is late: a reminder has waited for more than fifteen minutes."), "danger"))
    if news.dead:
        words = ngettext("%(num)s mail failed for good.", "%(num)s mails failed for good.", news.dead)
        alarms.append((words, "warning"))
    if news.faulty:
        words = ngettext("Mail to %(num)s person comes back.", "Mail to %(num)s people comes back.", news.faulty)
        alarms.append((words, "warning"))
    return alarms


def _standing_still(state: Machinery) -> list[Sign]:
    found = []
    whole, begun = state.seen.get("done"), state.seen.get("tick")
    if begun is None and whole is None:
        advice = _("Start the worker and the beat: the operator's guide, section “Reminders”, names the commands.")
        found.append(Sign(_("No tick has ever run: no reminder goes out."), advice))
    elif whole is None or state.now - whole > TICK_AGE:
        if begun is not None and state.now - begun <= TICK_AGE:
            advice = _("Ticks begin and do not end well: the worker's log names the error. Restart it once mended.")
        else:
            advice = _("Look whether worker, beat and broker run, and start what does not; nothing is lost meanwhile.")
        found.append(Sign(_("No tick has ended well for five minutes."), advice))
    newest = max(state.workers.values(), default=None)
    if begun is not None and (newest is None or state.now - newest > WORKER_AGE):
        advice = _("Start the worker, or look at its log; reminders wait in the database until it is back.")
        found.append(Sign(_("No worker was seen for three minutes."), advice))
    return found


def _late(state: Machinery, *, has_relay: bool) -> list[Sign]:
    age = state.oldest_age
    if age is None or age <= ALARM_AGE:
        return []
    title = _("The oldest reminder has waited for more than fifteen minutes.")
    if not has_relay:
        return [Sign(title, _("No relay is set: give SMTP_URL and restart."))]
    advice = _("If ticks run, the relay does not take mail: look at its log, and at the reasons in the ledger below.")
    return [Sign(title, advice)]


def _failed(state: Machinery) -> list[Sign]:
    found = []
    if state.dead_unlooked:
        title = ngettext("%(num)s mail failed for good.", "%(num)s mails failed for good.", state.dead_unlooked)
        advice = _("The ledger says why, and what helps. Send them again once mended, or say that you have looked.")
        found.append(Sign(title, advice, "warning"))
    if state.faulty:
        count = len(state.faulty)
        title = ngettext("Mail to %(num)s person comes back.", "Mail to %(num)s people comes back.", count)
        advice = _("Correct the address on the account's page; then say here that it is right, and mail goes again.")
        found.append(Sign(title, advice, "warning"))
    return found
