"""PostgreSQL holds need-to-know alone: with every filter of the application taken away a sealed case leaves no trace.

All are taken away at once: whatever a single forgotten filter would show is among what all of them show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import pytest
from sqlalchemy import select, true

from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_trace import addresses, require_none
from tests.integration.access.differential.world import SECRET_WORDS, Shared
from tests.support.twins import UNASSURED, Twins
from tracker.access import visibility
from tracker.access.models import CaseMembership
from tracker.contacts import compartments
from tracker.contacts import queries as contacts
from tracker.contacts.models import Contact, Organisation
from tracker.core.actor import NOBODY


def _of_one(actor: Any) -> Any:
    return true()


def _of_two(actor: Any, model: Any) -> Any:
    return true()


def _of_three(actor: Any, level: Any, case_id: Any) -> Any:
    return true()


def _of_anybody(actor: Any) -> Any:
    return select(CaseMembership.case_id)


def _every_organisation(actor: Any) -> Any:
    return select(Organisation)


REMOVED: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
    (visibility.sees, _of_three),
    (visibility.sees_own_level, _of_three),
    (visibility.member_case_ids, _of_anybody),
    (compartments.in_own_compartment, _of_two),
    (compartments.seen_by_role_or_compartment, _of_two),
    (contacts._sees, _of_one),
    (contacts.visible_organisations, _every_organisation),
)
"""Filters, and what stands in their place. Their code is changed, since callers hold the functions by name."""

WHO = (UNASSURED, *(pytest.param(one, marks=pytest.mark.long) for one in ("head", "outside_counsel", "administrator")))


@pytest.fixture(scope="module")
def pair(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twins, Shared]]:
    """Of this module alone: its actors' statements are kept without filters."""
    with made_pair(cluster, f"filters_{worker_name}", tmp_path_factory.mktemp("twins")) as pair:
        yield pair


@pytest.fixture
def without_filters() -> Iterator[None]:
    """Statements are kept by actor, and these actors are this module's alone, so nothing kept was made with filters."""
    kept: list[tuple[Any, CodeType]] = [(filter_, filter_.__code__) for filter_, _instead in REMOVED]
    for filter_, instead in REMOVED:
        filter_.__code__ = instead.__code__
    yield
    for filter_, code in kept:
        filter_.__code__ = code


@pytest.mark.usefixtures("without_filters")
@pytest.mark.parametrize("visitor", WHO)
def test_no_page_and_no_search_shows_a_trace_without_any_filter(twins: Twins, shared: Shared, visitor: str) -> None:
    assert shared.sealed is not None
    assert str(compartments.in_own_compartment(NOBODY, Contact)) == str(true())
    faults = []
    for sample in (shared.sealed, shared.open)[: 1 if visitor == UNASSURED else 2]:
        for path in dict.fromkeys(addresses(twins, sample, "GET")):
            faults += twins.differences(visitor, path)
    for word in SECRET_WORDS:
        for place in ("/search?q=", "/cases?q=", "/contacts?name=", "/follow-ups?q="):
            faults += twins.differences(visitor, place + word)
    require_none(faults)
