"""The last steps for every case that changed: its projection, its activity, its place in the count and the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.access.models import CaseMembership
from tracker.access.visibility import is_current
from tracker.audit.services import record
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh_status
from tracker.cases.queries import in_order
from tracker.core import clock
from tracker.interchange.checking import CheckedCase
from tracker.interchange.writing.work import Work


def settle(
    work: Work,
    cases: list[CheckedCase],
    recorded: dict[str, bool],
    own: list[dict[str, bool]],
    history: dict[str, bool],
) -> None:
    """`recorded`: whether its row changed, for each case that stood here before; `own`, `history`: what else did."""
    touched: list[Case] = []
    for case in cases:
        ref = case.given.ref
        row = work.rows.get("cases", ref)
        is_new = ref not in recorded
        is_changed = recorded.get(ref, False) or any(part[ref] for part in own)
        work.tally.count("cases", is_new=is_new, is_changed=is_changed)
        if is_new or is_changed or history[ref]:
            touched.append(row)
            action = "case.imported" if is_new else "case.import_changed"
            record(work.session, work.actor, action, "case", row.id, case_id=row.id)
    work.session.flush()
    project_all(work, touched)


def project_all(work: Work, cases: Sequence[Case]) -> None:
    """Recompute the rows of many cases from two statements, by the one function that projects a case."""
    ids = [case.id for case in cases]
    leads, events = _leads(work, ids), _standing(work, ids)
    for case in cases:
        case.lead_id = leads.get(case.id)
        refresh_status(case, events[case.id])
        case.activity_at = clock.now()
    work.session.flush()


def _leads(work: Work, case_ids: list[UUID]) -> dict[UUID, UUID]:
    """The first current lead of each case."""
    of_cases = CaseMembership.case_id == any_(cast(case_ids, ARRAY(Uuid)))
    statement = select(CaseMembership.case_id, CaseMembership.person_id).where(
        of_cases, CaseMembership.kind == "lead", is_current()
    )
    first: dict[UUID, UUID] = {}
    for case_id, person_id in work.session.execute(statement.order_by(CaseMembership.starts_at, CaseMembership.id)):
        first.setdefault(case_id, person_id)
    return first


def _standing(work: Work, case_ids: list[UUID]) -> dict[UUID, list[CaseEvent]]:
    found: dict[UUID, list[CaseEvent]] = defaultdict(list)
    of_cases = CaseEvent.case_id == any_(cast(case_ids, ARRAY(Uuid)))
    statement = select(CaseEvent).where(of_cases, CaseEvent.voided_at.is_(None))
    for event in work.session.scalars(statement.order_by(*in_order())):
        found[event.case_id].append(event)
    return found
