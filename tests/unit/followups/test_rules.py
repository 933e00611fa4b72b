from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.access.levels import kept_level
from tracker.followups.rules import (
    clean_line,
    event_of_period,
    handed_level,
    next_due,
    next_occurrence,
    own_level,
)

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("level", "case_level", "stored"),
    [
        (None, "internal", None),
        ("", "sealed", None),
        ("public", "internal", None),
        ("internal", "internal", None),
        ("restricted", "internal", "restricted"),
        ("sealed", "restricted", "sealed"),
        ("restricted", "sealed", None),
    ],
)
def test_a_level_is_kept_only_where_it_says_more_than_the_case(
    level: str | None, case_level: str, stored: str | None
) -> None:
    assert own_level(level, case_level) == stored


def test_occurrences_of_a_period_have_keys_of_their_own() -> None:
    keys = ["0199"]
    for _number in range(3):
        keys.append(next_occurrence(keys[-1]))
    assert keys == ["0199", "0199#2", "0199#3", "0199#4"]
    assert {event_of_period(key) for key in keys} == {"0199"}


@given(DAYS, DAYS, st.integers(1, 400))
def test_the_next_day_keeps_the_rhythm_and_lies_ahead(due_on: date, today: date, every_days: int) -> None:
    found = next_due(due_on, every_days, today)
    assert found > today or found == due_on + timedelta(days=every_days)
    assert (found - due_on).days % every_days == 0
    assert found - max(due_on, today) <= timedelta(days=every_days)


def test_without_a_day_the_rhythm_starts_today() -> None:
    assert next_due(None, 30, date(2026, 1, 1)) == date(2026, 1, 31)


def test_a_title_is_one_clean_line() -> None:
    assert clean_line("  Write\x00\r\n the\tnote ") == "Write the note"


@pytest.mark.parametrize(
    ("level", "case_level", "stored"),
    [
        ("sealed", "sealed", "sealed"),
        ("restricted", "sealed", "restricted"),
        ("internal", "internal", None),
        ("internal", "public", "internal"),
        (None, "sealed", None),
    ],
)
def test_work_is_as_secret_as_what_it_comes_from(level: str | None, case_level: str, stored: str | None) -> None:
    assert handed_level(level, case_level) == stored


@pytest.mark.parametrize(
    ("stands", "case_level", "kept"),
    [
        ("sealed", "sealed", "sealed"),
        ("restricted", "sealed", "restricted"),
        ("sealed", "restricted", None),
        (None, "sealed", None),
    ],
)
def test_an_own_level_stays_while_the_case_says_as_much(stands: str | None, case_level: str, kept: str | None) -> None:
    assert kept_level(stands, case_level) == kept
