"""Who records meetings, at which level, and who lowers it: the matrix, asked for each case concerned."""

from __future__ import annotations

from uuid import UUID

import pytest

from tracker.access.levels import MembershipKind
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR, Actor, person_actor
from tracker.engagements.policy import leads_to_lower, least_level, may_have_level, may_lower, may_record

OPEN, RESTRICTED = Case(id=UUID(int=1), level="internal"), Case(id=UUID(int=2), level="restricted")
LEAD, MEMBER, READER = MembershipKind.LEAD, MembershipKind.MEMBER, MembershipKind.READER


def somebody(role: str) -> Actor:
    return person_actor(UUID(int=7), frozenset({role}))


@pytest.mark.parametrize(
    ("role", "allowed"), [("legal_officer", True), ("coordinator", True), ("head", False), ("outside_counsel", False)]
)
def test_without_a_case_it_goes_by_role(role: str, allowed: bool) -> None:
    assert may_record(somebody(role), [], {}).allowed is allowed
    assert may_lower(somebody(role), "sealed", "internal", [], {}).allowed is allowed


def test_it_is_recorded_by_whoever_may_on_each_of_the_cases() -> None:
    officer = somebody("legal_officer")
    assert may_record(officer, [OPEN], {})
    assert may_record(officer, [OPEN, RESTRICTED], {RESTRICTED.id: MEMBER})
    assert not may_record(officer, [OPEN, RESTRICTED], {RESTRICTED.id: READER})
    assert not may_record(officer, [RESTRICTED, OPEN], {})


def test_it_is_as_secret_as_somebody_may_still_see_it() -> None:
    officer = somebody("legal_officer")
    assert may_have_level(officer, "internal", [], {})
    assert may_have_level(OPERATOR, "sealed", [], {})
    assert "needs a case" in str(may_have_level(officer, "restricted", [], {}).reason)
    assert "member of none" in str(may_have_level(officer, "restricted", [OPEN], {}).reason)
    assert may_have_level(officer, "restricted", [RESTRICTED, OPEN], {OPEN.id: READER})


def test_it_is_made_less_secret_by_a_lead_of_one_of_its_cases() -> None:
    officer = somebody("legal_officer")
    assert may_lower(officer, "restricted", "internal", [OPEN, RESTRICTED], {RESTRICTED.id: LEAD})
    assert may_lower(officer, "restricted", "internal", [RESTRICTED, OPEN], {RESTRICTED.id: LEAD})
    assert not may_lower(
        officer, "restricted", "internal", [OPEN, RESTRICTED], {RESTRICTED.id: MEMBER, OPEN.id: MEMBER}
    )
    assert not may_lower(officer, "internal", "public", [RESTRICTED], {})


def test_what_is_sealed_is_made_less_secret_by_two_persons_whichever_of_its_cases_is_led() -> None:
    officer = somebody("legal_officer")
    for cases in ([OPEN, RESTRICTED], [RESTRICTED, OPEN]):
        assert may_lower(officer, "sealed", "internal", cases, {RESTRICTED.id: LEAD}).needs_second_person


def test_a_lead_of_one_of_its_cases_is_offered_to_lower_what_is_more_secret_than_all_of_them() -> None:
    officer = somebody("legal_officer")
    assert leads_to_lower(officer, "sealed", [OPEN, RESTRICTED], {OPEN.id: LEAD})
    assert not leads_to_lower(officer, "restricted", [OPEN, RESTRICTED], {OPEN.id: LEAD})
    assert not leads_to_lower(officer, "sealed", [OPEN, RESTRICTED], {OPEN.id: MEMBER})
    assert not leads_to_lower(officer, "sealed", [], {})


def test_it_is_at_least_as_secret_as_its_cases() -> None:
    assert least_level([]) == "internal"
    assert least_level([OPEN, RESTRICTED]) == "restricted"
