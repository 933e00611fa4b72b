"""What a mail may say. Whoever fills this in has looked with the recipient's eyes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tracker.reminders.reasons import Reason
from tracker.reminders.watchdog import ALARM_AGE


class Because(StrEnum):
    """Why somebody gets a mail: said at its foot."""

    ASSIGNED = "assigned"
    SUBSTITUTE = "substitute"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    HEAD = "head"
    WATCHES_WORK = "watches_work"
    WATCHES_CASE = "watches_case"
    ADMINISTRATOR = "administrator"
    RECORDER = "recorder"


@dataclass(frozen=True, slots=True)
class Matter:
    """What one reminder is about. `is_bare`: of it only number, date and link go out.

    `subject_id` and `case_id` go into no mail; what is made of them by the letterhead's key does. `version` counts the
    changes of the day. `since`: the day from which something is awaited. `status`: the words of a case's new status, in
    the definition's English. `change`: what became of a watched follow-up (done, cancelled,
    else its day moved), `orphan` for work that nobody does, `unasked` for a commitment
    itself, and what a changed rule of law did (moved, flagged, stopped); what the rule gave and gives are then
    `rule_was` and `rule_gives`. A commitment's `title` is its words.
    """

    kind: str
    number: str
    due_on: date | None = None
    title: str = ""
    reference: str = ""
    case_title: str = ""
    is_bare: bool = True
    because: Because = Because.ASSIGNED
    subject_id: UUID | None = None
    case_id: UUID | None = None
    version: int = 0
    since: date | None = None
    status: str = ""
    change: str = ""
    rule_was: date | None = None
    rule_gives: date | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a summary, about a public or internal case. `status` as in Matter."""

    reference: str
    title: str
    on: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A head's week: how many there are of all that the head sees; of the open ones the first few as lines.

    Of restricted and sealed cases no line goes out: they are among those that "only the app shows".
    """

    week: str
    overdue: int
    due_soon: int
    done: int
    moved: int
    ending: int
    overdue_lines: tuple[CaseLine, ...] = ()
    due_soon_lines: tuple[CaseLine, ...] = ()
    moved_lines: tuple[CaseLine, ...] = ()
    ending_lines: tuple[CaseLine, ...] = ()

    def without_lines(self) -> WeekFigures:
        """The figures alone."""
        return replace(self, overdue_lines=(), due_soon_lines=(), moved_lines=(), ending_lines=())


@dataclass(frozen=True, slots=True)
class MailFigures:
    """How the outbox does, in numbers: what the watchdog says. `oldest_minutes`: None where nothing waits.

    `dead`: given up in the last 24 hours. `incident`: why somebody is told, as in planning/alarm.py; `late` where mail
    waits too long.
    """

    waiting: int
    oldest_minutes: int | None
    dead: int
    last_sent_at: datetime | None
    incident: str = "late"

    @property
    def is_stuck(self) -> bool:
        """Whether it is still so: the alarm itself may have waited behind what it tells of."""
        return self.dead > 0 or timedelta(minutes=self.oldest_minutes or 0) >= ALARM_AGE


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One mail: about one `matter`, or a digest's `lines`, or a week, or the state of the mail itself.

    `taken` and `dropped` are for the ledger: the rows that a digest tells, and those that it leaves out and why.
    """

    kind: str
    number: str
    language: str
    time_zone: str
    matter: Matter | None = None
    lines: tuple[Matter, ...] = ()
    week: WeekFigures | None = None
    mail: MailFigures | None = None
    taken: tuple[UUID, ...] = ()
    dropped: tuple[tuple[UUID, Reason], ...] = ()

    @property
    def is_bulk(self) -> bool:
        """Whether it is one of a series that a person subscribes to: digests and summaries."""
        return self.matter is None and self.mail is None
