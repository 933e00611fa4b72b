"""Overview and workload count what the reader may see, and nothing else; every number leads to what it counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.cases.stalled import is_stalled
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.pages.counts import case_counts, changed_since, stalled_count, workload

__all__ = ["act_as", "client_of", "people"]

People = dict[str, Person]
TODAY = clock.today()
PAST = TODAY - timedelta(days=400)
ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator", "other")


@pytest.fixture
def cases(act_as: ActAs, people: People) -> dict[str, Case]:
    """Cases of every level: most led by the other, two read by counsel, one whose only member is an administrator."""
    with act_as(OPERATOR) as session:
        made = {level: make_case(session, level=level, lead=people["other"], title=level) for level in
                ("public", "internal", "restricted", "sealed")}  # fmt: skip
        made["removed"] = make_case(session, title="removed", lead=people["other"])
        made["removed"].removed_at = clock.now()
        made["supports"] = make_case(session, (("considering", "2025-03-01"), ("political_support", "2025-04-01")))
        made["alone"] = make_case(session, level="sealed", title="alone")
        join(session, made["restricted"], people["outside_counsel"], "reader")
        join(session, made["public"], people["outside_counsel"], "reader")
        join(session, made["alone"], people["administrator"], "lead")
        ended = join(session, made["sealed"], people["legal_officer"])
        ended.ended_at = clock.now()
        for number, case in enumerate(made.values()):
            case.last_event_on = PAST if number % 2 else TODAY
            for own in (None, "sealed"):
                make_follow_up(session, case, people["head"], due_on=TODAY + timedelta(days=number - 3), level=own)
            make_follow_up(session, case, None, status="waiting")
            make_follow_up(session, case, people["other"], status="done")
    return made


@pytest.mark.parametrize("role", ROLES)
def test_the_functions_count_what_a_query_finds(
    act_as: ActAs, people: People, cases: dict[str, Case], role: str
) -> None:
    actor = acting(people[role])
    with act_as(people[role]) as session:
        seen = visible_cases(actor).with_only_columns(Case.pathway, Case.phase, func.count())
        expected = {(row[0], row[1]): row[2] for row in session.execute(seen.group_by(Case.pathway, Case.phase))}
        assert case_counts(session) == expected
        silent = visible_cases(actor).where(is_stalled(TODAY))
        assert stalled_count(session, TODAY) == len(session.scalars(silent).all())
        work = visible_follow_ups(actor).with_only_columns(FollowUp.assignee_id, func.count()).where(IS_ACTIVE)
        counted = {load.person_id: load.active for load in workload(session, TODAY)}
        found = {row[0]: row[1] for row in session.execute(work.group_by(FollowUp.assignee_id))}
        assert counted == (found if actor.is_staff else {})


def test_sealed_cases_count_for_their_members_only(act_as: ActAs, people: People, cases: dict[str, Case]) -> None:
    totals = {}
    for role in ROLES:
        with act_as(people[role]) as session:
            totals[role] = sum(case_counts(session).values())
    assert totals == {
        "legal_officer": 3, "coordinator": 3, "head": 3, "outside_counsel": 2, "administrator": 0, "other": 5,
    }  # fmt: skip


def test_workload_tells_late_from_soon_and_waiting(act_as: ActAs, people: People) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        case = make_case(session)
        for offset in (-400, -1, 0, 14, 15):
            make_follow_up(session, case, head, due_on=TODAY + timedelta(days=offset))
        make_follow_up(session, case, head, status="waiting")
    with act_as(head) as session:
        (load,) = workload(session, TODAY)
        names = set(session.scalars(select(Person.name).where(Person.id == load.person_id)))
    assert (load.active, load.overdue, load.soon, load.waiting) == (6, 2, 2, 1) and {load.name} == names


def test_what_changed_is_told_once_for_each_case_and_not_of_sealed_ones(
    act_as: ActAs, people: People, cases: dict[str, Case]
) -> None:
    week = clock.now() - timedelta(days=7)
    for role, seen in (("legal_officer", 3), ("other", 5), ("outside_counsel", 2)):
        with act_as(people[role]) as session:
            found = changed_since(session, acting(people[role]), week)
            assert len(found) == len({one.case_reference for one in found}) == seen
            assert changed_since(session, acting(people[role]), clock.now() + timedelta(minutes=1)) == []
    with act_as(people["legal_officer"]) as session:
        changes = changed_since(session, acting(people["legal_officer"]), week)
    assert {one.status for one in changes} == {"considering", "political_support"}


def test_numbers_are_links_and_zero_is_none(
    act_as: ActAs, people: People, cases: dict[str, Case], client_of: ClientOf
) -> None:
    client = client_of(people["legal_officer"])
    page = client.get("/overview").get_data(as_text=True)
    matrix = page[page.index('id="matrix"') : page.index('id="changed"')]
    addresses = re.findall(r'href="(/cases\?[^"]+)"', matrix)
    assert addresses and not re.findall(r"<a[^>]*>0</a>", matrix) and "sealed" not in matrix
    numbers = re.findall(r'<a href="/cases\?pathway=country_accession&amp;phase=open"[^>]*>(\d+)</a>', matrix)
    assert numbers == ["3"]
    listed = client.get("/cases?pathway=country_accession&phase=open").get_data(as_text=True)
    for case in (cases["public"], cases["internal"], cases["supports"]):
        assert case.reference in listed
    assert client.get("/workload").status_code == 200
