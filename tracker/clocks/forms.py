"""Forms about rules: why, after which source, and what is to stand in the rule."""

from __future__ import annotations

from typing import Any, get_args

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.approvals.services import LONGEST_REASON
from tracker.clocks.correcting import SEVERAL_STEPS, STEPS, as_text
from tracker.clocks.words import BINDS_WORDS, CERTAINTY_WORDS, COUNTING_WORDS, TYPE_WORDS, roll_words_of, unit_words
from tracker.core.page_forms import PageForm
from tracker.pathways.schema import Clock
from tracker.pathways.vocabulary import Roll, Unit

LONGEST_LINE, LARGEST_AMOUNT = 500, 9999
_STATED = [InputRequired(_l("Say why."))]


class DecisionForm(PageForm):
    """Why a rule is verified or switched, and what was looked at."""

    reason = TextAreaField(_l("Why"), [*_STATED, Length(max=LONGEST_REASON)], id="rule-reason")
    looked_at = TextAreaField(_l("What you looked at"), [Optional(), Length(max=LONGEST_REASON)], id="rule-looked-at")


class CorrectionForm(DecisionForm):
    """Every field of a rule that is no pathway's."""

    amount = IntegerField(
        _l("How many"),
        [Optional(), NumberRange(1, LARGEST_AMOUNT, _l("A whole number from 1 to 9999."))],
        id="rule-amount",
    )
    unit = SelectField(_l("Of what"), id="rule-unit")
    before = StringField(_l("First, before it"), [Length(max=LONGEST_LINE)], id="rule-before")
    then = StringField(_l("Then, after it"), [Length(max=LONGEST_LINE)], id="rule-then")
    counting = SelectField(_l("How it is counted"), id="rule-counting")
    backwards = BooleanField(_l("Counted back from the event"), id="rule-backwards")
    roll = SelectField(_l("A last day without work"), id="rule-roll")
    calendar_code = StringField(_l("Calendar"), [Length(max=20)], id="rule-calendar")
    standstill = StringField(_l("Standstill"), [Length(max=40)], id="rule-standstill")
    fixed_days = StringField(_l("Always one of these days"), [Length(max=LONGEST_LINE)], id="rule-fixed-days")
    ask_before = StringField(_l("To be asked for so long before its end"), [Length(max=40)], id="rule-ask-before")
    extended_by = StringField(_l("May be longer by"), [Length(max=40)], id="rule-extended-by")
    type = SelectField(_l("Kind"), id="rule-type")
    binds = SelectField(_l("Whom it binds"), id="rule-binds")
    opens_right = BooleanField(_l("Opens a right"), id="rule-opens-right")
    opens_after = BooleanField(_l("The right opens when the period is over"), id="rule-opens-after")
    only_if = TextAreaField(_l("Only if"), [Length(max=LONGEST_REASON)], id="rule-only-if")
    extension = TextAreaField(_l("Extension"), [Length(max=LONGEST_REASON)], id="rule-extension")
    note = TextAreaField(_l("Note"), [Length(max=LONGEST_REASON)], id="rule-note")
    source = TextAreaField(_l("Source"), [Length(max=LONGEST_REASON)], id="rule-source")
    certainty = SelectField(_l("How sure"), id="rule-certainty")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", _("none"))]
        self.unit.choices = none + [(one, unit_words(one)) for one in get_args(Unit)]
        self.counting.choices = none + [(key, f"{words} [{key}]") for key, words in COUNTING_WORDS.items()]
        self.roll.choices = none + [(one, f"{roll_words_of(one)} [{one}]") for one in get_args(Roll)]
        self.type.choices = list(TYPE_WORDS.items())
        self.binds.choices = list(BINDS_WORDS.items())
        self.certainty.choices = [(key, f"{words} [{key}]") for key, words in CERTAINTY_WORDS.items()]

    def said(self) -> dict[str, Any]:
        """What was typed, by field of a rule."""
        return {name: getattr(self, name).data for name in FIELDS}


FIELDS = (
    *("amount", "unit", "before", "then", "counting", "backwards", "roll", "calendar_code", "standstill", "fixed_days"),
    *("ask_before", "extended_by", "type", "binds", "opens_right", "opens_after", "only_if", "extension", "note"),
    *("source", "certainty"),
)


FIELD_WORDS = {name: getattr(CorrectionForm, name).args[0] for name in FIELDS}
"""What each field is called."""


def data_of(rule: Clock) -> dict[str, Any]:
    """A rule as the form shows it."""
    found = {name: getattr(rule, name) for name in FIELDS}
    found |= {name: as_text(rule, name) for name in (*STEPS, *SEVERAL_STEPS)}
    return found | {"fixed_days": ", ".join(rule.fixed_days)}
