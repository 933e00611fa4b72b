from __future__ import annotations

from datetime import date

import pytest

from tracker.cases.vague_text import read_vague, read_vague_or_near


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-14", "2026-03-14"),
        ("2026-3-4", "2026-03-04"),
        ("2026-03", "2026-03"),
        ("2026", "2026"),
        ("14 Mar 2026", "2026-03-14"),
        ("14. March 2026", "2026-03-14"),
        ("1st March, 2026", "2026-03-01"),
        ("  march   2026 ", "2026-03"),
        ("14.3.2026", "2026-03-14"),
        ("3.2026", "2026-03"),
        ("14/3/2026", "2026-03-14"),
        ("03/04/2026", "2026-04-03"),
        ("3/2026", "2026-03"),
        ("14.03.26", "2026-03-14"),
        ("14/3/26", "2026-03-14"),
        ("19.12.99", "1999-12-19"),
        ("14 сакавіка 2026", "2026-03-14"),
        ("14 сак 2026 г.", "2026-03-14"),
        ("Красавік 2022", "2022-04"),
        ("3 października 2025", "2025-10-03"),
        ("", None),
        ("   ", None),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: str, meant: str | None) -> None:
    assert read_vague(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "32 Mar 2026",
        "2026-02-30",
        "yesterday",
        "14 Foo 2026",
        "ma 2026",
        "marzipan 2026",
        "2026-13",
        "0000",
        "3/14/2026",
        "14.3/26",
        "3/26",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_vague(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yesterday", "2026-03-13"),
        ("учора", "2026-03-13"),
        ("wczoraj", "2026-03-13"),
        ("today", "2026-03-14"),
        ("3 days ago", "2026-03-11"),
        ("2 тыдні таму", "2026-02-28"),
        ("vor einem Monat", "2026-02-14"),
        ("-5", "2026-03-09"),
        ("March 2026", "2026-03"),
        ("", None),
    ],
)
def test_what_happened_lately_is_said_by_its_distance(typed: str, meant: str | None) -> None:
    assert read_vague_or_near(typed, date(2026, 3, 14)) == meant


@pytest.mark.parametrize("typed", ["friday", "1 Dec", "next month", "the day after"])
def test_words_that_would_mean_a_day_to_come_are_no_date_of_an_entry(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        read_vague_or_near(typed, date(2026, 3, 14))
