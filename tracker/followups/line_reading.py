"""What a line means to the person who types it: which case, who, which day; and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.entrance import CASE_READERS
from tracker.accounts.queries import active_names
from tracker.cases.models import Case
from tracker.cases.named import cases_named, last_case
from tracker.core.actor import Actor
from tracker.followups.dates import NotADay
from tracker.followups.one_line import CASE, PERSON, Line, longest, names_fitting, read_line
from tracker.followups.today import read_day_here

ME_WORDS = ("me",)


@dataclass(slots=True)
class Reading:
    """`problems`: what is wrong, by `title`, `case` or `assignee`. `cases`: those that fit, where several do."""

    title: str = ""
    case: Case | None = None
    is_default_case: bool = False
    """Nobody said it: it is the case that the page shows, or the one looked at last."""
    cases: Sequence[Case] = ()
    case_text: str = ""
    assignee: tuple[UUID, str] | None = None
    due: date | None = None
    problems: dict[str, str] = field(default_factory=dict)

    def read_due(self, text: str) -> None:
        """The day, where it is typed apart or has to be read again: the case's holidays count."""
        try:
            self.due = read_day_here(text, self.case.countries if self.case else ())
        except NotADay:
            self.problems["due"] = _("Not a day that is understood yet")


def reading_of(
    session: Session,
    actor: Actor,
    text: str,
    *,
    here: Case | None = None,
    settled: Case | None = None,
    day: bool = True,
) -> Reading:
    """Read a line. Where it names no case, it is that of the page (`here`), else the one looked at last.

    `settled`: the case is said elsewhere, and `#` is a sign like any other. `day` False: so is the day.
    """
    if settled is not None:
        text = " ".join(word for word in text.split() if word.upper() != f"{CASE}{settled.reference}")
    line = read_line(text, _day_or_none if day else _no_day, (PERSON,) if settled else (CASE, PERSON))
    reading = Reading()
    person_words = _read_person(session, actor, line, reading)
    reading.case = settled
    case_words = 0 if settled else _read_case(session, actor, line, reading, here)
    reading.title = line.title(case_words, person_words)
    if not reading.title:
        reading.problems["title"] = _("Say in a few words what is to be done.")
    if line.due_text:
        reading.read_due(line.due_text)
    return reading


def people_to_choose(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Whom the person can give work to, by name; whoever comes from outside has only themselves."""
    if not actor.is_staff:
        return []
    return active_names(session, *CASE_READERS)


def _read_person(session: Session, actor: Actor, line: Line, reading: Reading) -> int:
    words = line.words_of(PERSON)
    if words is None:
        return 0
    me = _("me").casefold()
    if actor.person_id is not None and words[0].casefold().strip(".,") in (me, *ME_WORDS):
        reading.assignee = (actor.person_id, _("Me"))
        return 1
    people = people_to_choose(session, actor)
    count, fitting = longest(words, lambda some: names_fitting(some, people))
    if len(fitting) == 1:
        reading.assignee = fitting[0]
    elif fitting:
        names = ", ".join(name for _id, name in fitting[:8])
        reading.problems["assignee"] = _("Several people fit @%(name)s: %(names)s.", name=words[0], names=names)
    else:
        reading.problems["assignee"] = _("Nobody fits @%(name)s. Choose one of the people offered.", name=words[0])
    return count or 1


def _read_case(session: Session, actor: Actor, line: Line, reading: Reading, default: Case | None) -> int:
    words = line.words_of(CASE)
    if words is None:
        reading.case, reading.is_default_case = default or last_case(session, actor), True
        if reading.case is None:
            reading.problems["case"] = _("Say on which case: # and its reference, or # and words of its title.")
        return 0
    count, fitting = longest(words, lambda some: cases_named(session, actor, " ".join(some)))
    reading.case_text = " ".join(words[: count or 1])
    if len(fitting) == 1:
        reading.case = fitting[0]
    elif fitting:
        reading.cases = fitting
        reading.problems["case"] = _("Several cases fit: choose one of them.")
    else:
        reading.problems["case"] = _("No case that you can see fits. Give its reference, or words of its title.")
    return count or 1


def _no_day(_text: str) -> None:
    return None


def _day_or_none(text: str) -> date | None:
    try:
        return read_day_here(text)
    except NotADay:
        return None
