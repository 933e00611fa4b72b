"""This house's own periods: counted by the engine of the clocks, shown as no law, and the same everywhere."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.cases.services.reviews import next_review
from tracker.cli.clock import clock_group
from tracker.clocks.calendars import UnknownCalendar
from tracker.clocks.house import amount_of, house_rule, house_rules
from tracker.clocks.reckoning import has_period, reckon
from tracker.clocks.silence import Dealing, unanswered
from tracker.core import languages
from tracker.core.working_days import working_days_of
from tracker.reminders.planning.rules import BUILT_IN, WAITING_STEP

OWN = ("silence_letter", "silence_meeting", "silence_promise", "silence_waiting", "access_review")
_days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@pytest.fixture
def app() -> Flask:
    app = Flask("clock")
    languages.init_app(app)
    return app


def test_they_are_internal_bind_nobody_and_have_a_period() -> None:
    assert set(house_rules()) == {*OWN, "limitation_period"}
    for key in OWN:
        rule = house_rule(key)
        assert (rule.type, rule.binds, rule.certainty) == ("internal", "nobody", "I") and has_period(rule)
    assert not has_period(house_rule("limitation_period")), "no period of limitation is ours to name"
    with pytest.raises(LookupError):
        amount_of("limitation_period")


@given(_days, st.sampled_from([None, "LT", "PL", "DE", "BE", "GE"]))
def test_working_days_are_those_by_which_reminders_are_sent(day: date, country: str | None) -> None:
    found = reckon(house_rule("silence_waiting"), day, country)
    assert found.due_on == working_days_of(country).nth_after(day, WAITING_STEP)
    assert BUILT_IN.waiting_every == WAITING_STEP == 5


def test_of_a_country_without_known_holidays_weekends_alone_are_free() -> None:
    found = reckon(house_rule("silence_letter"), date(2026, 11, 23), "EU")
    assert found.due_on == date(2026, 12, 7) and "Week-ends only" in str(found.calendar.note)
    with pytest.raises(UnknownCalendar):
        reckon(house_rule("silence_letter"), date(2026, 11, 23), "nowhere")


@given(_days)
def test_the_review_of_who_sees_a_case_is_ninety_days_on(day: date) -> None:
    assert next_review(day) == day + timedelta(days=90)


def test_the_command_explains_them_as_our_own(app: Flask) -> None:
    said = ["explain", "--rule", "silence_letter", "--trigger", "2026-12-14", "--calendar", "LT"]
    with app.app_context():
        told = CliRunner().invoke(clock_group, said)
        facts = json.loads(CliRunner().invoke(clock_group, [*said, "--json"]).stdout)
    assert told.exit_code == 0
    assert "due on 2026-12-30" in told.output and "10 working days on: Wednesday, 30 December 2026." in told.output
    assert "Our own date; binds nobody." in told.output and "[I: our own convention, not law]" in told.output
    assert (facts["type"], facts["binds"], facts["due_on"]) == ("internal", "nobody", "2026-12-30")


def dealing(day: str | None, *who: str, by: str | None = None, is_letter: bool = False) -> Dealing:
    exact = date.fromisoformat(day) if day else None
    last = date.fromisoformat(by) if by else exact
    return Dealing(uuid4(), is_letter, exact, last, frozenset(who))


def test_silence_follows_the_last_dealing_with_each() -> None:
    old, reply = dealing("2026-03-01", "ada", is_letter=True), dealing("2026-03-09", "ada", "bo")
    other, vague = dealing("2026-02-01", "cy", is_letter=True), dealing(None, "cy", by="2026-01-31")
    assert unanswered([old, reply, other, vague]) == [reply, other]
    assert reply.rule_key == "silence_meeting" and other.rule_key == "silence_letter"
    assert unanswered([old, dealing(None, "ada", by="2026-12-31")]) == [], "they were heard of, nobody knows when"
    assert unanswered([dealing(None, "ada", by="2026-12-31")]) == [], "no clock from a vague date"
