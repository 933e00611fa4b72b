"""PostgreSQL holds need-to-know alone, and so does the application: each with the other taken away (ADR 0002).

The uses of the visibility rule are read from the code, so that a new query is looked at by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from tests.factories.person import acting
from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_trace import addresses, require_none
from tests.integration.access.differential.world import SECRET_WORDS, Shared
from tests.mutants.listing import Check, filters
from tests.mutants.reach import Place, noting
from tests.mutants.taking_away import taken_away
from tests.support.twins import UNASSURED, Twins
from tracker.interchange.exporting import export_dossier

SEARCHES = ("/search?q=", "/search/panel?q=", "/cases?q=", "/contacts?name=", "/follow-ups?q=", "/engagements?q=")
WHO = (UNASSURED, *(pytest.param(one, marks=pytest.mark.long) for one in ("head", "outside_counsel", "administrator")))
_TABLES = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


def questions(twins: Twins, shared: Shared) -> list[str]:
    """Every page about the open case and about the sealed one, and every word of the sealed one looked for."""
    assert shared.sealed is not None
    pages = [path for sample in (shared.open, shared.sealed) for path in addresses(twins, sample, "GET")]
    return list(dict.fromkeys(pages)) + [place + word for place in SEARCHES for word in SECRET_WORDS]


@pytest.mark.parametrize("visitor", WHO)
def test_no_page_and_no_search_shows_a_trace_without_any_filter(twins: Twins, shared: Shared, visitor: str) -> None:
    uses = filters()
    assert len(uses) > 150
    with taken_away(*uses):
        require_none([line for path in questions(twins, shared) for line in twins.differences(visitor, path)])


@pytest.fixture(scope="module")
def reached(pair: tuple[Twins, Shared]) -> dict[str, dict[Place, list[str]]]:
    """For the head and for the member without a passkey: which questions run through which function."""
    twins, shared = pair
    found: dict[str, dict[Place, list[str]]] = {visitor: defaultdict(list) for visitor in ("head", UNASSURED)}
    for visitor, by_place in found.items():
        for path in questions(twins, shared):
            places: set[Place] = set()
            with noting(places):
                twins.ask(visitor, path)
            for place in places:
                by_place[place].append(path)
    return found


@pytest.mark.long
@pytest.mark.parametrize("use", filters(), ids=str)
def test_each_filter_taken_away_alone_shows_no_trace(
    twins: Twins, reached: dict[str, dict[Place, list[str]]], use: Check
) -> None:
    with taken_away(use):
        for visitor, by_place in reached.items():
            paths = islice(by_place[use.path, use.function], 12)
            require_none([line for path in paths for line in twins.differences(visitor, path)])


@pytest.fixture(scope="module")
def unprotected(
    cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Twins, Shared]]:
    """Two copies as elsewhere, but PostgreSQL shows every row to whoever asks."""
    name = f"bare_{worker_name}"
    with made_pair(cluster, name, tmp_path_factory.mktemp("unprotected")) as pair:
        for half in ("without", "having"):
            with cluster.superuser(f"{name}_{half}") as connection:
                for (table,) in connection.execute(_TABLES).fetchall():
                    connection.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        yield pair


@pytest.mark.parametrize("visitor", WHO)
def test_no_page_and_no_search_shows_a_trace_without_row_level_security(
    unprotected: tuple[Twins, Shared], visitor: str
) -> None:
    twins, shared = unprotected
    require_none([line for path in questions(twins, shared) for line in twins.differences(visitor, path)])


@pytest.mark.parametrize("visitor", WHO)
def test_no_dossier_file_shows_a_trace_with_either_layer_alone(
    pair: tuple[Twins, Shared], unprotected: tuple[Twins, Shared], visitor: str
) -> None:
    require_same_file(unprotected[0], visitor)
    with taken_away(*filters()):
        require_same_file(pair[0], visitor)


def require_same_file(twins: Twins, visitor: str) -> None:
    who = replace(acting(twins.visitors[visitor]), is_assured=visitor != UNASSURED)
    with twins.without.app_context(), twins.acting(who) as (first, second):
        assert export_dossier(first, who) == export_dossier(second, who)
