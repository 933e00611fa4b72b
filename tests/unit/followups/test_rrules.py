"""Recurrence rules of RFC 5545, as far as work of days needs them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.followups.rrules import FREQUENCIES, NotARule, Rule, following, parse, preview

DAYS = st.dates(date(2001, 1, 1), date(2100, 1, 1))
RULES = st.builds(
    Rule,
    freq=st.sampled_from(sorted(FREQUENCIES)),
    interval=st.integers(1, 12),
    by_day=st.just(()),
    by_month_day=st.just(()),
    count=st.none() | st.integers(1, 20),
    until=st.none(),
)


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", date(2026, 12, 1), date(2026, 12, 4)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", date(2026, 11, 25), date(2026, 12, 7)),
        ("FREQ=MONTHLY", date(2026, 1, 31), date(2026, 3, 31)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 31), date(2026, 2, 28)),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 11, 27), date(2026, 12, 25)),
        ("FREQ=YEARLY", date(2024, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_next_day_is_that_of_the_rfc(text: str, day: date, expected: date) -> None:
    step = following(parse(text), day)
    assert step is not None and step[0] == expected


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=3", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;UNTIL=soon",
     "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYDAY=0MO",
     "FREQ=WEEKLY;BYDAY=2MO", "FREQ=DAILY;FREQ=DAILY", "every day", "FREQ=YEARLY;BYSETPOS=1"],
)  # fmt: skip
def test_what_work_of_days_cannot_follow_is_refused(text: str) -> None:
    with pytest.raises(NotARule):
        parse(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_rule_or_none(text: str) -> None:
    try:
        assert parse(str(parse(text))) == parse(text)
    except NotARule:
        pass


@given(RULES)
def test_a_rule_is_written_as_it_is_read(rule: Rule) -> None:
    assert parse(str(rule)) == rule


@given(RULES, DAYS, st.integers(0, 4000))
def test_the_next_day_is_later_and_in_the_rhythm_and_skips_what_was_missed(rule: Rule, day: date, late: int) -> None:
    today = day + timedelta(days=late)
    step = following(rule, day, today)
    if rule.count == 1:
        assert step is None
        return
    assert step is not None and step[0] > max(day, today)
    if rule.freq in ("DAILY", "WEEKLY"):
        unit = rule.interval * (7 if rule.freq == "WEEKLY" else 1)
        assert (step[0] - day).days % unit == 0 and (step[0] - today).days <= unit


@given(RULES, DAYS)
def test_a_count_is_used_up_one_by_one(rule: Rule, day: date) -> None:
    if rule.count is not None and rule.freq != "YEARLY":
        assert len(preview(rule, day, 50)) == rule.count - 1


@given(DAYS, st.integers(0, 60))
def test_no_day_lies_after_the_last_one(day: date, length: int) -> None:
    until = day + timedelta(days=length)
    days = preview(Rule("DAILY", 7, until=until), day, 50)
    assert len(days) == length // 7 and all(one <= until for one in days)
