"""A follow-up in one line: what belongs to the case, to the person, to the day, and to what is to be done."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.followups.dates import NotADay, read_day
from tracker.followups.one_line import CASE, PERSON, Line, longest, names_fitting, read_line

TODAY = date(2026, 11, 25)  # a Wednesday
PEOPLE = [(1, "Olena Kovalenko"), (2, "Olena Petrenko"), (3, "Tomasz Example"), (4, "Łukasz Nowak"), (5, "Olena")]


def day_of(text: str) -> date | None:
    try:
        return read_day(text, TODAY)
    except NotADay:
        return None


def read(text: str) -> Line:
    return read_line(text, day_of)


@pytest.mark.parametrize(
    ("text", "case", "person", "due"),
    [
        ("Draft the letter", None, None, None),
        ("Draft the letter #ICC-K7QX @olena next friday", ["ICC-K7QX"], ["olena"], date(2026, 12, 4)),
        ("ICC-K7QX Draft the letter +14", ["ICC-K7QX"], None, date(2026, 12, 9)),
        ("Draft the letter @olena #riga accession 1 Dec 2026", ["riga", "accession"], ["olena"], date(2026, 12, 1)),
        ("Draft the letter 1.12.2026 #ICC-K7QX", ["ICC-K7QX"], None, date(2026, 12, 1)),
        ("Draft the letter by friday", None, None, date(2026, 11, 27)),
        ("Draft the letter у пятніцу", None, None, date(2026, 11, 27)),
    ],
)
def test_each_part_goes_where_it_belongs(
    text: str, case: list[str] | None, person: list[str] | None, due: date | None
) -> None:
    line = read(text)
    assert line.words_of(CASE) == case
    assert line.words_of(PERSON) == person
    assert line.due == due
    assert line.title(len(case or ()), len(person or ())) == "Draft the letter"


@pytest.mark.parametrize(
    "text",
    [
        "Answer the letter of 5 May",
        "Copy annex #3",
        "Tell them so",
        "Compare with rule 12.3",
        "Write to press@example.org",
        "friday",
        "Buy a book @ 5",
    ],
)
def test_what_only_looks_like_a_sign_or_a_day_stays_in_the_words(text: str) -> None:
    line = read(text)
    assert (line.title(), line.due, line.words_of(CASE), line.words_of(PERSON)) == (text, None, None, None)


def test_words_behind_a_mark_that_fit_nothing_are_what_is_to_be_done() -> None:
    line = read("Send @tomasz example the draft #ICC-K7QX today")
    people, fitting = longest(line.words_of(PERSON) or (), lambda words: names_fitting(words, PEOPLE))
    assert (people, fitting) == (2, [(3, "Tomasz Example")])
    assert line.title(1, people) == "Send the draft"


@pytest.mark.parametrize(
    ("text", "title", "meant"),
    [
        ("Call Riga 31 Feb", "Call Riga", "31 Feb"),
        ("Call Riga 20/20/2026", "Call Riga", "20/20/2026"),
        ("Call Riga 2026-13-01 #ICC-K7QX", "Call Riga", "2026-13-01"),
        ("Answer the letter of 31 Feb", "Answer the letter of 31 Feb", ""),
        ("Compare with article 7.2.1", "Compare with article 7.2.1", ""),
    ],
)
def test_what_is_written_as_a_day_that_there_is_not_is_no_part_of_the_words(text: str, title: str, meant: str) -> None:
    line = read_line(text, day_of)
    assert (line.title(1 if line.words_of(CASE) else 0), line.due, line.due_text) == (title, None, meant)


def test_a_day_alone_says_nothing_that_is_to_be_done() -> None:
    line = read_line("next friday", day_of)
    assert (line.title(), line.due) == ("", date(2026, 12, 4))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["tom"], [3]),
        (["lukasz"], [4]),
        (["olena", "k"], [1]),
        (["petrenko", "olena"], [2]),
        (["olena"], [5]),
        (["ole"], [1, 2, 5]),
        (["nobody"], []),
        (["olena", "olena"], []),
    ],
)
def test_a_person_is_found_by_the_beginnings_of_the_parts_of_the_name(typed: list[str], found: list[int]) -> None:
    assert [key for key, _name in names_fitting(typed, PEOPLE)] == found


def test_a_settled_case_leaves_the_sign_alone() -> None:
    line = read_line("Copy #annex @olena", day_of, (PERSON,))
    assert (line.words_of(CASE), line.title(person_words=1)) == (None, "Copy #annex")
