"""What people do with reminders: send one again, take one back, say how they want to be reminded."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, NotVisible
from tracker.reminders import nudge, policy
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.planning import replan_person
from tracker.reminders.queries import LedgerRow, get_reminder, preference_of
from tracker.reminders.reasons import Reason
from tracker.reminders.wishes import require_well_formed


def resend(session: Session, actor: Actor, reminder_id: UUID) -> None:
    """Try a dead mail again, at once and under the same Message-ID. Raises NotVisible, NotPermitted, Conflict."""
    row = _to_steer(session, actor, reminder_id)
    now = clock.now()
    _change(
        session,
        row,
        policy.RESENDABLE,
        {
            "status": "planned",
            "send_at": now,
            "attempts": 0,
            "useful_until": None,
            "settled_at": None,
            "last_error": Reason.BY_HAND,
        },
    )
    record(session, actor, "reminder.resent", "reminder", row.id, case_id=row.case_id)
    nudge.after_commit(session)


def cancel(session: Session, actor: Actor, reminder_id: UUID) -> None:
    """Take a planned mail back; planning does not bring it again. Raises NotVisible, NotPermitted, Conflict."""
    row = _to_steer(session, actor, reminder_id)
    values = {"status": "cancelled", "settled_at": clock.now(), "last_error": Reason.BY_HAND}
    _change(session, row, policy.CANCELLABLE, values)
    record(session, actor, "reminder.cancelled", "reminder", row.id, case_id=row.case_id)


def set_wishes(
    session: Session, actor: Actor, *, wants_mail: bool, days_before: tuple[int, ...], send_time: time
) -> None:
    """Say how one wants to be reminded; what is planned follows with the next tick. Raises NotVisible, Invalid."""
    if actor.person_id is None:
        raise NotVisible
    require_well_formed(days_before)
    wish = preference_of(session, actor.person_id)
    if wish is None:
        wish = ReminderPreference(person_id=actor.person_id)
        session.add(wish)
    wish.wants_mail, wish.send_time = wants_mail, send_time
    wish.days_before = sorted(set(days_before), reverse=True)
    session.flush()
    replan_person(session, actor.person_id)
    record(session, actor, "person.reminder_wishes_changed", "person", actor.person_id)


def _to_steer(session: Session, actor: Actor, reminder_id: UUID) -> LedgerRow:
    row = get_reminder(session, actor, reminder_id)
    require(policy.may_steer(actor, sees_follow_up=row.follow_up_id is not None))
    return row


def _change(session: Session, row: LedgerRow, expected: tuple[str, ...], values: dict[str, object]) -> None:
    """Compare and set: a worker may have taken the row since the page was shown."""
    changed = session.execute(
        update(Reminder)
        .where(Reminder.id == row.id, Reminder.status.in_(expected))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This mail has gone on in the meantime; see how it stands now."))
