"""Follow-ups that hang on a clock: made from one, moved with it, flagged where the day was set by hand (ADR 24)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.access.levels import highest
from tracker.access.policy import require
from tracker.access.queries import membership_of
from tracker.accounts.models import Person
from tracker.cases.clocks import clocks_on
from tracker.cases.happened import CaseDetailsEdited, CaseEventRecorded, CaseEventVoided
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import get_event, history_of
from tracker.clocks.installed import InstalledRule, is_unverified
from tracker.clocks.queries import in_force, versions_in_force
from tracker.clocks.reckoning import Reckoning
from tracker.clocks.running import RunningClock, State
from tracker.clocks.words import CERTAINTY_WORDS, calendar_words, in_words, is_stated
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict
from tracker.core.languages import format_day
from tracker.core.reads import Read
from tracker.core.statements import kept_statement
from tracker.followups import policy
from tracker.followups.changing import change
from tracker.followups.clock_days import turn_of
from tracker.followups.locking import locked, one_maker
from tracker.followups.models import ClockMove, FollowedClock, FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.followups.rule_titles import marked
from tracker.followups.rules import LONGEST_TITLE
from tracker.followups.services import add_follow_up
from tracker.pathways.schema import Clock
from tracker.pathways.store import definitions

ClockKey = tuple[str, str, UUID | None]
"""Rule, party, entry."""


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """A follow-up on the page of clocks. `clock_on`: what its clock came to when it was last reckoned."""

    id: UUID
    title: str
    due_on: date | None
    is_active: bool
    rule_key: str
    party: str
    event_id: UUID | None
    clock_on: date | None


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A line of the ledger, with the names of the follow-up and of whoever caused it (None: the operator)."""

    move: ClockMove
    title: str
    by: str | None


def follow_clock(
    session: Session, actor: Actor, case: Case, event_id: UUID, rule_key: str, party: str, assignee_id: UUID | None
) -> FollowUp:
    """Make the follow-up of a clock that has a date, as secret as the entry that starts it.

    Raises NotVisible, NotPermitted, Invalid, Conflict where there is no such date (any more) or it is followed already.
    """
    require(policy.may_create(actor, case, membership_of(session, actor, case.id)))
    one_maker(session, case.id)
    found = _clock(session, actor, case, event_id, rule_key, party)
    if found is None or found.found is None:
        raise Conflict(_("This clock has no date any more."))
    event = get_event(session, actor, case, event_id)
    if any(_key(line) == (rule_key, party, event_id) for line in followed_on(session, actor, case)):
        raise Conflict(_("A follow-up hangs on this clock already."))
    is_deadline = found.rule.type == "statutory" and found.rule.binds == "party"
    follow_up = add_follow_up(
        session,
        actor,
        case,
        title=_title_of(found)[:LONGEST_TITLE],
        due_on=found.due_on,
        assignee_id=assignee_id,
        kind="deadline" if is_deadline else "follow_up",
        notes="\n".join([_as_of_today(), *_reasons_of(found.rule, found.found), *_cited(found.rule, event.source)]),
        level=event.level,
    )
    session.add(
        FollowedClock(
            follow_up_id=follow_up.id,
            rule_key=rule_key,
            party=party,
            event_id=event_id,
            due_on=found.due_on,
            rule_version=_version_of(found.rule),
        )
    )
    _note(session, actor, follow_up.id, None, found.due_on, "followed", event_id)
    session.flush()
    return follow_up


