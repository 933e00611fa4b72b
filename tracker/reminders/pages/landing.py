"""Where a reminder leads."""

from __future__ import annotations

from typing import Any

from flask import url_for

from tracker.core.errors import NotVisible
from tracker.reminders.kinds import MEMBERSHIP_TAKEN, READING
from tracker.reminders.visible import LedgerRow


def place_of(row: LedgerRow) -> str:
    """The address of what it is about. Raises NotVisible where the reader can't see that (any more)."""
    match row.subject_type:
        case "digest" | "summary":
            return url_for("reminders.bell")
        case "watchdog" if row.kind == READING:
            return url_for("pages.audit_page", deed="reading.")
        case "watchdog":
            return url_for("reminders.watchdog")
        case "follow_up" if row.follow_up_id is not None:
            return url_for("followups.follow_up_page", follow_up_id=row.follow_up_id)
        case "case_event" if row.reference is not None:
            to: dict[str, Any] = {"event": row.entry_id, "_anchor": f"event-{row.entry_id}"}
            return url_for("pages.case_page", reference=row.reference, **to)
        case "commitment" if row.commitment_id is not None:
            return url_for("engagements.commitment_page", commitment_id=row.commitment_id)
        case "membership" if row.reference is not None:
            return url_for("cases.members", reference=row.reference)
        case "membership" if row.kind == MEMBERSHIP_TAKEN:
            return url_for("reminders.bell")
        case "approval":
            return url_for("approvals.requests", _anchor="past")
        case "openpgp_key":
            return url_for("openpgp.own_key")
        case "case" if row.reference is not None:
            return url_for("pages.case_page", reference=row.reference)
        case _:
            raise NotVisible
