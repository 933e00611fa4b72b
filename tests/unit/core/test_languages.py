from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tracker.core import languages
from tracker.core.dates import VagueDate


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("languages")
    languages.init_app(app)
    with app.app_context():
        yield app


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("known", "words"),
    [
        (VagueDate("2026-12-01"), "1 Dec 2026"),
        (VagueDate("2026-03"), "March 2026"),
        (VagueDate("2026"), "2026"),
        (VagueDate(), "unknown"),
        (VagueDate(None, "2024", "2026-03"), "unknown, between 2024 and March 2026"),
        (VagueDate(None, "2024-05-02"), "unknown, not before 2 May 2024"),
        (VagueDate(None, None, "2024-05-02"), "unknown, not after 2 May 2024"),
        (VagueDate("2022-04", "2022-04-10", "2022-04-20"), "April 2022, between 10 Apr 2022 and 20 Apr 2022"),
        ("2022-04", "April 2022"),
        (None, "unknown"),
    ],
)
def test_a_vague_date_reads_as_vague_as_it_is(known: VagueDate | str | None, words: str) -> None:
    assert languages.format_vague(known) == words


@pytest.mark.parametrize(
    ("language", "day", "month", "bounds"),
    [
        ("be", "14 сак 2026", "сакавік 2026", "невядома, не раней за 2 мая 2024"),
        ("pl", "14 mar 2026", "marzec 2026", "nieznane, nie wcześniej niż 2 maj 2024"),
        ("lt", "2026-03-14", "2026 m. kovas", "nežinoma, ne anksčiau kaip 2024-05-02"),
    ],
)
def test_dates_follow_the_language(app: Flask, language: str, day: str, month: str, bounds: str) -> None:
    with app.test_request_context():
        languages.use_wishes(language, "UTC")
        assert languages.format_day(date(2026, 3, 14)) == day
        assert languages.format_vague("2026-03") == month
        assert languages.format_vague(VagueDate(None, "2024-05-02")) == bounds


def test_an_instant_is_shown_in_the_persons_zone(app: Flask) -> None:
    moment = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    with app.test_request_context():
        languages.use_wishes("en", "Europe/Vilnius")
        assert languages.format_instant(moment) == "2 Dec 2026, 00:30"


def test_a_day_is_never_shifted_by_a_zone(app: Flask) -> None:
    with app.test_request_context():
        languages.use_wishes("en", "America/Los_Angeles")
        assert languages.format_day(date(2026, 12, 1)) == "1 Dec 2026"
        assert languages.format_vague("2026-12-01") == "1 Dec 2026"


def test_the_filters_have_the_names_that_templates_use(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ day|day }} / {{ text|vague }} / {{ moment|instant }}")
    shown = template.render(day=date(2026, 1, 2), text="2026-03", moment=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    assert shown == "2 Jan 2026 / March 2026 / 2 Jan 2026, 03:04"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Former colleague [01a2b3c4]"), ("be", "Былы калега [01a2b3c4]")]
)
def test_an_erased_account_is_named_in_the_readers_language(app: Flask, language: str, words: str) -> None:
    with app.test_request_context():
        languages.use_wishes(language, "UTC")
        assert languages.name_words("Former colleague [01a2b3c4]") == words
        assert languages.name_words("Former colleague Smith") == "Former colleague Smith"
