"""When, and by what, somebody is told of something, as they wish: working days, quiet hours, digests, pause. Pure.

Nothing here looks at the present: the same wish and the same day always give the same instant, so that planning
again moves nothing. What is legal (deadlines and hearings) is never moved to a later day, and on the day and the day
before it waits neither for the end of quiet hours nor for a digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.reminders.kinds import BEFORE, COMMITMENT, ON_THE_DAY, RENEWAL
from tracker.reminders.planning.people import Recipient
from tracker.reminders.planning.wall_time import instant_of, instants_of, local_day, zone_named

AHEAD = frozenset({BEFORE, RENEWAL})
"""What comes before a day moves to an earlier working day; the rest to a later one."""
IN_THE_WEEK_OF = AHEAD | {ON_THE_DAY, COMMITMENT}
"""What a weekly digest must tell before the day, not after it."""

LONGEST_MOVE = 14
"""Days. Whoever works on no day of a fortnight gets it on the day itself."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """The instant at which something is told, and how: `mail`, `digest` or `app`."""

    at: datetime
    via: str


def on_day(
    person: Recipient,
    kind: str,
    day: date,
    *,
    is_legal: bool = False,
    is_pressing: bool = False,
    is_ahead: bool = False,
) -> Told:
    """What belongs to `day`: at the person's time of day. `is_pressing`: legal, and today or tomorrow.

    `is_ahead`: told of a later day, as all of some kinds (AHEAD) is.
    """
    zone = zone_named(person.zone)
    is_ahead = is_ahead or kind in AHEAD
    day = _worked(person, day, is_legal=is_legal, is_ahead=is_ahead)
    plain = instant_of(day, person.send_time, zone)
    if _is_unwanted(person, kind):
        return Told(plain, "app")
    if is_pressing:
        return _unless_paused(person, plain, "mail", zone)
    if person.delivery == "single":
        return _unless_paused(person, after_quiet(person, plain, zone), "mail", zone)
    return _unless_paused(person, _digest_for(person, kind, day, zone), "digest", zone)


def at_once(
    person: Recipient, kind: str, instant: datetime, *, is_legal: bool = False, due: date | None = None
) -> Told:
    """What is told when it happens; `due`: the day of a legal deadline, near which nothing is held back."""
    zone = zone_named(person.zone)
    if _is_unwanted(person, kind):
        return Told(instant, "app")
    if is_legal and due is not None and due - DAY <= local_day(instant, zone) <= due:
        return _unless_paused(person, instant, "mail", zone)
    if person.delivery != "single":
        return _unless_paused(person, _next_digest(person, instant, zone), "digest", zone)
    day = local_day(instant, zone)
    worked = day if is_legal else _worked(person, day, is_ahead=kind in AHEAD)
    moved = instant if worked == day else instant_of(worked, person.send_time, zone)
    return _unless_paused(person, after_quiet(person, moved, zone), "mail", zone)


def after_quiet(person: Recipient, instant: datetime, zone: ZoneInfo) -> datetime:
    """`instant`, or the end of the person's quiet hours where it lies in them. They may go over midnight."""
    start, end = person.quiet_from, person.quiet_until
    if start is None or end is None or start == end:
        return instant
    local = instant.astimezone(zone)
    wall, day = local.time(), local.date()
    if start < end:
        is_quiet = start <= wall < end
    else:
        is_quiet = wall >= start or wall < end
        day = day + DAY if wall >= start else day
    if not is_quiet:
        return instant
    # Where clocks go back the end comes twice: the first that is not past.
    return next(one for one in instants_of(day, end, zone) if one >= instant)


def _is_unwanted(person: Recipient, kind: str) -> bool:
    return not person.wants_mail or kind in person.unwanted_kinds


def _unless_paused(person: Recipient, at: datetime, via: str, zone: ZoneInfo) -> Told:
    is_paused = person.paused_until is not None and local_day(at, zone) < person.paused_until
    return Told(at, "app" if is_paused else via)


def _worked(person: Recipient, day: date, *, is_legal: bool = False, is_ahead: bool = False) -> date:
    if not person.only_working_days or person.works_on(day):
        return day
    if is_ahead:
        return _nearest(person, day, -DAY)
    return day if is_legal else _nearest(person, day, DAY)


def _nearest(person: Recipient, day: date, step: timedelta) -> date:
    for count in range(1, LONGEST_MOVE + 1):
        if person.works_on(day + count * step):
            return day + count * step
    return day


def _digest_for(person: Recipient, kind: str, day: date, zone: ZoneInfo) -> datetime:
    if person.delivery == "weekly":
        if kind in IN_THE_WEEK_OF:
            day -= (day.isoweekday() - person.digest_day) % 7 * DAY
        else:
            day += (person.digest_day - day.isoweekday()) % 7 * DAY
    return _digest_on(person, day, zone)


def _digest_on(person: Recipient, day: date, zone: ZoneInfo) -> datetime:
    if person.only_working_days and not person.works_on(day):
        day = _nearest(person, day, DAY)
    return after_quiet(person, instant_of(day, person.send_time, zone), zone)


def _next_digest(person: Recipient, instant: datetime, zone: ZoneInfo) -> datetime:
    day = local_day(instant, zone) - DAY
    while True:
        if person.delivery == "daily" or day.isoweekday() == person.digest_day:
            at = _digest_on(person, day, zone)
            if at >= instant:
                return at
        day += DAY


def next_at(person: Recipient, weekday: int, wall: time, after: datetime) -> tuple[date, datetime]:
    """The first `weekday` (ISO) whose `wall` time in the person's zone lies after `after`: its day, and the instant."""
    zone = zone_named(person.zone)
    day = local_day(after, zone)
    day += (weekday - day.isoweekday()) % 7 * DAY
    while instant_of(day, wall, zone) <= after:
        day += 7 * DAY
    return day, instant_of(day, wall, zone)
