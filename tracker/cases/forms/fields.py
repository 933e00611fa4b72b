"""Fields that several forms of cases share."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import ValidationError

from tracker.access.levels import Level
from tracker.accounts.current import today_here
from tracker.cases.vague_text import read_vague_or_near
from tracker.core.dates import Precision, precision_of
from tracker.core.errors import Invalid, NotLawful
from tracker.pathways.words import KIND_WORDS as KIND_WORDS
from tracker.pathways.words import PHASE_WORDS as PHASE_WORDS

LEVEL_WORDS = {
    "public": _l("Public: may be published"),
    "internal": _l("Internal: legal officers, coordinators and heads"),
    "restricted": _l("Restricted: members of the case only"),
    "sealed": _l("Sealed: members only, existence hidden"),
}
MEMBER_WORDS = {"lead": _l("Lead"), "member": _l("Member"), "reader": _l("Reader")}
LINK_WORDS = {
    "joins": _l("joins"),
    "arises_from": _l("arises from"),
    "replaces": _l("replaces"),
    "litigates": _l("litigates"),
    "related": _l("is related to"),
}
LINK_WORDS_BACK = {
    "joins": _l("is joined by"),
    "arises_from": _l("gave rise to"),
    "replaces": _l("is replaced by"),
    "litigates": _l("is litigated in"),
    "related": _l("is related to"),
}
VAGUE_HINT = _l(
    "As exactly as it is known: 2026-03-14, 14 Mar 2026, 14/3/2026, yesterday, March 2026 or 2026. "
    "Leave it empty when unknown."
)
DAY_HINT = _l("2026-03-14, 14 Mar 2026 or yesterday.")


class VagueField(StringField):
    """A date as exactly as it is known. `vague` is YYYY[-MM[-DD]] or None; what was typed stays as it is."""

    vague: str | None = None
    read_back = "cases.read_back"
    """Where the script asks what the text means, to show it in full."""

    def process_data(self, value: Any) -> None:
        self.data = value or ""
        self.vague = value or None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms's
        try:
            self.vague = read_vague_or_near(self.data or "", today_here())
        except ValueError as error:
            raise ValidationError(
                _("Write a date that exists, such as 2026-03-14, 14 Mar 2026, March 2026 or 2026.")
            ) from error


class DayField(StringField):
    """One day. `day` is what it means; what was typed stays as it is."""

    day: date | None = None
    read_back = "cases.read_back"

    def process_data(self, value: Any) -> None:
        self.data = value.isoformat() if isinstance(value, date) else (value or "")
        self.day = value if isinstance(value, date) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        try:
            text = read_vague_or_near(self.data or "", today_here())
        except ValueError as error:
            raise ValidationError(_("Write a day that exists, such as 2026-03-14 or 14 Mar 2026.")) from error
        if text and precision_of(text) is not Precision.DAY:
            raise ValidationError(
                _("This may be any of several days, and one is needed here: find the day, or leave it empty.")
            )
        self.day = date.fromisoformat(text) if text else None


class WholeNumberField(StringField):
    """A whole number; `number` is what it means."""

    number: int | None = None

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms's
        text = (self.data or "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 5):
            raise ValidationError(_("Write a number."))
        self.number = int(text) if text else None


class LinesField(TextAreaField):
    """One thing a line."""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in (self.data or "").splitlines() if line.strip())


def text_of(field: Any) -> str | None:
    """What was typed, without spaces around it; None for nothing."""
    return (field.data or "").strip() or None


def uuid_of(text: str | None) -> UUID | None:
    """The id that a select sent; None for nothing or no id."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def level_choices(lowest: str | None = None, empty: str | None = None) -> list[tuple[str, Any]]:
    """The levels from `lowest` upwards, after a choice of none worded `empty`."""
    floor = Level(lowest).rank if lowest else 0
    choices: list[tuple[str, Any]] = [("", empty)] if empty else []
    return choices + [(level.value, LEVEL_WORDS[level]) for level in Level if level.rank >= floor]


def _field_of(form: Form, path: str) -> Any:
    """The field that a path of a fault means; a fact may also be asked for among the facts of the case."""
    prefix, dot, key = path.partition(".")
    names = {"facts": (f"fact_{key}", f"detail_{key}"), "details": (f"detail_{key}",)}
    candidates = names.get(prefix, (path,)) if dot else (path,)
    return next((form._fields[name] for name in candidates if name in form._fields), None)


def show_refusal(form: Form, problem: Invalid | NotLawful) -> None:
    """Put each fault at its field, unless the field has one already; those without one stand above the form."""
    if isinstance(problem, NotLawful):
        form.form_errors.append(problem.message)
        return
    for fault in problem.faults:
        field = _field_of(form, fault.path)
        if field is None:
            form.form_errors.append(fault.message)
        elif not field.errors:
            field.errors = [fault.message]
