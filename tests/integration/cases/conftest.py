"""Committed people and cases, and sessions that act as somebody."""

from __future__ import annotations

import pytest

from tests.support.acting import act_as, client_of, people
from tracker.accounts.models import Person

__all__ = ["act_as", "client_of", "officer", "people"]


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["legal_officer"]
