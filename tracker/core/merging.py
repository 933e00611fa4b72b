"""Two editors of one form: what stood there, what the other one saved, what was typed here; field by field.

A form that two may edit carries `before`: its fields as they stood when it was opened (macros/forms.html,
before_fields).
What only the other one changed is taken over; what both changed is left to the person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, SelectField, SelectMultipleField
from wtforms.form import BaseForm

THEIRS, YOURS, BOTH = "theirs", "yours", "both"


@dataclass(frozen=True, slots=True)
class MergedField:
    """One field that is not the same in both versions. `changed_by`: who changed it since it was opened."""

    name: str
    field_id: str
    label: str
    changed_by: str
    before: str | None
    theirs: str
    yours: str
    their_value: str
    your_value: str
    is_choice_offered: bool


def merge(form: BaseForm, before: str | None) -> list[MergedField]:
    """Compare what `form` was sent with what stands in the database, which it was made from; take over what can be.

    `before` is the form's own word on how it was opened (JSON); without it every difference is one of both.
    """
    stood = _read(before)
    fields = _fields_of(form)
    found = [_merged(field, None if stood is None else stood.get(field.name, "")) for field in fields]
    rows = [row for row in found if row is not None]
    form.merged = rows
    return rows


def before_of(form: BaseForm) -> str:
    """What stands in the database, for the hidden field `before`."""
    values = {field.name: value for field in _fields_of(form) if (value := _value(_as_it_stands(field)))}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _merged(field: Field, stood: str | None) -> MergedField | None:
    standing = _as_it_stands(field)
    theirs, yours = _value(standing), _value(field)
    if _same(theirs, yours):
        return None
    changed_by = BOTH
    if stood is not None:
        changed_by = YOURS if _same(theirs, stood) else THEIRS if _same(yours, stood) else BOTH
    row = MergedField(
        field.name,
        field.id,
        str(field.label.text),
        changed_by,
        None if stood is None else _words(field, stood),
        _words(field, theirs),
        _words(field, yours),
        theirs,
        yours,
        changed_by == BOTH and not isinstance(field, SelectMultipleField | BooleanField),
    )
    if changed_by == THEIRS:
        field.raw_data = None
        field.process_data(field.object_data)
    return row


def _fields_of(form: BaseForm) -> list[Field]:
    """Fields of one value each; rows of fields are compared by the feature itself."""
    return [field for field in form if not isinstance(field, HiddenField | FieldList | FormField)]


def _as_it_stands(field: Field) -> Field:
    standing: Field = object.__new__(type(field))  # copy() would make an unbound one
    standing.__dict__.update(field.__dict__)
    standing.raw_data = None
    standing.process_data(field.object_data)
    return standing


def _value(field: Field) -> str:
    """As a form sends it."""
    if isinstance(field, SelectMultipleField):
        return "\n".join(sorted(str(one) for one in field.data or ()))
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    if isinstance(field, SelectField):
        return "" if field.data is None else str(field.data)
    text: Any = field._value() if hasattr(field, "_value") else field.data
    return "" if text is None else str(text)


def _words(field: Field, value: str) -> str:
    """As people read it."""
    if not isinstance(field, SelectField | SelectMultipleField):
        return value
    labels = {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
    return "; ".join(labels.get(one, one) for one in value.split("\n"))


def _same(one: str, other: str) -> bool:
    """A browser sends line ends of its own."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _read(before: str | None) -> dict[str, str] | None:
    """By name; a field that is not named stood empty. None when it is absent or not ours."""
    try:
        found = json.loads(before or "")
    except ValueError:
        return None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else None
