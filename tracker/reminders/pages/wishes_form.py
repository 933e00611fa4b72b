"""The form in which people say how they want to be reminded, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.countries import BESIDE_ISO, country_choices
from tracker.core.errors import Fault, Invalid
from tracker.core.page_forms import PageForm
from tracker.followups.forms import DayField
from tracker.followups.recurrence_words import weekday_names
from tracker.reminders.kinds import WISHABLE
from tracker.reminders.pages.words import KIND_HINTS, KIND_WORDS
from tracker.reminders.planning.people import Wishes
from tracker.reminders.planning.wishes import fault_of_working_days, faults_of, read_days

NONE_BEFORE = ("0", "-", "–")
"""Typed for the days before: none at all. Nothing typed leaves it to the case."""
TIMES = ["%H:%M", "%H:%M:%S"]
FIELDS_OF_FAULTS = {"substitute_id": "substitute", "unwanted_kinds": "mail_kinds", "escalation": "steps"}


class ChecksField(SelectMultipleField):
    """Several of a few, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WishesForm(PageForm):
    """Everything that a person may wish about their reminders."""

    wants_mail = BooleanField(_l("Send me reminders by e-mail"))
    delivery = RadioField(
        _l("How mails come"),
        choices=[
            ("single", _l("One mail for each reminder")),
            ("daily", _l("One mail a day with all of them")),
            ("weekly", _l("One mail a week with all of them")),
        ],
        validate_choice=False,
    )
    digest_day = SelectField(_l("Day of the weekly mail"), coerce=int, validate_choice=False, choices=())
    send_time = TimeField(_l("Time of day"), [InputRequired(_l("Enter a time such as 09:00."))], format=TIMES)
    mail_kinds = ChecksField(_l("By mail"), validate_choice=False, choices=())
    days_before = StringField(_l("Days before"), [Length(max=60)])
    overdue_every = StringField(_l("When overdue, every so many working days"), [Length(max=4)])
    only_working_days = BooleanField(_l("No mail on days on which I don't work"))
    working_days = ChecksField(_l("My working days"), validate_choice=False, choices=())
    country = SelectField(_l("Country whose holidays apply"), validate_choice=False, choices=())
    quiet_from = TimeField(_l("Quiet from"), [Optional()], format=TIMES)
    quiet_until = TimeField(_l("Quiet until"), [Optional()], format=TIMES)
    paused_until = DayField(_l("Pause until"), id="paused-until")
    away_from = DayField(_l("Away from"), id="away-from")
    away_until = DayField(_l("Last day away"), id="away-until")
    substitute = StringField(_l("Who stands in for me"), [Length(max=200)])

    def offer(self) -> None:
        """List what can be chosen, in the reader's language."""
        days = [(number, name) for number, name in enumerate(weekday_names(), start=1)]
        self.digest_day.choices = days
        self.working_days.choices = [(str(number), name) for number, name in days]
        self.mail_kinds.choices = [(kind, KIND_WORDS[kind]) for kind in WISHABLE]
        countries = [(key, name) for key, name in country_choices() if key not in BESIDE_ISO]
        self.country.choices = [("", _("None: Monday to Friday count")), *countries]

    def kind_rows(self) -> Sequence[tuple[str, Any, Any, bool]]:
        """Of the table: the kind, its words, what it is in a line, and whether it comes by mail."""
        wanted = set(self.mail_kinds.data or ())
        return [(kind, KIND_WORDS[kind], KIND_HINTS[kind], kind in wanted) for kind in WISHABLE]

    def wishes(self, colleagues: Mapping[str, UUID], today: date) -> Wishes:
        """What the form says on the day `today`. Raises Invalid, with every fault at once.

        `colleagues`: by the name that was offered.
        """
        faults: list[Fault] = []
        read = Reading(faults)
        said = Wishes(
            wants_mail=bool(self.wants_mail.data),
            days_before=read.days(self.days_before),
            overdue_every=read.count(self.overdue_every),
            send_time=self.send_time.data,
            unwanted_kinds=frozenset(WISHABLE) - set(self.mail_kinds.data or ()),
            working_days=frozenset(int(day) for day in self.working_days.data or () if day in set("1234567")),
            only_working_days=bool(self.only_working_days.data),
            quiet_from=self.quiet_from.data,
            quiet_until=self.quiet_until.data,
            delivery=self.delivery.data or "single",
            digest_day=self.digest_day.data or 1,
            paused_until=self.paused_until.day,
            away_from=self.away_from.day,
            away_until=self.away_until.day,
            substitute_id=read.person(self.substitute, colleagues),
        )
        unread = {fault.path for fault in faults}
        faults += [
            fault for fault in faults_of(said, today) if FIELDS_OF_FAULTS.get(fault.path, fault.path) not in unread
        ]
        if faults:
            raise Invalid(*faults)
        return said


class Reading:
    """Reads fields, and notes what can't be read."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults

    def days(self, field: Field) -> tuple[int, ...] | None:
        text = (field.data or "").strip()
        if not text or text in NONE_BEFORE:
            return () if text else None
        try:
            return read_days(text)
        except Invalid as problem:
            self.faults += [Fault(field.short_name, fault.message) for fault in problem.faults]
            return None

    def count(self, field: Field) -> int | None:
        text = (field.data or "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit():
            return int(text)
        self.faults.append(fault_of_working_days(field.short_name))
        return None

    def person(self, field: Field, colleagues: Mapping[str, UUID]) -> UUID | None:
        name = " ".join((field.data or "").split())
        if not name:
            return None
        found = {key for shown, key in colleagues.items() if shown.casefold() == name.casefold()}
        found = found or {key for shown, key in colleagues.items() if shown.casefold().startswith(name.casefold())}
        if len(found) == 1:
            return found.pop()
        self.faults.append(Fault(field.short_name, _("Choose one of the colleagues offered.")))
        return None


def data_of(wishes: Wishes, colleagues: Mapping[str, UUID], country: str | None) -> dict[str, Any]:
    """What the form shows of `wishes`."""
    names = {key: shown for shown, key in colleagues.items()}
    return {
        "wants_mail": wishes.wants_mail,
        "delivery": wishes.delivery,
        "digest_day": wishes.digest_day,
        "send_time": wishes.send_time,
        "mail_kinds": [kind for kind in WISHABLE if kind not in wishes.unwanted_kinds],
        "days_before": shown_days(wishes.days_before),
        "overdue_every": "" if wishes.overdue_every is None else str(wishes.overdue_every),
        "only_working_days": wishes.only_working_days,
        "working_days": [str(day) for day in sorted(wishes.working_days)],
        "country": country or "",
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
        "paused_until": wishes.paused_until,
        "away_from": wishes.away_from,
        "away_until": wishes.away_until,
        "substitute": names.get(wishes.substitute_id, "") if wishes.substitute_id else "",
    }


def shown_days(days: Sequence[int] | None) -> str:
    """As it is typed: `7, 3, 1`; 0 for none at all, nothing where another says it."""
    if days is None:
        return ""
    return ", ".join(str(day) for day in days) or NONE_BEFORE[0]


def show_faults(form: PageForm, problem: Invalid) -> None:
    """Put each fault at its field; those without one stand above the form."""
    for fault in problem.faults:
        field: Field | None = form._fields.get(FIELDS_OF_FAULTS.get(fault.path, fault.path))
        if field is None:
            form.form_errors.append(fault.message)
        else:
            field.errors = [*field.errors, fault.message]
