"""The watchdog's own mail: reminders fail, or wait, or stood still, and the administrators hear of it.

And somebody opens more than the house calls ordinary: who, the audit says, and no mail.

One mail a person, an incident and an hour at most. What has stopped ticking can't say so itself: the frame of every
page shows that (watchdog_signs), and the first tick afterwards writes that it stood still.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.reminders.kinds import READING, WATCHDOG
from tracker.reminders.planning.differences import Differences
from tracker.reminders.planning.directory import people_for
from tracker.reminders.planning.promised import Promise
from tracker.reminders.planning.promises import write
from tracker.reminders.planning.rules import Wanted
from tracker.reminders.watchdog import ALARM_AGE, TICK_AGE

DEAD, LATE, STOOD_STILL = "dead", "late", "stood_still"
USEFUL_FOR = timedelta(hours=12)
DEAD_WITHIN = timedelta(hours=1)

# Its own mails are no incident: an alarm that can't be sent must not call for the next. Nor are letters of sealed
# matters, which administrators neither see nor count: their recipients find them in the app.
_INCIDENTS = text(
    """
    WITH late AS NOT MATERIALIZED (
      SELECT r.*, CAST(:now AS timestamptz) - :alarm_age AS before FROM reminders r
       WHERE via = 'mail' AND scheduled_at < CAST(:now AS timestamptz) - :alarm_age
         AND created_at < CAST(:now AS timestamptz) - :alarm_age AND subject_type <> 'watchdog'
         AND NOT app_letter_is_sealed(id, kind, case_id, subject_id))
    SELECT EXISTS (SELECT FROM reminders WHERE status = 'dead' AND subject_type <> 'watchdog'
                      AND settled_at > CAST(:now AS timestamptz) - :dead_within
                      AND NOT app_letter_is_sealed(id, kind, case_id, subject_id)) AS dead,
           coalesce((SELECT true FROM late WHERE status = 'planned' AND send_at < before ORDER BY send_at LIMIT 1),
                    (SELECT true FROM late WHERE status = 'planned' AND send_at <> scheduled_at
                      ORDER BY scheduled_at LIMIT 1),
                    (SELECT true FROM late WHERE status IN ('sending', 'committing') ORDER BY lease_until LIMIT 1),
                    false) AS late,
           EXISTS (SELECT FROM sightings WHERE name = 'done' AND seen_at < now() - :tick_age) AS stood_still,
           EXISTS (SELECT FROM reading_alarms WHERE step = 0 AND at > CAST(:now AS timestamptz) - :dead_within
                      AND at <= :now) AS reading
    """
)
_ADMINISTRATORS = text("SELECT person_id FROM person_roles WHERE role = 'administrator'")
_TOLD = text(
    """
    SELECT recipient_id, due_key FROM reminders
     WHERE subject_type = 'watchdog' AND subject_id = ANY(CAST(:ids AS uuid[])) AND due_key = ANY(CAST(:keys AS text[]))
    """
)


def plan_watchdog(session: Session, now: datetime) -> int:
    """Promise the alarm to each administrator who has not had it this hour: rows added. One statement when all is well.

    Act as PLANNER; the caller commits.
    """
    ages = {"dead_within": DEAD_WITHIN, "alarm_age": ALARM_AGE, "tick_age": 3 * TICK_AGE}
    found = session.execute(_INCIDENTS, {"now": now, **ages}).one()
    incidents = [name for name in (DEAD, LATE, STOOD_STILL, READING) if getattr(found, name)]
    return _promise(session, incidents, now) if incidents else 0


def _promise(session: Session, incidents: list[str], now: datetime) -> int:
    keys = [f"{incident}:{now:%Y-%m-%dT%H}" for incident in incidents]
    ids = list(session.scalars(_ADMINISTRATORS))
    told = {(row.recipient_id, row.due_key) for row in session.execute(_TOLD, {"ids": ids, "keys": keys})}
    people = people_for(session, ids).people
    differences = Differences()
    for person in (people[one] for one in ids if people[one].is_active):
        for key in keys:
            if (person.person_id, key) not in told:
                via = "mail" if person.wants_mail else "app"
                kind = READING if key.startswith(READING) else WATCHDOG
                row = Wanted(kind, key, person.person_id, now, now + USEFUL_FOR, via)
                differences.added.append((Promise("watchdog", person.person_id, None), row))
    return write(session, differences, now) if differences.added else 0
