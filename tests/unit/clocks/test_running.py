"""Which clocks a history starts, and what there is to say where a day, a forum or a period is not known."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.clocks.asking import NoAnswer, answer
from tracker.clocks.reckoning import reckon
from tracker.clocks.running import RunningClock, State, Told, clocks_of, may_hold
from tracker.clocks.words import in_words
from tracker.core.dates import VagueDate
from tracker.pathways.registry import OWN_DIRECTORY, load_directories
from tracker.pathways.schema import Clock, Definition

REGISTRY = load_directories(OWN_DIRECTORY)


def entry(status: str, on: str | None = "2026-03-14", event_id: UUID | None = None, **said: Any) -> Told:
    columns = {name: said.pop(name, None) for name in ("known_on", "effective_on", "expires_on")}
    bounds = (said.pop("after", None), said.pop("before", None))
    return Told(event_id or uuid4(), status, VagueDate(on, *bounds), said, columns)


def clocks(pathway: str, *told: Told, **details: Any) -> dict[tuple[str, str], RunningClock]:
    found = clocks_of(REGISTRY.get(pathway), details, told)
    return {(clock.rule.key, clock.party): clock for clock in found}


def test_each_state_has_its_own_month_from_its_own_receipt() -> None:
    found = clocks("icc_referral", entry("investigation_open", received_on={"LT": "2026-03-14", "BY": "2026-03-20"}))
    assert found["rome_statute_18_2", "LT"].due_on == date(2026, 4, 14)
    assert found["rome_statute_18_2", "BY"].due_on == date(2026, 4, 20)


def test_a_state_whose_receipt_is_vague_gets_a_range_and_no_date() -> None:
    clock = clocks("icc_referral", entry("investigation_open", received_on={"LT": "2026-03"}))[
        "rome_statute_18_2", "LT"
    ]
    assert (clock.state, clock.due_on) == (State.VAGUE, None)
    assert clock.between == (date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize("said", [{}, {"notified_on": "in spring"}, {"notified_on": None}, {"notified_on": 7}])
def test_without_the_day_of_notice_there_is_only_a_question(said: dict[str, Any]) -> None:
    clock = clocks("icc_referral", entry("declined", **said))["rome_statute_53_3_a", ""]
    assert (clock.state, clock.due_on, clock.between) == (State.UNKNOWN, None, (None, None))


def test_the_day_of_the_event_starts_what_counts_from_it() -> None:
    clock = clocks("icc_referral", entry("suspended_unsc", "2026-06-12"))["rome_statute_16", ""]
    assert clock.due_on == date(2027, 6, 12)


def test_bounds_of_an_unknown_day_bound_the_end() -> None:
    told = entry("suspended_unsc", None, after="2026-06-12")
    clock = clocks("icc_referral", told)["rome_statute_16", ""]
    assert (clock.state, clock.between) == (State.VAGUE, (date(2027, 6, 12), None))


@pytest.mark.parametrize(
    ("issuer", "state"),
    [
        ("ICC", State.NONE),
        ("Pre-Trial Chamber I", State.NONE),
        ("Міжнародны крымінальны суд", State.NONE),
        ("Polish Prosecutor's Office", State.OTHER),
        ("", State.DEPENDS),
    ],
)
def test_what_holds_of_warrants_of_the_court_is_said_of_no_other(issuer: str, state: State) -> None:
    found = clocks("arrest_warrant", entry("issued_public"), issuer=issuer)
    assert found["rome_statute_58_4", ""].state is state


def test_a_rule_may_hold_until_the_case_says_otherwise() -> None:
    rule = next(one for one in REGISTRY.get("universal_jurisdiction").clocks if one.key == "cz_tr_143")
    assert may_hold(rule, {"forum": "Czechia"}) and may_hold(rule, {}) and may_hold(rule, {"forum": None})
    assert not may_hold(rule, {"forum": "Poland"})


def test_the_sixty_days_of_a_provisional_arrest_are_those_of_the_court() -> None:
    told = entry("arrested", "2026-11-02")
    assert clocks("arrest_warrant", told, issuer="ICC")["rome_statute_92_3", ""].due_on == date(2027, 1, 1)
    assert clocks("arrest_warrant", told, issuer="Warsaw court")["rome_statute_92_3", ""].state is State.OTHER


def test_a_date_printed_in_the_act_is_the_date() -> None:
    told = entry("established", "2026-04-04", expires_on=date(2027, 4, 4))
    assert clocks("un_mechanism", told)["mandate_term", ""].due_on == date(2027, 4, 4)


STATED = {
    ("reporting", "next_oral_update_on"): "mandate_oral_update",
    ("reporting", "report_on"): "mandate_report",
    ("reporting", "submission_due_on"): "mandate_submissions",
    ("renewal_due", "vote_on"): "mandate_vote",
    ("upr_responses_pending", "plenary_on"): "upr_plenary",
}


@pytest.mark.parametrize(("place", "key"), STATED.items())
def test_a_date_that_an_institution_states_is_shown_as_stated(place: tuple[str, str], key: str) -> None:
    status, fact = place
    exact: dict[str, Any] = {fact: "2027-02-27"}
    month: dict[str, Any] = {fact: "2027-02"}
    clock = clocks("un_mechanism", entry(status, **exact))[key, ""]
    assert (clock.state, clock.due_on) == (State.COMPUTED, date(2027, 2, 27)), "a Saturday: nothing moves it"
    assert (clock.rule.type, clock.rule.amount) == ("institutional", None), "never a legal deadline"
    vague = clocks("un_mechanism", entry(status, **month))[key, ""]
    assert (vague.state, vague.due_on) == (State.VAGUE, None)
    assert vague.between == (date(2027, 2, 1), date(2027, 2, 28))
    assert clocks("un_mechanism", entry(status))[key, ""].state is State.UNKNOWN


def test_a_new_round_of_reports_has_dates_of_its_own() -> None:
    first = entry("reporting", submission_due_on="2026-10-30", next_oral_update_on="2026-09-21")
    found = clocks("un_mechanism", first, entry("renewed"), entry("reporting", submission_due_on="2027-10-29"))
    assert found["mandate_submissions", ""].due_on == date(2027, 10, 29)
    assert found["mandate_oral_update", ""].state is State.UNKNOWN, "the last update was of the round before"


def test_a_rule_of_another_forum_gives_no_date() -> None:
    found = clocks("universal_jurisdiction", entry("opening_refused", served_on="2026-11-04"), forum="Poland")
    assert found["pl_kpk_460", ""].due_on == date(2026, 11, 12)
    assert found["ch_stpo_396", ""].state is State.OTHER
    assert [key for (key, _), clock in found.items() if clock.due_on is not None] == ["pl_kpk_460"]


def test_while_nobody_named_the_forum_no_national_rule_gives_a_date() -> None:
    found = clocks("universal_jurisdiction", entry("opening_refused", served_on="2026-11-04"))
    assert {clock.state for clock in found.values()} == {State.DEPENDS}
    assert found["pl_kpk_460", ""].missing == ("forum",)


def test_the_forum_may_be_known_from_the_history() -> None:
    told = (entry("evidence_gathering", forum="CH"), entry("opening_refused", served_on="2026-11-04"))
    assert clocks("universal_jurisdiction", *told)["ch_stpo_396", ""].due_on == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("regime", "authority", "key"),
    [
        ("Belarus", "EU", "eu_belarus_regime"),
        ("Russia (2014/145/CFSP)", "Council of the EU", "eu_russia_listings"),
        ("Belarus", "UK", None),
        ("Belarus", "Governor in Council", None),
    ],
)
def test_only_the_regime_named_runs_to_its_fixed_day(regime: str, authority: str, key: str | None) -> None:
    told = entry("listed", "2026-02-26", effective_on=date(2026, 2, 27))
    found = clocks("sanctions", told, regime=regime, listing_authority=authority)
    dated = [name for (name, _), one in found.items() if one.due_on is not None and name.startswith(("eu_b", "eu_r"))]
    assert dated == ([key] if key else [])


@pytest.mark.parametrize("instrument", ["Rome Statute", "Рымскі статут"])
def test_the_rome_statute_alone_enters_into_force_by_its_article_126(instrument: str) -> None:
    told = entry("deposited", "2023-11-14")
    found = clocks("country_accession", told, instrument=instrument)
    assert found["rome_statute_126_2", ""].due_on == date(2024, 2, 1)
    other = clocks("country_accession", told, instrument="Agreement on a special tribunal")
    assert other["rome_statute_126_2", ""].state is State.OTHER


def test_where_the_law_sets_no_period_there_is_no_date_whatever_is_known() -> None:
    clock = clocks("icc_referral", entry("preliminary_examination"))["preliminary_examination_length", ""]
    assert (clock.state, clock.due_on) == (State.NONE, None)


def test_a_status_said_again_opens_the_clock_anew() -> None:
    first, second = entry("suspended_unsc", "2026-06-12"), entry("suspended_unsc", "2027-06-10")
    clock = clocks("icc_referral", first, second)["rome_statute_16", ""]
    assert (clock.event_id, clock.due_on) == (second.id, date(2028, 6, 10))


def test_a_day_beyond_all_calendars_gives_a_question() -> None:
    assert clocks("icc_referral", entry("suspended_unsc", "9998-01-01"))["rome_statute_16", ""].state is State.UNKNOWN


@given(day=st.dates(date(2015, 1, 1), date(2045, 1, 1)), later=st.integers(0, 60))
def test_what_the_page_shows_is_what_the_rule_comes_to_and_lies_in_the_range(day: date, later: int) -> None:
    last = day + timedelta(days=later)
    exact = clocks("icc_referral", entry("declined", notified_on=day.isoformat()))["rome_statute_53_3_a", ""]
    assert exact.due_on == reckon(exact.rule, day).due_on
    vague = clocks("icc_referral", entry("suspended_unsc", None, after=day.isoformat(), before=last.isoformat()))
    first_end, last_end = vague["rome_statute_16", ""].between
    ends = [reckon(vague["rome_statute_16", ""].rule, day + timedelta(days=n)).due_on for n in range(later + 1)]
    assert (first_end, last_end) == (ends[0], ends[-1]) == (min(ends), max(ends))


FITTING = ("Poland", "Lithuania", "Germany", "Czechia", "Switzerland", "Council of the EU", "UK", "Rome Statute", "ICC")
REGIMES = ("Belarus", "Russia", "Human rights")
STARTED = [(one, clock) for one in REGISTRY.all() for clock in one.clocks if clock.trigger.statuses]


def details_for(clock: Clock) -> dict[str, str]:
    """What a case says for which the rule is one."""
    found = {}
    for one in clock.applies:
        fits = (word for word in (*FITTING, *REGIMES) if re.search(one.pattern, word, re.IGNORECASE))
        found[one.detail] = next(fits)
    return found


@pytest.mark.parametrize("started", STARTED, ids=lambda started: f"{started[0].key}-{started[1].key}")
@settings(max_examples=10)
@given(day=st.dates(date(2015, 1, 1), date(2045, 1, 1)))
def test_explain_and_the_page_agree_about_every_rule_that_a_status_starts(
    started: tuple[Definition, Clock], day: date
) -> None:
    """A rule without a day gives none in either place; one whose trigger no entry carries asks for it."""
    definition, clock = started
    fact, on = clock.trigger.fact, day.isoformat()
    said: dict[str, Any] = {fact: on} if fact not in (None, "known_on", "effective_on", "expires_on") else {}
    told = entry(clock.trigger.statuses[0], on, known_on=day, effective_on=day, expires_on=day, **said)
    found = [one for one in clocks_of(definition, details_for(clock), [told]) if one.rule.key == clock.key]
    try:
        explained = answer(clock, on)
    except NoAnswer:
        assert [one.due_on for one in found] == [None] * len(found)
        return
    for one in found:
        assert one.found is None if fact is None else one.found == explained, clock.key
        assert one.found is None or in_words(one.found) == in_words(explained)


def test_a_computation_repeated_gives_the_same() -> None:
    told = entry("investigation_open", received_on={"LT": "2026-03-14", "PL": "2026-03"})
    assert clocks("icc_referral", told) == clocks("icc_referral", told)


def test_the_holidays_of_the_canton_that_a_case_names_count_in_its_forum_alone() -> None:
    told = entry("opening_refused", "2027-03-16", served_on="2027-03-16")
    swiss = {"forum": "Switzerland", "court_calendar": "CH-SG"}
    assert clocks("universal_jurisdiction", told, **swiss)["ch_stpo_396", ""].due_on == date(2027, 3, 30)
    assert clocks("universal_jurisdiction", told, forum="CH")["ch_stpo_396", ""].due_on == date(2027, 3, 26)
    for code in ("CH-XX", "DE-BW", 7):
        elsewhere = clocks("universal_jurisdiction", told, forum="CH", court_calendar=code)
        assert elsewhere["ch_stpo_396", ""].due_on == date(2027, 3, 26), "what is no canton moves nothing"


def test_an_answer_ends_the_clock_of_silence_and_says_what_it_had_said() -> None:
    refusal = entry("opening_refused", "2026-11-18", served_on="2026-11-20")
    found = clocks("universal_jurisdiction", entry("complaint_filed", "2026-11-02"), refusal, forum="PL")
    clock = found["pl_kpk_306_3", ""]
    assert (clock.state, clock.due_on, clock.over_by) == (State.OVER, None, refusal.id)
    assert clock.was is not None and clock.was.due_on == date(2026, 12, 14)
    assert found["pl_kpk_460", ""].due_on == date(2026, 11, 27)


def test_a_clock_that_ended_starts_anew_with_the_next_entry_that_starts_it() -> None:
    told = [
        entry("withdrawal_notified", "2026-01-10"),
        entry("in_force", "2026-02-01"),
        entry("withdrawal_notified", "2026-03-01"),
    ]
    found = [
        clocks("country_accession", *told[:number], instrument="Rome Statute")["rome_statute_127_1", ""]
        for number in (1, 2, 3)
    ]
    assert [clock.due_on for clock in found] == [date(2027, 1, 10), None, date(2027, 3, 1)]
    assert found[1].state is State.OVER


def test_what_others_may_still_do_is_not_ended_by_what_one_of_them_did() -> None:
    """One State asks for deferral, one accused appeals: the days of the others run on."""
    served = {"LT": "2026-03-14", "PL": "2026-03-20"}
    told = [entry("investigation_open", received_on=served), entry("deferral_requested", "2026-04-01")]
    assert clocks("icc_referral", *told)["rome_statute_18_2", "PL"].due_on == date(2026, 4, 20)
    judged = entry("judgment_first_instance", "2026-10-01", written_reasons_on="2026-11-16")
    told = [judged, entry("appeal", "2026-11-20")]
    assert clocks("universal_jurisdiction", *told, forum="PL")["pl_kpk_445", ""].due_on == date(2026, 11, 30)


@pytest.mark.parametrize("key", [one.key for one in REGISTRY.all()])
def test_no_status_that_starts_a_clock_ends_it_too(key: str) -> None:
    for rule in REGISTRY.get(key).clocks:
        assert not set(rule.trigger.statuses) & set(rule.trigger.ends_with), rule.key
