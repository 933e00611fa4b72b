"""The history: new entries in their place, changed ones voided and entered anew, all others untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tracker.access.levels import OPEN_LEVELS
from tracker.cases.happened import CaseEventRecorded, CaseEventVoided
from tracker.cases.models import Case, CaseEvent
from tracker.cases.order import beside, between
from tracker.core import clock
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.interchange.checking import CheckedCase
from tracker.interchange.event_content import columns_of
from tracker.interchange.matching import Entry
from tracker.interchange.writing.work import Work

VOID_REASON = "Entered anew by an import of a dossier"


@dataclass(frozen=True)
class Plan:
    """The entries of one case that are to be written, each with its place and the row that it replaces."""

    case: Case
    checked: CheckedCase
    rows: dict[object, CaseEvent]
    """Standing entries by id."""
    sees_all: bool = True
    """False: entries that the acting person can't see may hold any place, and must not show by a place being taken."""

    @property
    def changed(self) -> list[CaseEvent]:
        return [self.rows[entry.recorded.id] for entry in self.checked.history if entry.is_changed and entry.recorded]

    @property
    def is_empty(self) -> bool:
        return all(entry.recorded is not None and not entry.is_changed for entry in self.checked.history)

    def placed(self) -> Iterator[tuple[int, Entry, Decimal]]:
        """Each entry that must be written, with a place between its neighbours."""
        history = self.checked.history
        later = self._later_places()
        earlier: Decimal | None = None
        for index, entry in enumerate(history):
            if entry.recorded is not None and not entry.is_changed:
                earlier = self.rows[entry.recorded.id].place
                continue
            earlier = self._place(earlier, later[index])
            yield index, entry, earlier

    def _place(self, earlier: Decimal | None, later: Decimal | None) -> Decimal:
        place = between(earlier, later)
        return place if self.sees_all else beside(place, later)

    def _later_places(self) -> list[Decimal | None]:
        """For each index the place of the next entry that stays."""
        upcoming: Decimal | None = None
        places: list[Decimal | None] = []
        for entry in reversed(self.checked.history):
            places.append(upcoming)
            if entry.recorded is not None and not entry.is_changed:
                upcoming = self.rows[entry.recorded.id].place
        return places[::-1]


def write_events(work: Work, cases: list[CheckedCase]) -> dict[str, bool]:
    """Needs the case rows to be in the database. Whether the history changed, by the ref of the case."""
    plans = _plans(work, cases)
    voided = [(plan.case, row) for plan in plans.values() for row in plan.changed]
    for _case, row in voided:
        row.voided_at, row.voided_by_id, row.void_reason = clock.now(), work.actor.person_id, VOID_REASON
    work.session.flush()  # a place and a ref have one standing entry: the old one must go before the new one comes
    added = [(plan.case, row) for plan in plans.values() for row in _add(work, plan)]
    work.session.flush()
    _tell(work, voided, added)
    return {ref: not plan.is_empty for ref, plan in plans.items()}


def _plans(work: Work, cases: list[CheckedCase]) -> dict[str, Plan]:
    rows = {case.given.ref: work.rows.get("cases", case.given.ref) for case in cases}
    return {
        case.given.ref: Plan(
            row := rows[case.given.ref],
            case,
            {event.id: event for event in work.rows.events.get(row.id, [])},
            sees_all=work.actor.is_operator or row.level not in OPEN_LEVELS or row.id in work.memberships,
        )
        for case in cases
    }


def _add(work: Work, plan: Plan) -> list[CaseEvent]:
    version = plan.checked.definition.version if plan.checked.definition else 1
    for entry in plan.checked.history:
        if entry.given is not None:
            work.tally.count("events", is_new=entry.recorded is None, is_changed=entry.is_changed)
    rows = [
        CaseEvent(
            id=new_id(),
            case_id=plan.case.id,
            ref=_ref(entry),
            seq=_seq(entry, index),
            place=place,
            definition_version=version,
            entered_by_id=work.actor.person_id,
            replaces_id=entry.recorded.id if entry.recorded else None,
            **columns_of(entry, plan.checked.kinds.get(entry.given.path if entry.given else "")),
        )
        for index, entry, place in plan.placed()
    ]
    work.session.add_all(rows)
    return rows


def _ref(entry: Entry) -> str | None:
    given = entry.given.ref if entry.given else None
    return given or (entry.recorded.ref if entry.recorded else None)


def _seq(entry: Entry, index: int) -> int:
    return (entry.given.seq if entry.given else None) or index + 1


def _tell(work: Work, voided: list[tuple[Case, CaseEvent]], added: list[tuple[Case, CaseEvent]]) -> None:
    for case, row in voided:
        announce(work.session, CaseEventVoided(case.id, row.id, work.actor))
    for case, row in added:
        announce(work.session, CaseEventRecorded(case.id, row.id, work.actor, status_changed=row.status is not None))
