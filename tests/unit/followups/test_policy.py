"""Who may do what with a follow-up: the matrix at the higher of two levels, and what being its assignee adds."""

from __future__ import annotations

from uuid import UUID

import pytest

from tracker.access.levels import MembershipKind
from tracker.cases.models import Case
from tracker.core.actor import NOBODY, Actor, person_actor
from tracker.followups.models import FollowUp
from tracker.followups.policy import may_create, may_edit, may_lower, may_progress

CASE = Case(id=UUID(int=1), level="internal")
ME, OTHER = UUID(int=7), UUID(int=8)
READER, MEMBER, LEAD = MembershipKind.READER, MembershipKind.MEMBER, MembershipKind.LEAD


def somebody(role: str) -> Actor:
    return person_actor(ME, frozenset({role}))


def work(assignee: UUID | None, level: str | None = None) -> FollowUp:
    return FollowUp(case_id=CASE.id, title="Call", assignee_id=assignee, level=level)


def test_it_is_made_and_changed_by_whoever_organises() -> None:
    assert may_create(somebody("coordinator"), CASE, None)
    assert may_edit(somebody("coordinator"), CASE, work(OTHER), None)
    assert not may_create(somebody("head"), CASE, None)
    assert not may_edit(somebody("head"), CASE, work(OTHER), None)


def test_its_own_level_counts_where_that_is_higher() -> None:
    assert may_edit(somebody("coordinator"), CASE, work(OTHER, "restricted"), None).hidden
    assert may_progress(somebody("coordinator"), CASE, work(OTHER, "restricted"), None).hidden
    assert may_edit(somebody("coordinator"), CASE, work(OTHER, "restricted"), MEMBER)


@pytest.mark.parametrize(("assignee", "allowed"), [(ME, True), (OTHER, False), (None, False)])
def test_its_assignee_gets_on_with_it_and_nobody_else_does_for_that(assignee: UUID | None, allowed: bool) -> None:
    assert may_progress(somebody("head"), CASE, work(assignee), None).allowed is allowed
    assert may_progress(somebody("outside_counsel"), CASE, work(assignee), READER).allowed is allowed
    assert not may_edit(somebody("head"), CASE, work(assignee), None)


def test_what_is_nobodys_is_not_for_nobody_to_do() -> None:
    assert not may_progress(NOBODY, CASE, work(None), None)


def test_an_assignee_who_sees_it_no_more_does_nothing_with_it() -> None:
    assert may_progress(somebody("head"), CASE, work(ME, "sealed"), None).hidden


def test_a_lead_lowers_what_is_more_secret_than_its_case_and_nobody_else_does() -> None:
    assert may_lower(somebody("legal_officer"), CASE, work(OTHER, "restricted"), LEAD)
    assert not may_lower(somebody("legal_officer"), CASE, work(OTHER, "restricted"), MEMBER)
    assert not may_lower(somebody("legal_officer"), CASE, work(OTHER), LEAD)
