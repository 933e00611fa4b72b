"""What is known of limitation, and when somebody has to look again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from tracker.clocks.words import CERTAINTY_WORDS
from tracker.core.countries import COUNTRY_CODES
from tracker.limitation.models import CRIMES
from tracker.limitation.rules import ICC, Acted, counted, provision_for, provisions, to_recheck

CORE = {"genocide", "crimes_against_humanity", "war_crimes"}


@pytest.mark.parametrize(
    ("jurisdiction", "source", "certainty"),
    [
        ("ICC", "Rome Statute Art. 29", "V"),
        ("PL", "Criminal Code of Poland Art. 105 §1", "K"),
        ("LT", "Criminal Code of Lithuania Art. 95", "K"),
        ("DE", "VStGB §5 (Germany)", "K"),
        ("CZ", "Criminal Code of Czechia §35", "K"),
        ("CH", "Swiss Criminal Code Art. 101", "K"),
    ],
)
def test_core_crimes_know_no_limitation_where_the_domain_pages_say_so(
    jurisdiction: str, source: str, certainty: str
) -> None:
    for crime in CORE:
        found = provision_for(jurisdiction, crime)
        assert found is not None and (found.source, found.certainty) == (source, certainty)


def test_nothing_is_offered_for_other_offences_or_other_countries() -> None:
    assert not [one for one in provisions() if one.crimes & {"torture", "ordinary"}]
    assert provision_for("UA", "genocide") is None
    assert provision_for("PL", "aggression") is None
    assert provision_for(ICC, "aggression") is not None
    for one in provisions():
        assert one.crimes <= set(CRIMES) and one.certainty in CERTAINTY_WORDS
        assert one.jurisdictions <= COUNTRY_CODES | {ICC}


@pytest.mark.parametrize(
    ("counted_from", "amount", "unit", "last"),
    [
        (date(2010, 8, 9), 15, "years", date(2025, 8, 9)),
        (date(2020, 2, 29), 5, "years", date(2025, 2, 28)),
        (date(2020, 8, 31), 6, "months", date(2021, 2, 28)),
    ],
)
def test_a_period_that_somebody_read_is_counted(counted_from: date, amount: int, unit: str, last: date) -> None:
    found = counted(counted_from, amount, unit)
    assert found is not None and found.due_on == last and found.legs[0].day == counted_from


def test_what_was_entered_after_the_last_look_asks_for_another() -> None:
    looked = datetime(2026, 3, 1, tzinfo=UTC)
    old, act, pause = (Acted(uuid4(), datetime(2026, month, 1, tzinfo=UTC)) for month in (2, 5, 4))
    assert to_recheck("date", looked, [old, act, pause]) == [pause.id, act.id]
    assert to_recheck("unknown", looked, [pause]) == [pause.id]
    assert to_recheck("none", looked, [act, pause]) == ()
    assert to_recheck("date", pause.entered_at, [pause]) == []


def test_what_the_last_look_counted_with_and_turned_out_wrong_asks_for_another() -> None:
    looked = datetime(2026, 3, 1, tzinfo=UTC)
    early, entered, struck = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 4, 5))
    known, never_known = Acted(uuid4(), early, struck), Acted(uuid4(), entered, struck)
    assert to_recheck("date", looked, [known, never_known]) == [known.id]
    assert to_recheck("date", struck, [known]) == [], "the look that came after knew it"
    assert to_recheck("none", looked, [known]) == ()
