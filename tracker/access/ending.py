"""Memberships that end by time: closed, noted in the audit of their case, and planned anew for whoever had them."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core import clock

AT_ONCE = 500
_END = text("SELECT count(app_plan_again(over.person_id, :now)) FROM app_end_memberships(:most) AS over")


def end_memberships(session: Session) -> int:
    """How many were closed; `session` acts as the operator. What the former members were to be told is planned anew."""
    return int(session.scalar(_END, {"most": AT_ONCE, "now": clock.now()}) or 0)
