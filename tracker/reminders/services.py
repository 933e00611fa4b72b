"""What people say about reminders: their own wishes, and the rules of cases. What is done with mail: steering.py."""

from __future__ import annotations

from tracker.reminders.planning.people import Wishes
from tracker.reminders.ruling import RuleValues, effective_rule, may_set_rule, rule_of, set_rule, wide_rule
from tracker.reminders.wishing import set_wishes, wishes_of

__all__ = [
    "RuleValues",
    "Wishes",
    "effective_rule",
    "may_set_rule",
    "rule_of",
    "set_rule",
    "set_wishes",
    "wide_rule",
    "wishes_of",
]
