"""Reckoning anew, after a change of a rule, the clocks that follow-ups hang on: a batch in a transaction (ADR 26).

The mark on the row (`rule_version`) is the progress: a job that was killed goes on where it was, and a second run finds
nothing to do. Written in sets, for a rule may hold a hundred thousand cases.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.access.levels import OPEN_LEVELS, Level, highest
from tracker.audit.services import record
from tracker.cases.clocks import TOLD, told_of
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import in_order
from tracker.clocks import running
from tracker.clocks.installed import is_unverified
from tracker.clocks.models import Recomputation
from tracker.clocks.queries import in_force, version_number, versions_in_force
from tracker.clocks.running import RunningClock, State, Told
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.followups.clock_days import Turn, turn_of
from tracker.followups.happened import DaysReckonedAnew
from tracker.followups.models import ACTIVE_STATUSES, FollowedClock, FollowUp
from tracker.followups.projection import recompute_next_due
from tracker.followups.rule_titles import drop_mark
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

log = logging.getLogger(__name__)

BATCH = 500
"""Entries at a time; each of them may start the clocks of several States."""
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('clock_recomputation'))")
# A batch that a crash loses is reckoned again: its mark is lost with it.
_WAIT_FOR_NO_DISK = text("SELECT set_config('synchronous_commit', 'off', true)")
_MOVE = text(
    "UPDATE follow_ups f"
    " SET due_on = v.day, due_version = f.due_version + 1, next_plan_at = :now, version = f.version + 1"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS v (id, day) WHERE f.id = v.id"
)
_FLAG = text(
    "UPDATE follow_ups f SET due_to_check = v.day, next_plan_at = :now, version = f.version + 1"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS v (id, day) WHERE f.id = v.id"
)
_LEDGER = text(
    "INSERT INTO clock_moves (id, follow_up_id, at, old_on, new_on, cause, event_id, is_by_hand, rule_version)"
    " SELECT id, follow_up_id, :now, old_on, new_on, 'rule_changed', event_id, is_by_hand, :number"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:work AS uuid[]), CAST(:old AS date[]), CAST(:new AS date[]),"
    " CAST(:events AS uuid[]), CAST(:by_hand AS boolean[]))"
    " AS v (id, follow_up_id, old_on, new_on, event_id, is_by_hand)"
)
_HISTORY = text(
    "INSERT INTO follow_up_changes (id, follow_up_id, kind, before, after, at)"
    " SELECT id, follow_up_id, :kind, jsonb_build_object(CAST(:field AS text), before_on),"
    " jsonb_build_object(CAST(:field AS text), after_on), :now"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:work AS uuid[]), CAST(:before AS date[]), CAST(:after AS date[]))"
    " AS v (id, follow_up_id, before_on, after_on)"
)
_WITHOUT_ENTRY = text(
    "UPDATE followed_clocks SET rule_version = :number"
    " WHERE rule_key = :key AND rule_version < :number AND event_id IS NULL"
)
_MARK = text(
    "UPDATE followed_clocks c SET due_on = v.day, rule_version = :number"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS v (id, day) WHERE c.follow_up_id = v.id"
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A follow-up on a clock of the rule. `was_on`: what the clock came to; `level`: how secret the follow-up is."""

    follow_up_id: UUID
    case_id: UUID
    party: str
    event_id: UUID | None
    was_on: date | None
    due_on: date | None
    flagged_on: date | None
    is_active: bool
    level: Level

    @property
    def is_open(self) -> bool:
        """Whether it may be counted where staff looks."""
        return self.level in OPEN_LEVELS


@dataclass(frozen=True, slots=True)
class _Outcome:
    """`is_on`: what the clock comes to now; `turn`: what follows, None where nothing does."""

    row: _Row
    is_on: date | None
    turn: Turn | None


def recompute_next(database: Database, batch: int = BATCH) -> bool:
    """Work a batch of the oldest work that waits; whether there may be more. One works at a time."""
    with database.unit_of_work(OPERATOR) as session:
        if not session.scalar(_ALONE):
            return False
        session.execute(_WAIT_FOR_NO_DISK)
        work = session.scalar(
            select(Recomputation)
            .where(Recomputation.finished_at.is_(None))
            .order_by(Recomputation.asked_at, Recomputation.number)
            .limit(1)
        )
        return work is not None and _go_on(session, work, batch)


def _go_on(session: Session, work: Recomputation, batch: int) -> bool:
    number = version_number(session, work.rule_key)
    if work.begun_at is None:
        work.begun_at, work.total = clock.now(), _count_open(session, work)
    rows = _rows(session, work, batch)
    if rows:
        _count(work, rows, _settled(session, work.rule_key, number, rows))
        return True
    if _is_any_left(session, work):
        return False  # somebody holds it: at the next tick
    work.finished_at = clock.now()
    record(session, OPERATOR, "clock_rule.recomputed", "clock_rule", work.id, rule=work.rule_key, version=work.number)
    announce(session, DaysReckonedAnew(work.rule_key, work.number))
    return True


