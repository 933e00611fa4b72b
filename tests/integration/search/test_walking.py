"""A common word is found in the newest entries that hold it, however many newer ones tell of something else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from tests.factories.case import make_case
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

MANY = """
    INSERT INTO search_event (object_id, case_id, own_level, on_day, words)
    SELECT gen_random_uuid(), :case_id, NULL, date '2020-01-01' + n,
           array_to_tsvector(ARRAY[CASE WHEN n > 6000 - :newer THEN 'silence' ELSE 'warrant' END])
      FROM generate_series(1, 6000) AS numbers (n)
    """
NEWEST = "SELECT object_id FROM search_event WHERE words @@ 'warrant'::tsquery ORDER BY on_day DESC LIMIT 6"
WHOLE_READS = """
    SELECT sum(pg_stat_get_xact_numscans(read))
      FROM unnest(ARRAY['search_event', 'ix_search_event_words']::regclass[]) AS reads (read)
    """
"""How often this transaction read the table from end to end, or asked the index of words."""


@pytest.mark.parametrize("newer", [0, 300, 5990])
def test_the_newest_entries_with_a_common_word_are_found_behind_newer_ones_without_it(
    act_as: ActAs, people: dict[str, Person], database_url: str, newer: int
) -> None:
    with act_as(OPERATOR) as session:
        case_id = make_case(session).id
    expected = _fill(database_url, case_id, newer)
    with act_as(people["legal_officer"]) as session:
        asked: Any = text("SELECT object_id FROM app_search('warrant', ARRAY['event'], 6)")
        assert list(session.scalars(asked)) == expected
    assert len(expected) == 6


def test_behind_some_newer_entries_the_common_word_is_found_without_asking_for_all_that_hold_it(
    act_as: ActAs, people: dict[str, Person], database_url: str
) -> None:
    with act_as(OPERATOR) as session:
        case_id = make_case(session).id
    expected = _fill(database_url, case_id, 300)
    with act_as(people["legal_officer"]) as session:
        found = list(session.scalars(text("SELECT object_id FROM app_search('warrant', ARRAY['event'], 6)")))
        assert found == expected
        assert session.scalar(text(WHOLE_READS)) == 0


def _fill(database_url: str, case_id: UUID, newer: int) -> list[UUID]:
    """6,000 entries, of which the `newer` newest are about something else; the ids that are to be found."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as owner:
        owner.execute(text(MANY), {"case_id": case_id, "newer": newer})
        owner.execute(text("ANALYZE search_event"))
        found = list(owner.scalars(text(NEWEST)))
    engine.dispose()
    return found
