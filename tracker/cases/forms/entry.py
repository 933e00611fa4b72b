"""The form of an entry of a history, with the facts that a status asks to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.cases.forms.facts import fact_field, prepare, values_of
from tracker.cases.forms.fields import (
    DAY_HINT,
    VAGUE_HINT,
    DayField,
    VagueField,
    level_choices,
    text_of,
    uuid_of,
)
from tracker.cases.order import AT_THE_START
from tracker.cases.services import NewEntry
from tracker.cases.starting import LONGEST_PARTY, state_or_party
from tracker.cases.wording import entry_label
from tracker.core import clock
from tracker.core.dates import VagueDate
from tracker.core.form_values import version_sent
from tracker.core.languages import words_of_key
from tracker.core.page_forms import PageForm
from tracker.pathways.schema import Definition, Fact

SHORT, LONG = 500, 20_000
BY_DATE = ""
FARTHEST_EAST = timedelta(hours=14)


class CheckboxListField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EntryForm(PageForm):
    """What happened, when, and how it is known."""

    summary = TextAreaField(
        _l("What happened"),
        [InputRequired(_l("Say in a sentence what happened.")), Length(max=LONG)],
        description=_l("One or two sentences, facts only. No names of victims, witnesses or insiders."),
    )
    occurred_on = VagueField(_l("When it happened"), [Length(max=40)], description=VAGUE_HINT)
    between_earliest = VagueField(
        _l("Not before"), [Length(max=40)], description=_l("Only for a vague or unknown date.")
    )
    between_latest = VagueField(_l("Not after"), [Length(max=40)])
    after = SelectField(
        _l("Place in the history"),
        validate_choice=False,
        description=_l("Dates decide by themselves; an unknown date needs a place."),
    )
    known_on = DayField(
        _l("Known to us since"), [Length(max=40)], description=_l("Empty: known on the day on which it happened.")
    )
    effective_on = DayField(_l("Takes effect on"), [Length(max=40)], description=DAY_HINT)
    expires_on = DayField(_l("Ends on"), [Length(max=40)], description=_l("The end of the period that this opens."))
    time = StringField(_l("Time"), [Length(max=SHORT)])
    place = StringField(_l("Place"), [Length(max=SHORT)])
    authority = StringField(
        _l("Authority"), [Length(max=SHORT)], description=_l("The court, office or body that acted.")
    )
    reference_no = StringField(_l("Reference number"), [Length(max=SHORT)])
    source = StringField(
        _l("Source"), [Length(max=SHORT)], description=_l("Where we know it from: a paper, a page, a person's office.")
    )
    level = SelectField(_l("Confidentiality of this entry"), validate_choice=False)
    flags_on = CheckboxListField(_l("From here on"), validate_choice=False)
    flags_off = CheckboxListField(_l("No longer"), validate_choice=False)
    outcome = StringField(_l("Outcome"), [Length(max=SHORT)])
    reason = TextAreaField(_l("Reason"), [Length(max=LONG)])
    new_facts = TextAreaField(_l("New facts, or the decision that orders it"), [Length(max=LONG)])
    resume_to = SelectField(_l("Status to which it will return"), validate_choice=False)
    clock_party = StringField(_l("State or party"), [Length(max=LONGEST_PARTY)])
    clock_on = VagueField(_l("Day that starts the clock"), [Length(max=40)], description=VAGUE_HINT)
    version = HiddenField()

    asked: tuple[Fact, ...] = ()

    def validate_occurred_on(self, field: VagueField) -> None:
        """A history holds what has happened; somewhere on Earth it is a day later than here."""
        first = VagueDate(field.vague).earliest
        if first is not None and first > (clock.now() + FARTHEST_EAST).date():
            raise ValidationError(
                _("This day has not come yet. Plan it as a follow-up; enter it once it has happened.")
            )

    def offer(self, definition: Definition, case_level: str, standing: Sequence[Any], flags: Sequence[str]) -> None:
        """Fill the selects: places in the history, levels, flags that are off and on, statuses to return to."""
        newest_first = [
            (str(event.id), _("after: %(label)s", label=entry_label(event))) for event in reversed(standing)
        ]
        self.after.choices = [(BY_DATE, _("by its date")), *newest_first, (AT_THE_START, _("before everything else"))]
        above = level_choices(case_level, _("As the case"))
        self.level.choices = [choice for choice in above if choice[0] != case_level]
        known = {flag.key: flag.label for flag in definition.flags}
        self.flags_on.choices = [(key, label) for key, label in known.items() if key not in flags]
        self.flags_off.choices = [(flag, known.get(flag, words_of_key(flag))) for flag in flags]
        running = [(row.key, row.label) for row in definition.statuses if row.phase not in ("paused", "closed")]
        self.resume_to.choices = [("", _("not known")), *running]
        prepare(self, "fact_", self.asked)

    def to_entry(self, status: str | None = None, kind: str | None = None, clock_rule: str | None = None) -> NewEntry:
        """What was said. Only after a successful validation. `clock_rule`: of an entry that starts a clock by hand."""
        starts = clock_rule is not None
        return NewEntry(
            when=VagueDate(self.occurred_on.vague, self.between_earliest.vague, self.between_latest.vague),
            summary=(self.summary.data or "").strip(),
            after=_place(self.after.data),
            known_on=self.known_on.day,
            effective_on=self.effective_on.day,
            expires_on=self.expires_on.day,
            time=text_of(self.time),
            place=text_of(self.place),
            authority=text_of(self.authority),
            reference_no=text_of(self.reference_no),
            source=text_of(self.source),
            level=self.level.data or None,
            facts=values_of(self, "fact_", self.asked),
            flags=(*(self.flags_on.data or ()), *(f"-{flag}" for flag in self.flags_off.data or ())),
            status=status,
            kind=kind,
            resume_to=self.resume_to.data or None,
            outcome=text_of(self.outcome),
            reason=text_of(self.reason),
            new_facts=text_of(self.new_facts),
            clock_rule=clock_rule,
            clock_party=state_or_party(text_of(self.clock_party)) if starts else None,
            clock_on=self.clock_on.vague if starts else None,
        )

    @property
    def expected_version(self) -> int | None:
        return version_sent(self.version.data)


def _place(said: str | None) -> UUID | str | None:
    return AT_THE_START if said == AT_THE_START else uuid_of(said)


def entry_form(asked: Sequence[Fact] = (), data: dict[str, Any] | None = None, **options: Any) -> EntryForm:
    """A form that also has a field for each of `asked` that no column of the entry answers."""
    own = tuple(fact for fact in asked if fact.field is None)
    fields = {f"fact_{fact.key}": fact_field(fact) for fact in own}
    form_class = type("EntryFormWithFacts", (EntryForm,), {**fields, "asked": own})
    form: EntryForm = form_class(data=data, **options)
    return form


def entry_data(entry: NewEntry, version: int | None = None) -> dict[str, Any]:
    """What a form shows of an entry that exists, to correct it."""
    plain = ("summary", "known_on", "effective_on", "expires_on", "time", "place", "authority", "reference_no")
    more = ("source", "outcome", "reason", "new_facts", "clock_party", "clock_on")
    return {
        **{name: getattr(entry, name) for name in plain + more},
        "occurred_on": entry.when.text,
        "between_earliest": entry.when.after,
        "between_latest": entry.when.before,
        "level": entry.level or "",
        "resume_to": entry.resume_to or "",
        "flags_on": [flag for flag in entry.flags if not flag.startswith("-")],
        "flags_off": [flag[1:] for flag in entry.flags if flag.startswith("-")],
        "version": version,
        **{f"fact_{key}": value for key, value in entry.facts.items()},
    }
