"""What reads like a permission check and decides nothing alone, and why. To be kept short."""

from __future__ import annotations

from tests.mutants.listing import Check

_SEEING = "whoever sees a case may do it, and who sees it is decided, and tested cell by cell, before the row is read"
NO_CHECKS = {
    "tracker/access/policy.py the table: row ON_A_CASE[Action.READ]": _SEEING,
    "tracker/access/policy.py the table: row ON_A_CASE[Action.COMMENT]": _SEEING,
    "tracker/access/policy.py the table: row ON_A_CASE[Action.BE_ASSIGNED]": _SEEING,
}
"""By the beginning of the line of a check, without its number."""


def why_none(check: Check) -> str:
    """Why it is no check of its own; empty for one that is."""
    line = str(check).replace(f":{check.line} ", " ", 1)
    return next((why for beginning, why in NO_CHECKS.items() if line.startswith(beginning)), "")
