"""One round of the audit: chain; when a day has gone, verify, sign the head, and bring it away."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from config import Settings
from tracker.audit.anchors import all_anchors, is_anchor_due, make_anchor, refuse_other_key, write_anchors
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.refusals import settle_refusals
from tracker.audit.verifying import Report, is_check_due, note_check, verify
from tracker.core.actor import AUDITOR
from tracker.core.database import Database
from tracker.reminders.delivery.anchor_mail import mail_anchors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a round did. `anchor`: the number of the one that was signed; `check`: what the daily look found."""

    chained: int
    anchor: int | None = None
    check: Report | None = None


def run_audit(database: Database, settings: Settings, keys: AuditKeys) -> AuditReport:
    """Everything that is due now; what was refused meanwhile is chained with the rest."""
    settle_refusals(database)
    refuse_other_audit_key(database, keys)
    chained = extend_chain(database, keys.current)
    anchor = sign_head(database, keys) if _is_due(database) else None
    check = look_at_all(database, keys) if _wants_check(database) else None
    bring_away(database, settings)
    return AuditReport(chained, anchor, check)


def refuse_other_audit_key(database: Database, keys: AuditKeys) -> None:
    """Raise NotConfigured when the key is not the one that signed until now; asked before anything is chained."""
    with database.unit_of_work(AUDITOR) as session:
        refuse_other_key(session, keys.current)


def sign_head(database: Database, keys: AuditKeys) -> int | None:
    """A new anchor's number; None for an empty chain."""
    with database.unit_of_work(AUDITOR) as session:
        anchor = make_anchor(session, keys.current)
    return None if anchor is None else anchor.number


def look_at_all(database: Database, keys: AuditKeys) -> Report:
    """Verify, and keep the outcome."""
    with database.unit_of_work(AUDITOR) as session:
        report = verify(session, keys)
        note_check(session, report)
    return report


def bring_away(database: Database, settings: Settings) -> tuple[list[int], list[int]]:
    """Write and mail the anchors that were not yet; the numbers written, and those that a relay took."""
    with database.unit_of_work(AUDITOR) as session:
        anchors = all_anchors(session)
        written = list[int]()
        if settings.audit_anchor_dir is not None:
            try:
                written = write_anchors(settings.audit_anchor_dir, anchors)
            except OSError as error:
                log.error("audit: anchors can't be written: %s", type(error).__name__)
        return written, mail_anchors(settings, anchors)


def _is_due(database: Database) -> bool:
    with database.unit_of_work(AUDITOR) as session:
        return is_anchor_due(session)


def _wants_check(database: Database) -> bool:
    with database.unit_of_work(AUDITOR) as session:
        return is_check_due(session)
