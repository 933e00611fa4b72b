"""Who leads, works on and reads a case. What a file leaves out stays; the last lead of a closed circle stays, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.access.levels import Level
from tracker.access.models import CaseMembership
from tracker.access.policy import Action, decide
from tracker.access.visibility import is_current
from tracker.cases.happened import MembershipChanged
from tracker.core import clock
from tracker.core.events import announce
from tracker.core.ids import new_id
from tracker.interchange.findings import at_key
from tracker.interchange.schema import CaseObject
from tracker.interchange.writing.work import Work

REASON = "Named in an imported dossier"

Standing = dict[UUID, CaseMembership]
"""Current memberships of one case by person."""


def write_members(work: Work, cases: list[CaseObject], recorded: Container[str]) -> dict[str, bool]:
    """Needs the case rows to be in the database. Whether anything changed, by the ref of the case.

    `recorded` holds the refs of the cases that stood here before: there somebody may wait to be told.
    """
    standing = _standing(work, [work.rows.get("cases", case.ref).id for case in cases])
    wished = {
        case.ref: _wished(work, case, standing[work.rows.get("cases", case.ref).id], is_new=case.ref not in recorded)
        for case in cases
    }
    changed = {case.ref: _end_others(work, case, wished[case.ref], standing) for case in cases}
    work.session.flush()  # one current membership each: the old one must have ended before the new one begins
    gained: list[tuple[UUID, UUID]] = []
    for case in cases:
        case_id = work.rows.get("cases", case.ref).id
        given = [person for person, kind in wished[case.ref].items() if _give(work, case_id, person, kind, standing)]
        changed[case.ref] |= bool(given)
        gained += [(case_id, person) for person in given if case.ref in recorded]
    work.session.flush()
    for case_id, person in gained:
        announce(work.session, MembershipChanged(case_id, person, work.actor))
    return changed


def _standing(work: Work, case_ids: list[UUID]) -> dict[UUID, Standing]:
    found: dict[UUID, Standing] = defaultdict(dict)
    of_cases = CaseMembership.case_id == any_(cast(case_ids, ARRAY(Uuid)))
    for row in work.session.scalars(select(CaseMembership).where(of_cases, is_current())):
        found[row.case_id][row.person_id] = row
    return found


def _permitted(work: Work, case: CaseObject, standing: Standing, wished: dict[UUID, str]) -> dict[UUID, str]:
    """What is wished; what stands, where the acting person may not change it, which is a fault."""
    row = work.rows.get("cases", case.ref)
    now = {person_id: str(membership.kind) for person_id, membership in standing.items()}
    if wished == now or decide(work.actor, Action.MANAGE_MEMBERS, row.level, work.memberships.get(row.id)).allowed:
        return wished
    key = "members" if "members" in case.given else "lead"
    work.findings.error(at_key(case.path, key), "you may not change who works on this case")
    return now


def _wished(work: Work, case: CaseObject, standing: Standing, *, is_new: bool) -> dict[UUID, str]:
    """Person and kind of every membership that the case will have."""
    wished = {person_id: row.kind for person_id, row in standing.items()}
    if "members" in case.given and case.members is None:
        wished = {person_id: kind for person_id, kind in wished.items() if kind == "lead"}
    for member in case.members or ():
        person_id = work.member(member.user)
        if person_id is not None:
            wished[person_id] = member.kind or wished.get(person_id, "member")
    wished = _with_lead(work, case, wished, standing)
    if not is_new:
        return _permitted(work, case, standing, wished)
    person_id = work.actor.person_id
    if "lead" not in wished.values() and person_id is not None:
        wished.setdefault(person_id, "lead")  # whoever opens a case leads it
    return wished


def _with_lead(work: Work, case: CaseObject, wished: dict[UUID, str], standing: Standing) -> dict[UUID, str]:
    row = work.rows.get("cases", case.ref)
    lead = work.member(case.lead)
    if lead is not None and not (row.lead_id == lead and wished.get(lead) == "lead"):
        if row.lead_id in wished and row.lead_id in standing:
            wished[row.lead_id] = "member"
        wished[lead] = "lead"
    if "lead" in case.given and case.lead is None and row.lead_id in wished:
        if Level(row.level).members_only and list(wished.values()).count("lead") == 1:
            work.findings.gap(
                at_key(case.path, "lead"), "the last lead of a case of this level stays until another is named"
            )
        else:
            wished[row.lead_id] = "member"
    return wished


def _end_others(work: Work, case: CaseObject, wished: dict[UUID, str], standing: dict[UUID, Standing]) -> bool:
    """End what is no longer wished in that kind; a new kind is a new membership, both are kept."""
    changed = False
    case_id = work.rows.get("cases", case.ref).id
    for person_id, row in list(standing[case_id].items()):
        if wished.get(person_id) == row.kind:
            continue
        row.ended_at, row.ended_by_id = clock.now(), work.actor.person_id
        del standing[case_id][person_id]
        changed = True
        if person_id not in wished:
            work.session.flush()
            announce(work.session, MembershipChanged(case_id, person_id, work.actor))
    return changed


def _give(work: Work, case_id: UUID, person_id: UUID, kind: str, standing: dict[UUID, Standing]) -> bool:
    if person_id in standing[case_id]:
        return False
    row = CaseMembership(
        id=new_id(),
        case_id=case_id,
        person_id=person_id,
        kind=kind,
        reason=REASON,
        starts_at=func.now(),
        given_by_id=work.actor.person_id,
    )
    work.session.add(row)
    standing[case_id][person_id] = row
    return True