def _settled(session: Session, rule_key: str, number: int, rows: Sequence[_Row]) -> list[_Outcome]:
    """What was written; a row that can't be reckoned is left as it is, and the others are not."""
    try:
        with session.begin_nested():
            return _settle(session, rule_key, number, rows)
    except DBAPIError as error:
        if error.connection_invalidated or len(rows) == 1:
            raise
        log.warning("reckoning a batch anew failed, taking it one by one: %s", type(error).__name__)
    except Exception as error:
        log.warning("reckoning a batch anew failed, taking it one by one: %s", type(error).__name__)
    return [outcome for row in rows for outcome in _settled_alone(session, rule_key, number, row)]


def _settled_alone(session: Session, rule_key: str, number: int, row: _Row) -> list[_Outcome]:
    try:
        with session.begin_nested():
            return _settle(session, rule_key, number, [row])
    except Exception as error:
        log.error("the clock of follow-up %s can't be reckoned anew: %s", row.follow_up_id, type(error).__name__)
        session.execute(_MARK, {"ids": [row.follow_up_id], "days": [row.was_on], "number": number})
        return []


def _settle(session: Session, rule_key: str, number: int, rows: Sequence[_Row]) -> list[_Outcome]:
    found = _reckoned(session, rule_key, rows)
    if found and not is_unverified(next(iter(found.values())).rule):
        drop_mark(session, rule_key, list(found))
    outcomes = [_outcome(row, found.get(row.follow_up_id)) for row in rows]
    _write(session, number, [one for one in outcomes if one.turn is not None])
    marked = {"ids": [one.row.follow_up_id for one in outcomes], "days": [one.is_on for one in outcomes]}
    session.execute(_MARK, {**marked, "number": number})
    return outcomes


def _outcome(row: _Row, found: RunningClock | None) -> _Outcome:
    """A clock that is over, because its status was said again, is left alone."""
    if found is None:
        return _Outcome(row, row.was_on, None)
    return _Outcome(row, found.due_on, turn_of(row.was_on, found.due_on, row.due_on, is_active=row.is_active))


def _reckoned(session: Session, rule_key: str, rows: Sequence[_Row]) -> dict[UUID, RunningClock]:
    """The clock of each follow-up, out of the entries that are no more secret than it."""
    case_ids = {row.case_id for row in rows}
    histories, rules = _histories(session, case_ids), _Rules(session, rule_key)
    clocks: dict[tuple[UUID, Level], Mapping[Any, RunningClock]] = {}
    found: dict[UUID, RunningClock] = {}
    for row in rows:
        place = (row.case_id, row.level)
        if place not in clocks:
            clocks[place] = _clocks(histories[row.case_id], rules, row.level)
        one = clocks[place].get((row.party, row.event_id))
        if one is not None:
            found[row.follow_up_id] = one
    return found


def _clocks(history: _History, rules: _Rules, level: Level) -> Mapping[Any, RunningClock]:
    """By party and entry."""
    seen = [told for told, secrecy in history.told if secrecy.rank <= level.rank]
    found = running.clocks_of(rules.of_pathway(history.pathway), history.details, seen)
    return {(one.party, one.event_id): one for one in found if one.state is not State.OVER}


@dataclass(frozen=True, slots=True)
class _History:
    """What clocks ask of a case. `told`: its standing entries in order, each with how secret it is."""

    pathway: str
    details: Mapping[str, Any]
    told: list[tuple[Told, Level]]


class _Rules:
    """The definition of each pathway with the one rule alone, as it holds now."""

    def __init__(self, session: Session, rule_key: str) -> None:
        self._versions = versions_in_force(session)
        self._rule_key = rule_key
        self._known: dict[str, Definition] = {}

    def of_pathway(self, pathway: str) -> Definition:
        if pathway not in self._known:
            whole = in_force(definitions().get(pathway), self._versions)
            alone = tuple(one for one in whole.clocks if one.key == self._rule_key)
            self._known[pathway] = whole.model_copy(update={"clocks": alone})
        return self._known[pathway]


def _histories(session: Session, case_ids: Iterable[UUID]) -> Mapping[UUID, _History]:
    cases = session.execute(select(Case.id, Case.pathway, Case.details, Case.level).where(Case.id.in_(case_ids)))
    found, levels = {}, {}
    for case_id, pathway, details, level in cases:
        found[case_id], levels[case_id] = _History(pathway, details, []), level
    standing = select(*TOLD, CaseEvent.case_id, CaseEvent.level).where(
        CaseEvent.case_id.in_(case_ids), CaseEvent.voided_at.is_(None)
    )
    for event in session.execute(standing.order_by(*in_order())):
        found[event.case_id].told.append((told_of(event), highest(levels[event.case_id], event.level)))
    return found


