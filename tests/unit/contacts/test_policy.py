"""Who records contacts, changes them, makes one of two, and reads what is private of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from tracker.access.policy import Decision
from tracker.contacts.policy import may_edit, may_edit_organisation, may_merge, may_record, may_see_private
from tracker.core.actor import NOBODY, OPERATOR, Actor, person_actor

Asked = Callable[[Actor], Decision | bool]
ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")
WORKERS = {"legal_officer", "coordinator"}
READERS = {*WORKERS, "head", "outside_counsel"}


def those_who_may(asked: Asked) -> set[str]:
    return {role for role in ROLES if asked(person_actor(UUID(int=7), frozenset({role})))}


@pytest.mark.parametrize(
    "asked",
    [
        partial(may_record, works_on_a_case=False),
        partial(may_edit, works_with_contact=False),
        partial(may_see_private, is_member_with_contact=False),
        may_edit_organisation,
        may_merge,
    ],
)
def test_by_role_legal_officers_and_coordinators(asked: Asked) -> None:
    assert those_who_may(asked) == WORKERS
    assert asked(OPERATOR)
    assert not asked(NOBODY)


@pytest.mark.parametrize(
    "asked",
    [
        partial(may_record, works_on_a_case=True),
        partial(may_edit, works_with_contact=True),
        partial(may_see_private, is_member_with_contact=True),
    ],
)
def test_on_a_case_whoever_reads_cases_at_all(asked: Asked) -> None:
    assert those_who_may(asked) == READERS
    assert not asked(NOBODY)
