"""What reads like a permission check and decides nothing alone, and why. To be kept short."""

from __future__ import annotations

from tests.mutants.listing import Check

_SEEING = "whoever sees a case may do it, and who sees it is decided, and tested cell by cell, before the row is read"
_FASTER = "the rule of sees_reminder once more, in a form that an index answers"
_NO_PERSON = "it turns away an address that leads nowhere, whoever asks"
NO_CHECKS = {
    "tracker/access/policy.py the table: row ON_A_CASE[Action.READ]": _SEEING,
    "tracker/access/policy.py the table: row ON_A_CASE[Action.COMMENT]": _SEEING,
    "tracker/access/policy.py the table: row ON_A_CASE[Action.BE_ASSIGNED]": _SEEING,
    "tracker/engagements/due_checks.py checkable: filter visible_cases": "it reads levels, and decide() asks again",
    "tracker/engagements/due_checks.py checkable: filter visible_engagements": (
        "it reads the levels of meetings whose promises were found visible; whoever reads more of them may do less"
    ),
    "tracker/followups/my_work.py _statement: filter visible_lines": "visible_follow_ups picked them in its sub-select",
    "tracker/pages/everything.py _document: filter visible_cases": (
        "it counts whether the file would take too long, in a session of whoever agreed; document_of asks what they see"
    ),
    "tracker/pages/frame.py _refuse_nul: refusal '\\x00' in request.path": _NO_PERSON,
    "tracker/reminders/pages/rules_views.py _asked: refusal key is not None and key not in": _NO_PERSON,
    "tracker/reminders/visible.py near: role actor.is_staff": _FASTER,
    "tracker/reminders/visible.py near: membership member_case_ids(actor)": _FASTER,
}
"""By the beginning of the line of a check, without its number."""


def why_none(check: Check) -> str:
    """Why it is no check of its own; empty for one that is."""
    return next((why for beginning, why in NO_CHECKS.items() if check.without_number.startswith(beginning)), "")