def _write(session: Session, number: int, turned: Sequence[_Outcome]) -> None:
    if not turned:
        return
    now = clock.now()
    moved = [(one.row, one.turn.moves_to) for one in turned if one.turn and one.turn.moves_to]
    flagged = [
        (one.row, one.turn.flags) for one in turned if one.turn and one.turn.flags not in (None, one.row.flagged_on)
    ]
    for statement, rows in ((_MOVE, moved), (_FLAG, flagged)):
        if rows:
            days = {"ids": [row.follow_up_id for row, _day in rows], "days": [day for _row, day in rows]}
            session.execute(statement, {**days, "now": now})
    lines = {
        "ids": [new_id() for _ in turned],
        "work": [one.row.follow_up_id for one in turned],
        "old": [one.row.was_on for one in turned],
        "new": [one.is_on for one in turned],
        "events": [one.row.event_id for one in turned],
        "by_hand": [one.turn is not None and one.turn.is_by_hand for one in turned],
    }
    session.execute(_LEDGER, {**lines, "now": now, "number": number})
    _note(session, "due_changed", "due_on", [(row, row.due_on, day) for row, day in moved])
    _note(session, "edited", "due_to_check", [(row, row.flagged_on, day) for row, day in flagged])
    if moved:
        recompute_next_due(session, sorted({row.case_id for row, _day in moved}))


def _note(session: Session, kind: str, field: str, changes: Sequence[tuple[_Row, date | None, date | None]]) -> None:
    """The history of each follow-up."""
    if changes:
        said = {
            "ids": [new_id() for _ in changes],
            "work": [row.follow_up_id for row, _before, _after in changes],
            "before": [before for _row, before, _after in changes],
            "after": [after for _row, _before, after in changes],
        }
        session.execute(_HISTORY, {**said, "kind": kind, "field": field, "now": clock.now()})


def _rows(session: Session, work: Recomputation, batch: int) -> list[_Row]:
    """Follow-ups that were last reckoned by an earlier version, of some entries, held; what others hold comes later."""
    columns = (FollowedClock.party, FollowedClock.event_id, FollowedClock.due_on.label("was_on"))
    known = (FollowedClock.rule_key == work.rule_key, FollowedClock.rule_version < work.number)
    session.execute(_WITHOUT_ENTRY, {"key": work.rule_key, "number": work.number})
    some = select(FollowedClock.event_id).where(*known).limit(batch).subquery()
    rows = session.execute(
        select(FollowUp.id, FollowUp.case_id, *columns, FollowUp.due_on, FollowUp.due_to_check, FollowUp.status)
        .add_columns(Case.level.label("case_level"), FollowUp.level)
        .join(FollowedClock, FollowedClock.follow_up_id == FollowUp.id)
        .join(Case, Case.id == FollowUp.case_id)
        .where(*known, FollowedClock.event_id.in_(select(some.c.event_id)))
        .with_for_update(of=(FollowUp, FollowedClock), skip_locked=True)
    )
    return [
        _Row(
            follow_up_id=held.id,
            case_id=held.case_id,
            party=held.party,
            event_id=held.event_id,
            was_on=held.was_on,
            due_on=held.due_on,
            flagged_on=held.due_to_check,
            is_active=held.status in ACTIVE_STATUSES,
            level=highest(held.case_level, held.level),
        )
        for held in rows
    ]


def _is_any_left(session: Session, work: Recomputation) -> bool:
    left = exists().where(FollowedClock.rule_key == work.rule_key, FollowedClock.rule_version < work.number)
    return bool(session.scalar(select(left)))


def _count_open(session: Session, work: Recomputation) -> int:
    """How many there are that all of the staff sees."""
    open_levels = [str(level) for level in OPEN_LEVELS]
    query = (
        select(func.count())
        .select_from(FollowedClock)
        .join(FollowUp, FollowUp.id == FollowedClock.follow_up_id)
        .join(Case, Case.id == FollowUp.case_id)
        .where(FollowedClock.rule_key == work.rule_key, FollowedClock.rule_version < work.number)
        .where(Case.level.in_(open_levels), func.coalesce(FollowUp.level, Case.level).in_(open_levels))
    )
    return session.scalar(query) or 0


def _count(work: Recomputation, rows: Sequence[_Row], outcomes: Sequence[_Outcome]) -> None:
    """Open follow-ups only: a figure must not tell that there is a secret one."""
    turns = [one.turn for one in outcomes if one.row.is_open and one.turn is not None]
    work.done += sum(row.is_open for row in rows)
    work.moved += sum(turn.moves_to is not None for turn in turns)
    work.flagged += sum(turn.flags is not None for turn in turns)
    work.stopped += sum(turn.stops for turn in turns)
    settled = {one.row.follow_up_id for one in outcomes}
    work.failed += sum(row.is_open and row.follow_up_id not in settled for row in rows)
