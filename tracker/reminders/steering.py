"""What those who keep mail in order do with it: send a dead letter again, take a planned one back, look at the dead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, update
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import Conflict
from tracker.reminders import nudge, policy
from tracker.reminders.models import Reminder
from tracker.reminders.queries import LedgerFilter, conditions_of, get_reminder
from tracker.reminders.reasons import Reason
from tracker.reminders.visible import LedgerRow, ledger_row, near, visible_rows

MOST_AT_ONCE = 500


def resend(session: Session, actor: Actor, reminder_id: UUID) -> None:
    """Try a dead mail again, at once and under the same Message-ID. Raises NotVisible, NotPermitted, Conflict."""
    row = _to_steer(session, actor, reminder_id)
    if not _set(session, [row.id], policy.RESENDABLE, _again()):
        raise _gone_on()
    record(session, actor, "reminder.resent", "reminder", row.id, case_id=row.case_id)
    nudge.after_commit(session)


def resend_all(session: Session, actor: Actor, wanted: LedgerFilter) -> int:
    """The same for every dead letter of the filters that `actor` may steer, at most MOST_AT_ONCE; answers how many."""
    found = session.execute(_dead(session, actor, wanted).limit(MOST_AT_ONCE))
    rows = {row.id: row for row in map(ledger_row, found)}
    changed = _set(session, list(rows), policy.RESENDABLE, _again())
    for reminder_id in changed:
        record(session, actor, "reminder.resent", "reminder", reminder_id, case_id=rows[reminder_id].case_id)
    if changed:
        nudge.after_commit(session)
    return len(changed)


def count_dead(session: Session, actor: Actor, wanted: LedgerFilter) -> int:
    """How many `resend_all` would take, counted a little further than it goes."""
    return counted_up_to(session, _dead(session, actor, wanted), MOST_AT_ONCE)


def cancel(session: Session, actor: Actor, reminder_id: UUID) -> None:
    """Take a planned mail back; planning does not bring it again. Raises NotVisible, NotPermitted, Conflict."""
    row = _to_steer(session, actor, reminder_id)
    values = {"status": "cancelled", "settled_at": clock.now(), "last_error": Reason.BY_HAND}
    if not _set(session, [row.id], policy.CANCELLABLE, values):
        raise _gone_on()
    record(session, actor, "reminder.cancelled", "reminder", row.id, case_id=row.case_id)


def look_at_dead(session: Session, actor: Actor) -> int:
    """Say that one has seen the dead letters: the alarm about them goes, for everybody. Answers how many."""
    found = _dead(session, actor, LedgerFilter()).where(Reminder.looked_at.is_(None))
    ids = [row.id for row in session.execute(found.limit(MOST_AT_ONCE))]
    changed = _set(session, ids, policy.RESENDABLE, {"looked_at": clock.now()})
    if changed:
        record(session, actor, "reminder.dead_looked_at", "person", actor.person_id, letters=len(changed))
    return len(changed)


def _dead(session: Session, actor: Actor, wanted: LedgerFilter) -> Select[*tuple[Any, ...]]:
    """The dead letters of the filters that `actor` may steer; none for whoever may steer nothing."""
    require(policy.may_steer(actor, sees_subject=True))
    rows = visible_rows(actor).where(*conditions_of(wanted), *near(session, actor), Reminder.status == "dead")
    return rows if policy.may_steer(actor, sees_subject=False) else rows.where(Case.id.is_not(None))


def _again() -> dict[str, Any]:
    return {
        "status": "planned",
        "send_at": clock.now(),
        "attempts": 0,
        "failures": 0,
        "fenced_at": None,
        "useful_until": None,
        "settled_at": None,
        "looked_at": None,
        "last_error": Reason.BY_HAND,
    }


def _to_steer(session: Session, actor: Actor, reminder_id: UUID) -> LedgerRow:
    row = get_reminder(session, actor, reminder_id)
    require(policy.may_steer(actor, sees_subject=row.sees_subject))
    return row


def _set(session: Session, ids: Sequence[UUID], expected: tuple[str, ...], values: dict[str, Any]) -> Sequence[UUID]:
    """Compare and set: a worker may have taken a row since the page was shown. Answers the ids that were set."""
    if not ids:
        return []
    statement = update(Reminder).where(Reminder.id.in_(ids), Reminder.status.in_(expected)).values(values)
    set_ones = session.execute(statement.returning(Reminder.id).execution_options(synchronize_session=False))
    return list(set_ones.scalars())


def _gone_on() -> Conflict:
    return Conflict(_("This mail has gone on in the meantime; see how it stands now."))
