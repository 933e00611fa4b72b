"""Fixtures of the tests of charges, on one case or in the list of all."""

from __future__ import annotations

import pytest

from tests.factories.case import make_case
from tests.factories.charge import OPENED
from tests.support.acting import ActAs, act_as, as_officer, client_of, officer, people
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR

__all__ = ["act_as", "as_officer", "client_of", "officer", "people"]


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    """An open investigation that the officer leads."""
    with act_as(OPERATOR) as session:
        return make_case(session, OPENED, pathway="universal_jurisdiction", lead=officer)
