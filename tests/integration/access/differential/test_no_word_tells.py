"""What offers itself while one types, and what a reference or a name in an address brings: the same for every word."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.integration.access.differential.test_no_trace import at_once, require_none
from tests.integration.access.differential.world import SECRET_WORDS, SHARED_WORDS, Shared
from tests.support.twins import UNASSURED, Twins

OFFERING = (
    *("/search?q={}", "/search/panel?q={}", "/contacts/alike?name={}", "/subjects?q={}"),
    *(f"/engagements/names?kind={kind}&q={{}}" for kind in ("contact", "side", "case")),
    *("/follow-ups/line?line={}", "/follow-ups/line?title=Something&case={}", "/follow-ups/new?case={}"),
)
"""Where one types a word, letter by letter."""
NAMED = (
    *("/cases/{}", "/cases/{}/events/new", "/cases/{}/members", "/cases/{}/comments/people", "/cases/{}/trail"),
    *("/ledger?case={}", "/audit?case={}", "/engagements?case={}", "/engagements/new?case={}", "/commitments?q={}"),
    *("/search?q={}&kind=case", "/search?q={}&kind=contact", "/search?q={}&pathway=country_accession"),
    *("/search?q={}&from=2026-01-01", "/cases?q={}&sort=activity", "/follow-ups?case={}", "/cases/{}/merge"),
)
"""Where a reference or a name stands in an address."""


@pytest.mark.parametrize("visitor", at_once("coordinator"))
def test_a_few_letters_of_a_secret_bring_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    require_none(_asked(twins, visitor, OFFERING, ["Quick", "Ada S", _reference(shared)[:-1], _reference(shared)]))


@pytest.mark.long
@pytest.mark.parametrize("visitor", ["head", "legal_officer", "outside_counsel", UNASSURED])
def test_every_beginning_of_every_secret_brings_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    words = [*SECRET_WORDS, "Ada Shadowkeeper", "Vault keeper", "Vault letter", _reference(shared)]
    require_none(_asked(twins, visitor, OFFERING, list(dict.fromkeys(_beginnings(words)))))


@pytest.mark.parametrize("visitor", at_once("coordinator"))
def test_every_name_in_an_address_brings_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    words = [_reference(shared), _reference(shared)[:-1] + "2"]
    require_none(_asked(twins, visitor, NAMED, words))


@pytest.mark.long
@pytest.mark.parametrize("visitor", ["head", "coordinator", "legal_officer", "administrator", UNASSURED])
def test_every_secret_in_an_address_brings_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    require_none(_asked(twins, visitor, NAMED, [*SECRET_WORDS, *SHARED_WORDS, _reference(shared).lower()]))


def _reference(shared: Shared) -> str:
    assert shared.sealed is not None
    return shared.sealed.case.reference


def _beginnings(words: list[str]) -> Iterator[str]:
    for word in words:
        yield from (word[:length] for length in range(1, len(word) + 1))


def _asked(twins: Twins, visitor: str, places: tuple[str, ...], words: list[str]) -> list[str]:
    paths = [place.format(quote(word, safe="")) for word in words for place in places]
    return [line for path in paths for line in twins.differences(visitor, path)]
