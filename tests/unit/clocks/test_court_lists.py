"""Holidays that a court publishes, entered year by year: they count for their year and for no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tracker.clocks.calendars import calendar_of, use_lists
from tracker.clocks.reckoning import reckon
from tracker.clocks.rulebook import own_rules
from tracker.core.errors import NotConfigured

ICC_2027 = """\
calendar: ICC
year: 2027
source: "a list made up for this test"
holidays: [2027-01-01, 2027-03-26, 2027-11-17]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    use_lists(None)


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_courts_own_list_takes_the_place_of_the_one_that_stood_in(folder: Path) -> None:
    appeal = own_rules()["icc_rpe_154_1"]
    assert reckon(appeal, date(2027, 11, 11)).latest_filing == date(2027, 11, 17)
    use_lists(written(folder, "icc-2027.yaml", ICC_2027))
    found = reckon(appeal, date(2027, 11, 11))
    assert (found.due_on, found.latest_filing) == (date(2027, 11, 16), date(2027, 11, 18))
    assert not found.calendar.is_holiday(date(2027, 4, 27)), "King's Day is no holiday of the Court"
    assert "2027: a list made up for this test" in found.calendar.source


def test_of_other_years_nothing_more_is_known_and_the_note_says_so(folder: Path) -> None:
    use_lists(written(folder, "icc-2027.yaml", ICC_2027))
    assert calendar_of("ICC").is_holiday(date(2026, 4, 27))
    assert calendar_of("ICC").is_holiday(date(2028, 4, 27))


@pytest.mark.parametrize(
    ("code", "day"),
    [("CJEU", date(2025, 5, 9)), ("EU", date(2025, 5, 9))],
)
def test_europe_day_counts_once_the_list_that_has_it_is_entered(folder: Path, code: str, day: date) -> None:
    assert not calendar_of(code).is_free(day)
    text = f"calendar: {code}\nyear: 2025\nsource: test\nholidays: [2025-05-09]\n"
    use_lists(written(folder, "list.yaml", text))
    assert calendar_of(code).is_free(day)
    assert calendar_of(code).is_free(date(2026, 12, 25)) is (code == "CJEU")


def test_without_lists_all_is_as_it_was(folder: Path) -> None:
    use_lists(written(folder, "icc-2027.yaml", ICC_2027))
    use_lists(None)
    assert calendar_of("ICC").is_holiday(date(2027, 4, 27))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ICC_2027.replace("2027-03-26", "2028-03-26"), "not in 2027: 2028-03-26"),
        (ICC_2027.replace("ICC", "PL"), "calendar"),
        (ICC_2027.replace("year: 2027", "year: soon"), "year"),
        (ICC_2027.replace("2027-03-26", "Friday"), "holidays"),
        (ICC_2027.replace("source:", "sauce:"), "source"),
        ("calendar: [", "no YAML"),
        ("", "list.yaml"),
    ],
)
def test_a_list_that_says_something_else_is_refused_with_its_file(folder: Path, text: str, says: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        use_lists(written(folder, "list.yaml", text))
    assert "list.yaml" in caught.value.message
    assert says in caught.value.message


def test_two_lists_for_one_year_are_refused(folder: Path) -> None:
    written(folder, "a.yaml", ICC_2027)
    with pytest.raises(NotConfigured, match="a second list of ICC for 2027"):
        use_lists(written(folder, "b.yaml", ICC_2027))
