"""The form for what holds on a case, on a pathway, or everywhere, where a person wishes nothing of their own."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from tracker.core.errors import Fault, Invalid
from tracker.core.page_forms import PageForm
from tracker.reminders.models import ReminderRule
from tracker.reminders.pages.wishes_form import Reading, shown_days
from tracker.reminders.planning.rules import ChainStep
from tracker.reminders.planning.wishes import fault_of_working_days
from tracker.reminders.ruling import ADDRESSEES, MOST_STEPS, RuleValues

ADDRESSEE_WORDS = {
    "lead": _l("the lead of the case"),
    "coordinator": _l("the coordinators"),
    "head": _l("the heads"),
}


class StepForm(Form):
    """One step of the chain: nobody is told where the number is missing."""

    after = StringField(_l("After so many working days"), [Length(max=4)])
    to = SelectField(
        _l("Tell"), choices=[(key, ADDRESSEE_WORDS[key]) for key in ADDRESSEES], default="lead", validate_choice=False
    )


class RuleForm(PageForm):
    """Empty fields leave it to the wider rule."""

    days_before = StringField(_l("Days before"), [Length(max=60)])
    renewal_days_before = StringField(_l("Days before a renewal or an end"), [Length(max=60)])
    overdue_every = StringField(_l("When overdue, every so many working days"), [Length(max=4)])
    waiting_every = StringField(_l("While waiting on others, every so many working days"), [Length(max=4)])
    has_chain = BooleanField(_l("Its own chain for what stays overdue"))
    steps = FieldList(FormField(StepForm), min_entries=MOST_STEPS, max_entries=MOST_STEPS)
    version = HiddenField(default="0")

    @property
    def expected_version(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def values(self) -> RuleValues:
        """What the form says. Raises Invalid, with every fault at once."""
        faults: list[Fault] = []
        read = Reading(faults)
        said = RuleValues(
            days_before=read.days(self.days_before),
            renewal_days_before=read.days(self.renewal_days_before),
            overdue_every=read.count(self.overdue_every),
            waiting_every=read.count(self.waiting_every),
            escalation=self._chain(faults) if self.has_chain.data else None,
        )
        if faults:
            raise Invalid(*faults)
        return said

    def _chain(self, faults: list[Fault]) -> tuple[ChainStep, ...]:
        steps = []
        for step in self.steps:
            text = (step.after.data or "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit()):
                faults.append(Fault("steps", fault_of_working_days("steps").message))
                continue
            steps.append(ChainStep(int(text), step.to.data or "lead"))
        return tuple(steps)


def data_of(rule: ReminderRule | None) -> dict[str, Any]:
    """What the form shows of a rule; empty where nothing is said."""
    if rule is None:
        return {"version": "0"}
    return {
        "days_before": shown_days(rule.days_before),
        "renewal_days_before": shown_days(rule.renewal_days_before),
        "overdue_every": "" if rule.overdue_every is None else str(rule.overdue_every),
        "waiting_every": "" if rule.waiting_every is None else str(rule.waiting_every),
        "has_chain": rule.escalation is not None,
        "steps": [{"after": str(step["after"]), "to": step["to"]} for step in rule.escalation or ()],
        "version": str(rule.version),
    }


def chain_in_words(steps: tuple[ChainStep, ...]) -> str:
    """`after 3: the lead of the case; after 7: the coordinators`. For an empty chain, what holds all the same."""
    said = [_("after %(days)s: %(whom)s", days=step.after, whom=ADDRESSEE_WORDS[step.to]) for step in steps]
    return "; ".join(said) or str(_("nobody; what nobody does is shown to the coordinators in the app"))