def followed_on(session: Session, actor: Actor, case: Case) -> Sequence[FollowedLine]:
    """The follow-ups of `case` that hang on clocks, as far as `actor` sees them, by day."""
    columns = (FollowUp.id, FollowUp.title, FollowUp.due_on, FollowUp.status)
    clocks = (FollowedClock.rule_key, FollowedClock.party, FollowedClock.event_id, FollowedClock.due_on)
    rows = session.execute(
        visible_follow_ups(actor)
        .with_only_columns(*columns, *clocks, maintain_column_froms=True)
        .join(FollowedClock, FollowedClock.follow_up_id == FollowUp.id)
        .where(FollowUp.case_id == case.id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return [
        FollowedLine(key, title, due_on, status not in ("done", "cancelled"), *rest)
        for key, title, due_on, status, *rest in rows
    ]


def followed_read(actor: Actor, case_id: UUID) -> Read[frozenset[ClockKey]]:
    """The clocks of a case on which work hangs that `actor` sees: (rule, party, entry) of each."""
    return Read(_followed_statement(actor), {"case_id": case_id}, lambda rows: frozenset((a, b, c) for a, b, c in rows))


@kept_statement
def _followed_statement(actor: Actor) -> Select[str, str, UUID | None]:
    clocks = (FollowedClock.rule_key, FollowedClock.party, FollowedClock.event_id)
    return (
        visible_follow_ups(actor)
        .with_only_columns(*clocks, maintain_column_froms=True)
        .join(FollowedClock, FollowedClock.follow_up_id == FollowUp.id)
        .where(FollowUp.case_id == bindparam("case_id"))
    )


def without_work(found: Iterable[RunningClock], followed: Collection[ClockKey], today: date) -> list[RunningClock]:
    """Clocks that still run, and of which nobody is reminded."""
    running = (clock for clock in found if clock.due_on is not None and clock.due_on >= today)
    return [clock for clock in running if (clock.rule.key, clock.party, clock.event_id) not in followed]


def ledger_of(session: Session, actor: Actor, case: Case) -> Sequence[MoveLine]:
    """What moved the days of those follow-ups, newest first."""
    rows = session.execute(
        visible_follow_ups(actor)
        .with_only_columns(ClockMove, FollowUp.title, Person.name, maintain_column_froms=True)
        .join(ClockMove, ClockMove.follow_up_id == FollowUp.id)
        .outerjoin(Person, Person.id == ClockMove.by_id)
        .where(FollowUp.case_id == case.id)
        .order_by(ClockMove.at.desc(), ClockMove.id.desc())
        .limit(200)
    )
    return [MoveLine(*row) for row in rows]


def follow_corrected_clock(session: Session, event: CaseEventRecorded) -> None:
    """An entry was entered anew: what hangs on its clocks moves with them, or is flagged where the day was by hand."""
    new = session.get(CaseEvent, event.event_id)
    case = session.get(Case, event.case_id)
    if new is None or case is None or new.replaces_id is None:
        return
    for followed in _hanging_on(session, new.replaces_id):
        found = _clock(session, event.actor, case, new.id, followed.rule_key, followed.party)
        found = _as_told(session, case, followed, found) if found is not None else None
        followed.event_id = new.id
        followed.rule_version = _version_of(found.rule) if found is not None else followed.rule_version
        if found is not None and found.state is State.OVER:
            continue  # what ended it left its work alone, and so does its correction
        _move(session, event.actor, followed, found.due_on if found is not None else None, "corrected")


def note_stopped_clocks(session: Session, event: CaseEventVoided) -> None:
    """An entry was voided, and none stands in its place: its clocks stop, the follow-ups keep their days."""
    hanging = _hanging_on(session, event.event_id)
    successor = select(CaseEvent.id).where(CaseEvent.case_id == event.case_id, CaseEvent.replaces_id == event.event_id)
    if not hanging or session.scalar(successor.limit(1)) is not None:
        return
    for followed in hanging:
        _move(session, event.actor, followed, None, "voided")


def follow_edited_details(session: Session, event: CaseDetailsEdited) -> None:
    """The forum, the Land or canton of a case is another: what hangs on its clocks moves with them, or is flagged.

    Work that whoever edits does not see stays as it is; the page of clocks shows to those who do that the days differ.
    """
    case = session.get(Case, event.case_id)
    hanging = session.scalars(
        select(FollowedClock)
        .join(FollowUp, FollowUp.id == FollowedClock.follow_up_id)
        .where(FollowUp.case_id == event.case_id, FollowedClock.event_id.is_not(None))
    ).all()
    if case is None or not hanging:
        return
    found = {(one.rule.key, one.party, one.event_id): one for one in _clocks(session, event.actor, case)}
    for followed in hanging:
        one = found.get((followed.rule_key, followed.party, followed.event_id))
        one = _as_told(session, case, followed, one) if one is not None else None
        if one is not None and one.state is not State.OVER:
            _move(session, event.actor, followed, one.due_on, "details_edited")


def _as_told(session: Session, case: Case, followed: FollowedClock, found: RunningClock) -> RunningClock:
    """The clock as the readers of its follow-up may know it: an entry that is more secret ends nothing for them."""
    if found.was is None:
        return found
    follow_up, by = session.get(FollowUp, followed.follow_up_id), session.get(CaseEvent, found.over_by)
    if follow_up is None or by is None:
        return found
    is_told = highest(case.level, by.level).rank <= highest(case.level, follow_up.level).rank
    return found if is_told else found.was


def _title_of(clock: RunningClock) -> str:
    """What mails and lists show: an unverified rule is one there too."""
    title = f"{clock.rule.label} ({clock.party})" if clock.party else clock.rule.label
    return marked(title) if is_unverified(clock.rule) else title


def _reasons_of(rule: Clock, found: Reckoning) -> list[str]:
    only_if = [_("Only if: %(what)s", what=rule.only_if)] if rule.only_if else []
    source = {"source": rule.source, "certainty": rule.certainty, "words": CERTAINTY_WORDS[rule.certainty]}
    cited = _("Source: %(source)s [%(certainty)s: %(words)s]", **source)
    return [*in_words(found), *only_if, *calendar_words(found), cited]


def _as_of_today() -> str:
    """The day moves with its clock, and these words do not: they say of when they are."""
    today = format_day(clock.now().date())
    return str(_("As reckoned on %(day)s; what holds now stands on the page of clocks of the case:", day=today))


def _cited(rule: Clock, source: str | None) -> list[str]:
    return [_("Source of the date: %(source)s", source=source)] if source and is_stated(rule) else []


def _version_of(rule: Clock) -> int:
    return rule.decided.number if isinstance(rule, InstalledRule) else 0


def _hanging_on(session: Session, event_id: UUID) -> Sequence[FollowedClock]:
    return session.scalars(select(FollowedClock).where(FollowedClock.event_id == event_id)).all()


def _move(session: Session, actor: Actor, followed: FollowedClock, new_on: date | None, cause: str) -> None:
    """Without a new date nothing moves: a person decides what becomes of the work."""
    follow_up = session.get(FollowUp, followed.follow_up_id)
    if follow_up is None or followed.due_on == new_on:
        return
    _case, follow_up = locked(session, follow_up, None)
    turn = turn_of(followed.due_on, new_on, follow_up.due_on, is_active=follow_up.is_active)
    if turn is None:
        return
    _note(session, actor, follow_up.id, followed.due_on, new_on, cause, followed.event_id, is_by_hand=turn.is_by_hand)
    followed.due_on = new_on
    session.flush()
    if turn.flags is not None:
        change(session, actor, follow_up, {"due_to_check": turn.flags}, "edited", "follow_up.clock_moved")
    if turn.moves_to is not None:
        change(session, actor, follow_up, {"due_on": turn.moves_to}, "due_changed", "follow_up.clock_moved")


def _clock(
    session: Session, actor: Actor, case: Case, event_id: UUID, rule_key: str, party: str
) -> RunningClock | None:
    wanted = (rule_key, party, event_id)
    found = _clocks(session, actor, case)
    return next((one for one in found if (one.rule.key, one.party, one.event_id) == wanted), None)


def _clocks(session: Session, actor: Actor, case: Case) -> Sequence[RunningClock]:
    definition = in_force(definitions().get(case.pathway), versions_in_force(session))
    return clocks_on(case, definition, history_of(session, actor, case))


def _key(line: FollowedLine) -> tuple[str, str, UUID | None]:
    return line.rule_key, line.party, line.event_id


def _note(
    session: Session,
    actor: Actor,
    follow_up_id: UUID,
    old_on: date | None,
    new_on: date | None,
    cause: str,
    event_id: UUID | None,
    *,
    is_by_hand: bool = False,
) -> None:
    session.add(
        ClockMove(
            follow_up_id=follow_up_id,
            at=clock.now(),
            by_id=actor.person_id,
            old_on=old_on,
            new_on=new_on,
            cause=cause,
            event_id=event_id,
            is_by_hand=is_by_hand,
        )
    )
