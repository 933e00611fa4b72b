"""Every rule over its worked examples; and what holds of all of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.clocks.asking import takes_a_period
from tracker.clocks.calendars import UnknownCalendar, calendar_of, stands_still
from tracker.clocks.reckoning import Leg, NoPeriod, NotAPeriod, has_period, reckon, with_period
from tracker.clocks.rulebook import (
    FEWEST_EXAMPLES,
    Example,
    UnknownRule,
    find_rules,
    own_rules,
    read_examples,
    too_few_examples,
    try_examples,
)
from tracker.clocks.words import in_words
from tracker.pathways.registry import OWN_DIRECTORY, load_directories

RULES = own_rules()
WITH_PERIOD = sorted(key for key, rule in RULES.items() if has_period(rule))
OF_AN_ACT = sorted(key for key, rule in RULES.items() if takes_a_period(rule))
"""The act itself names the period."""
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
NOT_COMPARED = {"trigger", "label"}


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: f"{example.rule}-{example.trigger_on}")
def test_each_worked_example_comes_out(example: Example) -> None:
    (outcome,) = try_examples(RULES, [example])
    assert (outcome.found.due_on, outcome.found.latest_filing) == (example.due_on, example.latest_filing)


def test_each_rule_with_a_period_has_three_examples() -> None:
    assert too_few_examples(RULES, read_examples()) == ()


def test_every_rule_that_gives_a_date_has_three_examples_or_more_and_the_others_none() -> None:
    counted = Counter(example.rule for example in read_examples())
    assert {key for key in RULES if counted[key] >= FEWEST_EXAMPLES} == {*WITH_PERIOD, *OF_AN_ACT}
    assert set(counted) == {*WITH_PERIOD, *OF_AN_ACT}, "an example of a rule that is not there counts for nothing"
    without = {key for key in set(RULES) - set(counted) if RULES[key].type != "none"}
    assert without == {"hrc_upr_response"}, "the day of a session, which no rule reckons"


def test_an_example_that_is_wrong_is_seen() -> None:
    wrong = Example("rome_statute_18_2", date(2021, 12, 16), date(2022, 1, 17), "a day too late")
    assert not try_examples(RULES, [wrong])[0].is_right


def test_a_rule_with_one_example_is_named() -> None:
    few = [example for example in read_examples() if example.rule != "cz_tr_143"]
    assert too_few_examples(RULES, few) == ("cz_tr_143",)


@pytest.mark.parametrize("key", [*WITH_PERIOD, *OF_AN_ACT])
@settings(max_examples=30)
@given(day=DAYS, later=st.integers(0, 40))
def test_a_trigger_moved_forward_moves_no_deadline_back(key: str, day: date, later: int) -> None:
    rule = with_period(RULES[key], "1 month") if key in OF_AN_ACT else RULES[key]
    first, second = reckon(rule, day), reckon(rule, day + timedelta(days=later))
    assert first.due_on <= second.due_on
    assert (first.latest_filing or first.due_on) <= (second.latest_filing or second.due_on)


@given(key=st.sampled_from(WITH_PERIOD), day=DAYS)
def test_the_steps_lead_from_the_trigger_to_what_is_shown(key: str, day: date) -> None:
    found = reckon(RULES[key], day)
    days = [leg.day for leg in found.legs]
    assert found.legs[0] == Leg("trigger", day)
    assert days[-1] == (found.latest_filing or found.due_on)
    assert found.due_on in days


@given(DAYS)
def test_a_roll_to_the_day_before_ends_on_the_last_working_day_and_says_so(day: date) -> None:
    rule = RULES["icc_rpe_121_3"]
    as_it_falls, rolled = reckon(rule, day), reckon(rule.model_copy(update={"roll": "R-PREV"}), day)
    between = range(1, (as_it_falls.due_on - rolled.due_on).days + 1)
    assert not rolled.calendar.is_free(rolled.due_on)
    assert all(rolled.calendar.is_free(rolled.due_on + timedelta(days=number)) for number in between)
    assert ("rolls_back" in [leg.what for leg in rolled.legs]) is (rolled.due_on != as_it_falls.due_on)


def test_counted_back_into_christmas_the_day_before_it_is_the_last() -> None:
    found = reckon(RULES["icc_rpe_121_3"].model_copy(update={"roll": "R-PREV"}), date(2027, 1, 25))
    assert found.due_on == date(2026, 12, 24)
    assert in_words(found)[-1] == "No working day there, so the one before: Thursday, 24 December 2026."


@given(key=st.sampled_from([key for key in WITH_PERIOD if (RULES[key].roll or "R0") not in ("R0", "R-ICC")]), day=DAYS)
def test_what_rolls_ends_on_no_free_day(key: str, day: date) -> None:
    found = reckon(RULES[key], day)
    assert not found.calendar.is_free(found.due_on)


@pytest.mark.parametrize("key", sorted(set(RULES) - set(WITH_PERIOD)))
def test_no_date_is_made_where_the_law_sets_none(key: str) -> None:
    with pytest.raises(NoPeriod, match=r"."):
        reckon(RULES[key], date(2026, 11, 22))


def test_pathways_that_share_a_rule_agree_about_it() -> None:
    for definition in load_directories(OWN_DIRECTORY).all():
        for clock in definition.clocks:
            assert clock.model_dump(exclude=NOT_COMPARED) == RULES[clock.key].model_dump(exclude=NOT_COMPARED)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("rome_statute_18_2", ["rome_statute_18_2"]),
        ("de_stpo_172 (1)", ["de_stpo_172_1"]),
        ("de_stpo_172", ["de_stpo_172_1", "de_stpo_172_2"]),
        ("icc_reg_65", ["icc_reg_65_3", "icc_reg_65_4", "icc_reg_65_5"]),
        ("tfeu_263_6", ["tfeu_263_6"]),
    ],
)
def test_a_key_is_found_as_the_table_writes_it(key: str, found: list[str]) -> None:
    assert [rule.key for rule in find_rules(RULES, key)] == found


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownRule, match="no rule"):
        find_rules(RULES, "rome_statute_999")


@pytest.mark.parametrize("code", ["XX", "CH-XX", "ICC-NL", "ch", "DE BW", ""])
def test_a_calendar_that_nobody_knows_is_refused(code: str) -> None:
    with pytest.raises(UnknownCalendar, match="no calendar"):
        calendar_of(code)


@pytest.mark.parametrize(
    ("code", "day", "is_free"),
    [
        ("ICC", date(2026, 4, 27), True),  # King's Day, of the calendar that stands in
        ("CJEU", date(2026, 5, 25), True),  # Whit Monday
        ("CJEU", date(2026, 5, 14), True),  # Ascension
        ("CJEU", date(2026, 4, 3), False),  # Good Friday stands on no list
        ("CJEU", date(2026, 12, 24), False),
        ("CJEU", date(2025, 5, 9), False),  # not confirmed, so not taken
        ("PL", date(2026, 11, 11), True),
        ("DE", date(2027, 1, 6), False),
        ("DE-BW", date(2027, 1, 6), True),
        ("CH-SG", date(2027, 11, 1), True),
        ("CH", date(2027, 11, 1), False),
        ("CZ", date(2026, 11, 17), True),
        ("LT", date(2026, 11, 2), True),
        (None, date(2026, 12, 25), False),
        (None, date(2026, 12, 26), True),  # a Saturday
    ],
)
def test_free_days(code: str | None, day: date, is_free: bool) -> None:
    assert calendar_of(code).is_free(day) is is_free


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2027, 3, 20), False),
        (date(2027, 3, 21), True),
        (date(2027, 4, 4), True),
        (date(2027, 4, 5), False),
        (date(2026, 7, 14), False),
        (date(2026, 7, 15), True),
        (date(2026, 8, 15), True),
        (date(2026, 8, 16), False),
        (date(2026, 12, 17), False),
        (date(2026, 12, 18), True),
        (date(2027, 1, 2), True),
        (date(2027, 1, 3), False),
    ],
)
def test_days_on_which_the_swiss_federal_court_lets_time_stand(day: date, stands: bool) -> None:
    assert stands_still("CH-BGG-46", day) is stands


def test_a_right_that_opens_says_from_when() -> None:
    assert reckon(RULES["pl_kpk_306_3"], date(2026, 11, 2)).opens_on == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2021, 11, 22), date(2026, 5, 22)),
        (date(2024, 2, 29), date(2028, 8, 28)),
        (date(2022, 8, 31), date(2027, 2, 28)),
    ],
)
def test_the_source_is_asked_six_months_before_data_is_deleted(day: date, asked: date) -> None:
    assert reckon(RULES["interpol_retention"], day).ask_on == asked


@pytest.mark.parametrize(
    ("key", "day", "extended"),
    [
        ("eaw_decision", date(2026, 11, 2), date(2027, 1, 31)),
        ("eaw_decision", date(2026, 11, 30), date(2027, 2, 28)),
        ("eaw_decision", date(2026, 12, 31), date(2027, 3, 31)),
        ("eaw_consent", date(2026, 11, 6), date(2026, 12, 16)),
    ],
)
def test_a_warrants_limit_may_be_thirty_days_longer(key: str, day: date, extended: date) -> None:
    assert reckon(RULES[key], day).extended_to == extended


@pytest.mark.parametrize("text", ["", "0 days", "10", "ten days", "1 fortnight", "٣ days", "-1 days"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriod):
        with_period(RULES["eu_reg_1182_71_3"], text)


@pytest.mark.parametrize("key", ["rome_statute_18_2", "uk_samla_24", "eu_sanctions_expiry"])
def test_only_where_an_act_names_the_period_one_is_taken(key: str) -> None:
    with pytest.raises(NoPeriod):
        with_period(RULES[key], "10 days")


@pytest.mark.parametrize(
    ("key", "code"), [("pl_kpk_460", "DE-BW"), ("ch_stpo_396", "CZ"), ("eaw_decision", "PL"), ("icc_rpe_150_1", "NL")]
)
def test_a_calendar_of_another_forum_gives_no_date(key: str, code: str) -> None:
    with pytest.raises(UnknownCalendar, match=key):
        reckon(RULES[key], date(2026, 11, 4), code)


@given(day=DAYS, key=st.sampled_from(("eu_belarus_regime", "eu_russia_listings", "eu_ghrsr_listings")))
def test_what_is_listed_ends_with_its_regime_and_a_renewal_a_period_later(key: str, day: date) -> None:
    found = reckon(RULES[key], day).due_on
    assert f"{found:%m-%d}" in RULES[key].fixed_days
    months = RULES[key].amount or 0
    assert timedelta(14) < found - day <= timedelta(14 + 31 * months)


def test_a_year_of_a_calendar_is_seen_whole_by_everybody_at_once() -> None:
    """Many threads ask for the same years at the same moment: none sees a holiday missing."""
    days = [date(year, 12, 25) for year in range(2000, 2080)]
    for code in ("PL", "LT", "CZ", "DE-BE", "CH-TI"):
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(calendar_of(code).is_holiday, days * 4))
