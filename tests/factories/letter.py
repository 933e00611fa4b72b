"""What mails are about, for tests: one of every kind, in English and Belarusian."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from tracker.reminders.letters import Because, CaseLine, LetterFacts, Letterhead, MailFigures, Matter, WeekFigures

HEAD = Letterhead.of("Tracker <reminders@example.org>", "https://tracker.example.org/", "k" * 40)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
MESSAGE_ID = UUID("5f0c2e9e-3a0b-4a58-9a53-0b6f4f2f8f11")
NUMBER = "K7QX2-9MFTB"
WORK = Matter(
    kind="before",
    number=NUMBER,
    due_on=date(2026, 12, 1),
    title="Ask the ministry <b>& co</b>",
    reference="ICC-K7QX",
    case_title="Situation in Canaria",
    is_bare=False,
    because=Because.ASSIGNED,
    subject_id=UUID("0199c0de-0000-7000-8000-00000000000a"),
    case_id=UUID("0199c0de-0000-7000-8000-00000000000b"),
    version=3,
)
LATE = replace(WORK, kind="overdue", due_on=date(2026, 11, 20))
PERIOD = replace(
    WORK,
    kind="renewal",
    title="",
    reference="SAN-3FW2",
    case_title="Listing of a prison governor",
    because=Because.LEAD,
)
MOVED = replace(
    WORK,
    kind="status_changed",
    title="",
    due_on=None,
    because=Because.WATCHES_CASE,
    status="Preliminary examination",
    since=date(2026, 11, 23),
)
RULED = replace(
    WORK,
    kind="rule_changed",
    title="Answer the notification: Art. 18(2)",
    change="moved",
    rule_was=date(2026, 11, 30),
    rule_gives=date(2026, 12, 1),
)
BARE = Matter("before", "3XW4N-7QRTP", date(2026, 12, 3), subject_id=UUID("0199c0de-0000-7000-8000-00000000000c"))
MATTERS = {
    "before": WORK,
    "tomorrow": replace(WORK, due_on=date(2026, 11, 25)),
    "on_the_day": replace(WORK, kind="on_the_day", due_on=date(2026, 11, 24)),
    "overdue": LATE,
    "assigned": replace(WORK, kind="assigned"),
    "assigned_without_date": replace(WORK, kind="assigned", due_on=None),
    "substitute": replace(WORK, because=Because.SUBSTITUTE),
    "substitute_assigned": replace(WORK, kind="assigned", because=Because.SUBSTITUTE),
    "substitute_overdue": replace(LATE, because=Because.SUBSTITUTE),
    "escalation_lead": replace(LATE, kind="escalation", because=Because.LEAD),
    "escalation_coordinator": replace(LATE, kind="escalation", due_on=date(2026, 11, 12), because=Because.COORDINATOR),
    "orphan": replace(WORK, kind="escalation", change="orphan", because=Because.LEAD),
    "orphan_without_date": replace(WORK, kind="escalation", change="orphan", due_on=None, because=Because.COORDINATOR),
    "waiting": replace(WORK, kind="waiting", since=date(2026, 11, 12)),
    "commitment": replace(WORK, kind="commitment", due_on=date(2026, 11, 24), title="Was it kept? “We will join.”"),
    "commitment_soon": replace(WORK, kind="commitment"),
    "commitment_itself": replace(
        WORK,
        kind="commitment",
        change="unasked",
        title="We will join.",
        reference="",
        case_title="",
        case_id=None,
        because=Because.RECORDER,
    ),
    "renewal": replace(WORK, kind="renewal", title="Renew the listing"),
    "period": PERIOD,
    "period_today": replace(PERIOD, due_on=date(2026, 11, 24)),
    "status_changed": MOVED,
    "follow_up_done": replace(WORK, kind="follow_up_changed", change="done", because=Because.WATCHES_WORK),
    "follow_up_dropped": replace(WORK, kind="follow_up_changed", change="cancelled", because=Because.WATCHES_WORK),
    "follow_up_moved": replace(WORK, kind="follow_up_changed", change="open", because=Because.WATCHES_WORK),
    "rule_moved": RULED,
    "rule_flagged": replace(RULED, change="flagged", rule_gives=date(2026, 12, 14)),
    "rule_stopped": replace(RULED, change="stopped", rule_gives=None),
    "rule_again": replace(RULED, rule_was=None, because=Because.LEAD),
    "bare": BARE,
    "bare_without_date": replace(BARE, due_on=None),
    "glass": Matter("glass", "3XW4N-7QRTP"),
    "membership_ended": Matter("membership_ended", "3XW4N-7QRTP"),
    "membership_taken": Matter("membership_taken", "3XW4N-7QRTP"),
    "answered": Matter("answered", "3XW4N-7QRTP"),
    "decided": Matter("decided", "3XW4N-7QRTP"),
    "key_ends": Matter("key_ends", "3XW4N-7QRTP", date(2026, 12, 24), is_bare=False),
}
LINES = (
    LATE,
    replace(WORK, kind="assigned", number="A2222-22222", title="Draft the submission", reference="UNT-88PQ"),
    BARE,
    replace(WORK, kind="waiting", number="B3333-33333", since=date(2026, 11, 12), title="Call the registry back"),
    replace(MOVED, number="C4444-44444"),
    replace(PERIOD, number="D5555-55555"),
    replace(WORK, kind="on_the_day", number="E6666-66666", due_on=date(2026, 11, 24), title="Sign the letter"),
    replace(MATTERS["commitment"], number="F7777-77777"),
    replace(MATTERS["follow_up_done"], number="G8888-88888", title="Translate the annex"),
)
WEEK = WeekFigures(
    week="2026-W48",
    overdue=11,
    due_soon=1,
    done=7,
    moved=1,
    ending=2,
    overdue_lines=(
        CaseLine("ICC-K7QX", "Ask the ministry", date(2026, 11, 20)),
        CaseLine("UNT-88PQ", "Draft the submission", date(2026, 11, 22)),
    ),
    due_soon_lines=(CaseLine("ICC-K7QX", "Sign the letter", date(2026, 11, 24)),),
    moved_lines=(CaseLine("ICC-K7QX", "Situation in Canaria", date(2026, 11, 23), "Preliminary examination"),),
    ending_lines=(CaseLine("SAN-3FW2", "Listing of a prison governor", date(2026, 12, 31)),),
)
STUCK = MailFigures(waiting=42, oldest_minutes=95, dead=3, last_sent_at=datetime(2026, 11, 24, 6, 20, tzinfo=UTC))


def about(matter: Matter, language: str = "en", time_zone: str = "Europe/Warsaw") -> LetterFacts:
    """A mail about one thing."""
    return LetterFacts(matter.kind, matter.number, language, time_zone, matter)


def every_letter(language: str) -> dict[str, LetterFacts]:
    """One mail of each kind and form, by name."""
    others = LetterFacts("digest", NUMBER, language, "Europe/Warsaw")
    return {name: about(matter, language) for name, matter in MATTERS.items()} | {
        "digest": replace(others, lines=LINES),
        "digest_of_one": replace(others, lines=LINES[:1]),
        "digest_of_a_rule": replace(
            others,
            lines=(
                replace(RULED, number="A2222-22222"),
                replace(MATTERS["rule_flagged"], number="B3333-33333", reference="UNT-88PQ"),
                replace(MATTERS["rule_stopped"], number="C4444-44444", reference="INT-3FW2"),
                BARE,
            ),
        ),
        "digest_bare": replace(others, lines=(BARE, replace(BARE, number="9TTTT-2KWXY", due_on=None))),
        "summary": replace(others, kind="summary", week=WEEK),
        "summary_empty": replace(others, kind="summary", week=WeekFigures("2026-W48", 0, 0, 0, 0, 0)),
        "reading": replace(others, kind="reading", mail=STUCK),
        "watchdog": replace(others, kind="watchdog", mail=STUCK),
        "watchdog_dead": replace(others, kind="watchdog", mail=replace(STUCK, incident="dead")),
        "watchdog_stood_still": replace(others, kind="watchdog", mail=replace(STUCK, incident="stood_still")),
        "watchdog_over": replace(others, kind="watchdog", mail=MailFigures(0, None, 0, NOW)),
    }
