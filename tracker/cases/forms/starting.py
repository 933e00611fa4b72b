"""The form by which a clock is started from a day that somebody knows and no entry carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.cases.forms.entry import FARTHEST_EAST, SHORT
from tracker.cases.forms.fields import DAY_HINT, VagueField, level_choices, text_of
from tracker.cases.services import NewEntry
from tracker.cases.starting import LONGEST_PARTY, counts_per_state, lies_ahead, rule_of, rules_to_start, state_or_party
from tracker.clocks.installed import is_off
from tracker.clocks.running import may_hold
from tracker.core import clock
from tracker.core.dates import VagueDate
from tracker.core.page_forms import PageForm
from tracker.pathways.schema import Clock, Definition


class StartForm(PageForm):
    """Which rule, whose day, which day, and where it is known from."""

    clock_rule = SelectField(_l("Rule"), validate_choice=False)
    clock_party = StringField(
        _l("State or party"),
        [Length(max=LONGEST_PARTY)],
        description=_l(
            "Where each has a day of its own: the code of the State, such as LT, or in a few words who it is. "
            "No names of victims, witnesses or insiders."
        ),
    )
    occurred_on = VagueField(
        _l("Day that starts the clock"),
        [InputRequired(_l("Give the day, as exactly as it is known.")), Length(max=40)],
        description=DAY_HINT,
    )
    source = StringField(
        _l("Source"),
        [InputRequired(_l("Say where the day is known from: no clock without its source.")), Length(max=SHORT)],
        description=_l("Where we know it from: a paper, a page, a person's office."),
    )
    summary = StringField(
        _l("What happened"), [Length(max=SHORT)], description=_l("Empty: the words of the rule for what starts it.")
    )
    level = SelectField(_l("Confidentiality of this entry"), validate_choice=False)
    looked = HiddenField()

    party_required_by: tuple[str, ...] = ()
    """The rules offered that want each State's own day. Which one is chosen on the open page only the script sees, so
    that the page itself says "optional" only where none does, and otherwise by which it is required."""
    _definition: Definition

    def offer(self, definition: Definition, case_level: str, details: Mapping[str, Any]) -> None:
        """The rules of the pathway that give a date here, but none of another forum, and the levels."""
        self._definition = definition
        here = [rule for rule in rules_to_start(definition) if not is_off(rule) and may_hold(rule, details)]
        rules = [(rule.key, rule.label) for rule in here]
        self.clock_rule.choices = [("", _("Choose a rule")), *sorted(rules, key=lambda choice: choice[1])]
        above = level_choices(case_level, _("As the case"))
        self.level.choices = [choice for choice in above if choice[0] != case_level]
        self._ask_for_party([rule for rule in here if counts_per_state(definition, rule)])

    def _ask_for_party(self, per_state: Sequence[Clock]) -> None:
        if per_state:
            self.party_required_by = tuple(rule.key for rule in per_state)
            rules = ", ".join(sorted(rule.label for rule in per_state))
            required = _("Required by these rules: %(rules)s.", rules=rules)
            self.clock_party.description = f"{self.clock_party.description} {required}"

    @property
    def rule(self) -> Clock | None:
        return rule_of(self._definition, self.clock_rule.data)

    @property
    def party(self) -> str | None:
        return state_or_party(text_of(self.clock_party))

    @property
    def signature(self) -> str:
        """What was looked at: another rule, party or day asks for another look."""
        return "|".join((self.clock_rule.data or "", self.party or "", self.occurred_on.vague or ""))

    def validate_clock_rule(self, _field: Any) -> None:
        if self.rule is None:
            raise ValidationError(_("Choose one of the rules offered."))

    def validate_occurred_on(self, _field: Any) -> None:
        if self._is_to_come and (self.rule is None or not lies_ahead(self.rule)):
            raise ValidationError(_("This day has not come yet: what has not happened starts no clock."))

    def to_entry(self, today: date) -> NewEntry:
        """What was said; a day to come is said by an entry of today. Only after a successful validation."""
        typed = self.occurred_on.vague
        rule = self.rule
        return NewEntry(
            when=VagueDate(today.isoformat() if self._is_to_come else typed),
            summary=text_of(self.summary) or (rule.trigger.event if rule is not None else ""),
            source=text_of(self.source),
            level=self.level.data or None,
            clock_rule=self.clock_rule.data,
            clock_party=self.party,
            clock_on=typed if self._is_to_come else None,
        )

    @property
    def _is_to_come(self) -> bool:
        first = VagueDate(self.occurred_on.vague).earliest
        return first is not None and first > (clock.now() + FARTHEST_EAST).date()
