"""Looking again with the recipient's eyes, just before the mail is written: what they may not see can't get in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.reminders import kinds
from tracker.reminders.letters import LetterFacts, MailFigures, Matter, WeekFigures
from tracker.reminders.letters.digest_lines import digest_facts
from tracker.reminders.letters.holding import Addressee, NoLongerHolds, addressee, require_useful
from tracker.reminders.letters.mail_figures import mail_figures
from tracker.reminders.letters.subjects import LOOKS
from tracker.reminders.letters.week_figures import week_figures
from tracker.reminders.outbox import Claimed
from tracker.reminders.reasons import Reason

__all__ = ["Addressee", "NoLongerHolds", "addressee", "letter_facts"]


def letter_facts(session: Session, row: Claimed, to: Addressee, now: datetime) -> LetterFacts:
    """What the mail may say; `session` acts as the recipient. Raises NoLongerHolds when there is nothing to say.

    One statement for a mail about one thing, seven at most for a digest, five for a week. KeyError: a subject of a type
    that nobody here knows.
    """
    _require_wanted(row, to, now)
    require_useful(row, now)
    if row.subject_type == "digest":
        return digest_facts(session, row, to, now)
    return _FACTS[row.subject_type](session, row, to, now)


def _require_wanted(row: Claimed, to: Addressee, now: datetime) -> None:
    if row.kind in (kinds.READING, kinds.WATCHDOG):
        return
    is_paused = to.paused_until is not None and to.today(now) < to.paused_until
    if is_paused or (row.kind in kinds.WISHABLE and row.kind in to.unwanted_kinds):
        raise NoLongerHolds(Reason.UNWANTED)


def _of_subject(session: Session, row: Claimed, to: Addressee, _now: datetime) -> LetterFacts:
    look = LOOKS[row.subject_type]
    found = look.seen(session, to.actor, [row]).get(row.subject_id)
    return _facts(row, to, matter=look.matter(row, found, to))


def _of_week(session: Session, row: Claimed, to: Addressee, now: datetime) -> LetterFacts:
    if not to.actor.has_role("head"):
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    week = week_figures(session, to, row.due_key, now)
    return _facts(row, to, week=week.without_lines() if to.is_bare(Level.PUBLIC) else week)


def _of_mail(session: Session, row: Claimed, to: Addressee, now: datetime) -> LetterFacts:
    if not to.actor.has_role("administrator"):
        raise NoLongerHolds(Reason.NOT_VISIBLE)
    return _facts(row, to, mail=mail_figures(session, row.due_key.partition(":")[0], now))


def _facts(
    row: Claimed,
    to: Addressee,
    matter: Matter | None = None,
    week: WeekFigures | None = None,
    mail: MailFigures | None = None,
) -> LetterFacts:
    return LetterFacts(row.kind, row.number, to.language, to.time_zone, matter, week=week, mail=mail)


_FACTS: dict[str, Callable[[Session, Claimed, Addressee, datetime], LetterFacts]] = {
    **dict.fromkeys(LOOKS, _of_subject),
    "summary": _of_week,
    "watchdog": _of_mail,
}
