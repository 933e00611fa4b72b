"""A list as a file: the rows that its reader sees and may take away, in its order, with the columns chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import TrackerError
from tracker.core.pages import Page
from tracker.lists.cells import Value
from tracker.lists.columns import Column
from tracker.lists.sheets import Sheet

MOST_ROWS = 50_000
ROWS_AT_ONCE = 1000

Concern = tuple[UUID | None, str]
"""What a row tells of: a case (None: of none) and how confidential that is."""


class TooManyRows(TrackerError):
    """The list has more than MOST_ROWS."""


class FreshSignInNeeded(TrackerError):
    """Rows of members-only cases leave the house only soon after the password was given (product/access.md)."""


class SecondPersonNeeded(TrackerError):
    """More cases than one person takes out of the house alone within a day (product/access.md)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A list to write out. `page_of(cursor, size)` reads on; `value_of(line, key)` gives one cell."""

    area: str
    columns: Sequence[Column]
    page_of: Callable[[str | None, int], Page[Any]]
    value_of: Callable[[Any, str], Value]
    concerns_of: Callable[[Any], Iterable[Concern]]
    filters: Sequence[str] = ()


@dataclass(slots=True)
class Written:
    """What went into the file. `highest`: the most confidential row; `left_out`: rows seen, but not to be taken.

    `cases`: how much of the house it is: the cases that its rows tell of, and the rows that tell of none.
    """

    count: int = 0
    left_out: int = 0
    highest: Level = Level.PUBLIC
    without_case: int = 0
    case_ids: set[UUID] = field(default_factory=set)

    @property
    def cases(self) -> int:
        return self.without_case + len(self.case_ids)

    def add(self, concerns: Sequence[Concern]) -> None:
        """Count a row."""
        case_ids = {case_id for case_id, _level in concerns if case_id}
        self.count += 1
        self.case_ids |= case_ids
        self.without_case += not case_ids
        self.highest = max([self.highest, *(Level(level) for _case, level in concerns)], key=lambda one: one.rank)


def write_list(
    session: Session,
    actor: Actor,
    source: Source,
    sheet: Sheet,
    *,
    is_fresh: bool,
    without_restricted: bool = False,
    most_cases: int | None = None,
    approval_id: UUID | None = None,
) -> Written:
    """Write every row that `actor` may export, of at most `most_cases`; nothing sealed when two persons agreed to it.

    Raises FreshSignInNeeded, SecondPersonNeeded, TooManyRows; nothing is recorded then.
    """
    written = Written()
    keys = [column.key for column in source.columns]
    for line, concerns, memberships in _lines(session, actor, source):
        allowed, needs_fresh = may_take(actor, concerns, memberships)
        is_kept_back = approval_id is not None and any(level == Level.SEALED for _case, level in concerns)
        if not allowed or is_kept_back or (needs_fresh and without_restricted):
            written.left_out += 1
            continue
        if needs_fresh and not is_fresh:
            raise FreshSignInNeeded("The password was given too long ago.")
        if written.count == MOST_ROWS:
            raise TooManyRows("The list is too long for one file.")
        written.add(concerns)
        if most_cases is not None and written.cases > most_cases:
            raise SecondPersonNeeded("Somebody else has to agree to so many.")
        sheet.add([source.value_of(line, key) for key in keys])
    told: dict[str, Any] = {"area": source.area, "count": written.count, "filters": sorted(source.filters)}
    told |= {"cases": written.cases} | ({"approval": str(approval_id)} if approval_id else {})
    record(session, actor, "list.exported", "list", None, **told, left_out=written.left_out, format=sheet.ending)
    return written


def may_take(actor: Actor, concerns: Sequence[Concern], memberships: dict[UUID, MembershipKind]) -> tuple[bool, bool]:
    """Whether a row may be exported, and whether that needs a fresh sign-in."""
    decisions = [
        decide(actor, Action.EXPORT_LIST, level if case_id else None, memberships.get(case_id) if case_id else None)
        for case_id, level in concerns
    ] or [decide(actor, Action.EXPORT_LIST)]
    needs_fresh = any(one.needs_fresh_sign_in for one in decisions)
    needs_fresh = needs_fresh or any(case_id is None and Level(level).members_only for case_id, level in concerns)
    return all(one.allowed for one in decisions), needs_fresh


def _lines(
    session: Session, actor: Actor, source: Source
) -> Iterator[tuple[Any, list[Concern], dict[UUID, MembershipKind]]]:
    cursor: str | None = None
    while True:
        page = source.page_of(cursor, ROWS_AT_ONCE)
        told = [(line, list(source.concerns_of(line))) for line in page.rows]
        cases = {case_id for _line, concerns in told for case_id, _level in concerns if case_id}
        memberships = memberships_of(session, actor, cases)
        for line, concerns in told:
            yield line, concerns, memberships
        cursor = page.next_cursor
        session.flush()  # what was recorded before the first page must not be forgotten with the rows
        session.expunge_all()
        if cursor is None:
            return
