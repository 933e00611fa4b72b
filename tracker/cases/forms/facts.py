"""Fields for what a definition asks to know: one kind of field for each type of fact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from tracker.accounts.current import today_here
from tracker.cases.forms.fields import DayField, VagueField
from tracker.cases.vague_text import read_vague_or_near
from tracker.cases.wording import in_reading_order
from tracker.core.languages import words_of_key
from tracker.pathways.schema import Detail, Fact


def is_untouched(field: Field) -> bool:
    """Whether the field says what it showed of the value that stands: then that value stays, whatever its type.

    Files of other senders hold lists, texts and maps where a definition expects something else; saving a form must not
    turn them into something that nobody typed.
    """
    if field.object_data is None:
        return False
    said = dict(vars(field))
    field.process_data(field.object_data)
    shown = field.data
    vars(field).update(said)  # what was typed, and what it was found to mean
    return bool((field.data or "") == (shown or ""))


class TextFactField(StringField):
    """A text; what stands there and is none is shown as JSON."""

    def process_data(self, value: Any) -> None:
        value = dict(in_reading_order(value)) if isinstance(value, Mapping) else value
        self.data = value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class KnownValuesField(SelectField):
    """One of the values that the definition knows, or the one that stands there."""

    choices: list[Any]

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)
        if self.data not in [choice.value for choice in self.choices]:
            self.choices = [*self.choices, SelectChoice(self.data, words_of_key(self.data))]


class NumberField(StringField):
    """A number; `value` is what it means."""

    value: int | float | None = None

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms's
        if is_untouched(self):
            return
        text = "".join((self.data or "").split()).replace(",", ".")
        try:
            self.value = (float(text) if "." in text else int(text)) if text else None
        except ValueError as error:
            raise ValidationError(_("Write a number.")) from error


class YesNoSelectField(KnownValuesField):
    def __init__(self, label: Any = None, **options: Any) -> None:
        choices = [SelectChoice("", _l("not known")), SelectChoice("yes", _l("yes")), SelectChoice("no", _l("no"))]
        super().__init__(label, choices=choices, validate_choice=False, **options)

    def process_data(self, value: Any) -> None:
        super().process_data({True: "yes", False: "no"}[value] if isinstance(value, bool) else value)


class PerStateField(TextAreaField):
    """One line for each state: `LT: 2026-03-14`. `value` is the map."""

    value: dict[str, Any] | None = None
    value_type = "text"

    def process_data(self, value: Any) -> None:
        said = value if isinstance(value, Mapping) else {}
        self.data = "\n".join(f"{state}: {words}" for state, words in said.items())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if is_untouched(self):
            return
        found: dict[str, Any] = {}
        for line in filter(str.strip, (self.data or "").splitlines()):
            state, colon, words = line.partition(":")
            if not colon or len(state.strip()) != 2:
                raise ValidationError(_("One line for each state, such as LT: 2026-03-14."))
            found[state.strip().upper()] = self._read(words.strip())
        self.value = found or None

    def _read(self, words: str) -> str | None:
        if self.value_type != "date":
            return words
        try:
            return read_vague_or_near(words, today_here())
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is no date; write 2026-03-14.", text=words)) from error


class DateFactField(VagueField):
    """A date as exactly as it is known: a clock gives a range for a vague one, and asks for the day."""

    def process_data(self, value: Any) -> None:
        super().process_data(
            value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        )

    def pre_validate(self, form: Any) -> None:
        if not is_untouched(self):
            super().pre_validate(form)


def fact_field(asked: Fact | Detail, **options: Any) -> Any:
    """The unbound field for one fact or detail."""
    label = asked.label
    if asked.values:
        known = [SelectChoice(value, words_of_key(value)) for value in asked.values]
        choices = [SelectChoice("", _l("not known")), *known]
        return KnownValuesField(label, choices=choices, validate_choice=False, **options)
    if asked.type == "number":
        return NumberField(label, **options)
    if asked.type == "date" and isinstance(asked, Fact):
        return DateFactField(
            label, description=_l("2026-03-14; or 2026-03, where the day is not known yet."), **options
        )
    if asked.type == "date":
        return DayField(label, description=_l("A day, such as 2026-03-14."), **options)
    if asked.type == "boolean":
        return YesNoSelectField(label, **options)
    if asked.type == "per_state":
        return PerStateField(label, description=_l("One line for each state, such as LT: 2026-03-14."), **options)
    return TextFactField(label, **options)


def prepare(form: Any, prefix: str, asked: Iterable[Fact | Detail]) -> None:
    """Tell fields of a bound form what their type alone doesn't say."""
    for one in asked:
        field = form._fields.get(f"{prefix}{one.key}")
        if isinstance(field, PerStateField) and isinstance(one, Fact):
            field.value_type = one.value_type or "text"


def said_by(field: Field) -> Any:
    """What a validated field of a fact means, as it is stored; None for nothing."""
    if is_untouched(field):
        return field.object_data
    if isinstance(field, (NumberField, PerStateField)):
        return field.value
    if isinstance(field, DateFactField):
        return field.vague
    if isinstance(field, DayField):
        return field.day.isoformat() if field.day else None
    if isinstance(field, YesNoSelectField):
        return {"yes": True, "no": False}.get(field.data or "")
    return (field.data or "").strip() or None


def values_of(form: Any, prefix: str, asked: Iterable[Fact | Detail]) -> dict[str, Any]:
    """Key -> value of the facts that were said; what was left empty is left out."""
    found = {
        one.key: said_by(form._fields[f"{prefix}{one.key}"]) for one in asked if f"{prefix}{one.key}" in form._fields
    }
    return {key: value for key, value in found.items() if value is not None}
