from __future__ import annotations

import pytest

from tracker.cases.vague_text import read_vague


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
        "14/3/2026",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_vague(typed)
