"""The small forms on a follow-up's page: whom it waits for, until when it is hidden, how it repeats, one more line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from tracker.core.errors import Fault, Invalid
from tracker.core.page_forms import PageForm
from tracker.followups.forms import DayField, uuid_or_none
from tracker.followups.models import FollowUp
from tracker.followups.recurrence_words import weekday_names
from tracker.followups.rrules import LARGEST_COUNT, NotARule, of_form

AS_IT_IS = "AS_IT_IS"


class WaitingForm(PageForm):
    """Whom it waits for, and since when."""

    waiting_on = StringField(_l("Whom or what, in words"), id="waiting-on")
    contact = SelectField(
        _l("Or a person on the case"), coerce=uuid_or_none, validate_choice=False, choices=(), id="waiting-contact"
    )
    since = DayField(_l("Since"), id="waiting-since")

    def offer_contacts(self, contacts: Sequence[tuple[UUID, str]]) -> None:
        self.contact.choices = [("", _("Nobody in particular")), *contacts]


class SnoozeForm(PageForm):
    """Until when its assignee does not see it."""

    until = DayField(_l("Hide it until"), [InputRequired(_l("Say until when."))], id="snooze-until")


class LineForm(PageForm):
    """One more line of the checklist."""

    text = StringField(
        _l("One more thing to do"),
        [InputRequired(_l("Say in a few words what is to be done."))],
        id="checklist-text",
    )


class RepeatForm(PageForm):
    """How it comes again: by the friendly fields, or by a rule typed out."""

    interval = StringField(_l("Every"), default="1", id="repeat-interval")
    freq = SelectField(_l("Unit"), validate_choice=False, choices=(), id="repeat-freq")
    weekday = SelectMultipleField(_l("On, where it counts weeks"), validate_choice=False, choices=(), id="repeat-day")
    recurs = SelectField(
        _l("The next one is made"),
        choices=[
            ("on_completion", _l("when this one is done")),
            ("by_date", _l("when its day comes, done or not")),
        ],
        default="on_completion",
        validate_choice=False,
        id="repeat-when",
    )
    count = StringField(_l("How many in all"), id="repeat-count")
    ends_on = DayField(_l("Or until"), id="repeat-until")
    rrule = StringField(_l("Or a rule of RFC 5545"), id="repeat-rule")

    def offer(self, has_rule: bool) -> None:
        """List the units; where there is a rule already, also to leave it and to end it."""
        units = [("DAILY", _("days")), ("WEEKLY", _("weeks")), ("MONTHLY", _("months")), ("YEARLY", _("years"))]
        kept, ended = [(AS_IT_IS, _("As it is"))], [("", _("not any more"))]
        self.freq.choices = [*kept, *units, *ended] if has_rule else units
        self.weekday.choices = [(str(number), name) for number, name in enumerate(weekday_names())]

    def rule(self, present: str | None) -> str | None:
        """The rule typed by hand where there is one, else that of the fields; None: no more. Raises Invalid."""
        typed = (self.rrule.data or "").strip()[:300]
        if typed and typed != (present or ""):
            return typed
        if not self.freq.data:
            return None
        if self.freq.data == AS_IT_IS:
            return present
        try:
            return str(of_form(self._said()))
        except NotARule as problem:
            raise Invalid(_fault_of(problem.part)) from problem

    def _said(self) -> dict[str, Any]:
        return {
            "freq": self.freq.data,
            "interval": (self.interval.data or "").strip() or "1",
            "weekdays": [day for day in self.weekday.data or () if day in set("0123456")],
            "count": (self.count.data or "").strip() or None,
            "until": self.ends_on.day,
        }


def _fault_of(part: str) -> Fault:
    """What is wrong with the friendly fields, by the part of the rule that can't be made of them."""
    if part in ("INTERVAL", "COUNT"):
        field = "interval" if part == "INTERVAL" else "count"
        return Fault(field, _("Write a whole number from 1 to %(largest)s.", largest=LARGEST_COUNT))
    if part == "UNTIL":
        return Fault("ends_on", _("Say how many in all, or until when: not both."))
    return Fault("freq", _("This part of the rule can't be followed: %(part)s.", part=part))


@dataclass(frozen=True, slots=True)
class SmallForms:
    """All of them as the page shows them: as the follow-up stands, but for the one that was sent."""

    waiting: WaitingForm
    snooze: SnoozeForm
    repeat: RepeatForm
    line: LineForm


def small_forms(follow_up: FollowUp, contacts: Sequence[tuple[UUID, str]], sent: PageForm | None = None) -> SmallForms:
    """`sent`: the form that came back with errors, with all that was typed into it."""
    waiting = sent if isinstance(sent, WaitingForm) else _waiting_of(follow_up)
    waiting.offer_contacts(contacts)
    repeat = sent if isinstance(sent, RepeatForm) else _repeat_of(follow_up)
    repeat.offer(has_rule=follow_up.rrule is not None)
    return SmallForms(
        waiting,
        sent if isinstance(sent, SnoozeForm) else SnoozeForm(formdata=None),
        repeat,
        sent if isinstance(sent, LineForm) else LineForm(formdata=None),
    )


def _waiting_of(follow_up: FollowUp) -> WaitingForm:
    said = {
        "waiting_on": follow_up.waiting_on,
        "contact": follow_up.waiting_on_contact_id,
        "since": follow_up.waiting_since,
    }
    return WaitingForm(formdata=None, data=said)


def _repeat_of(follow_up: FollowUp) -> RepeatForm:
    said = {
        "freq": AS_IT_IS if follow_up.rrule else "MONTHLY",
        "recurs": follow_up.recurs or "on_completion",
        "rrule": follow_up.rrule or "",
    }
    return RepeatForm(formdata=None, data=said)
