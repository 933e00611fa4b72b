"""Clocks that somebody starts by a day that no entry's own facts carry, beside those that the history starts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cases.services import NewEntry
from tracker.cases.starting import check_start, counts_per_party, counts_per_state, rule_of, rules_to_start
from tracker.clocks.reckoning import has_period, reckon
from tracker.clocks.running import RunningClock, State, Told, TypedStart, clocks_of
from tracker.core.dates import VagueDate
from tracker.pathways.registry import OWN_DIRECTORY, load_directories

REGISTRY = load_directories(OWN_DIRECTORY)
REFUSAL = "pl_kpk_460"


def typed(rule: str, on: str | None, party: str = "") -> Told:
    return Told(uuid4(), None, VagueDate(on), {}, {}, TypedStart(rule, party, VagueDate(on)))


def status(key: str, on: str = "2026-03-01", **facts: Any) -> Told:
    return Told(uuid4(), key, VagueDate(on), facts, {})


def found(*told: Told, pathway: str = "universal_jurisdiction", rule: str = REFUSAL, **details: Any) -> list[Any]:
    details = details or {"forum": "Poland"}
    clocks = clocks_of(REGISTRY.get(pathway), details, told)
    return [(one.party, one.state, one.due_on, one.is_typed) for one in clocks if one.rule.key == rule]


def test_a_typed_day_starts_a_clock_that_no_status_has_started() -> None:
    assert found(typed(REFUSAL, "2096-11-05")) == [("", State.COMPUTED, date(2096, 11, 12), True)]


def test_each_party_has_its_own_clock_beside_the_others() -> None:
    told = (typed(REFUSAL, "2096-11-05", "Client A"), typed(REFUSAL, "2096-11-08", "Client B"))
    assert [(party, due) for party, _state, due, _typed in found(*told)] == [
        ("Client A", date(2096, 11, 12)),
        ("Client B", date(2096, 11, 15)),
    ]


def test_it_answers_the_question_of_the_entry_before_it() -> None:
    asked = status("opening_refused", "2096-11-02")
    assert [state for _party, state, *_rest in found(asked)] == [State.UNKNOWN]
    assert found(asked, typed(REFUSAL, "2096-11-05")) == [("", State.COMPUTED, date(2096, 11, 12), True)]


def test_a_question_asked_later_hides_no_typed_date() -> None:
    states = found(typed(REFUSAL, "2096-11-05"), status("opening_refused", "2096-12-02"))
    assert {state for _party, state, *_rest in states} == {State.COMPUTED, State.UNKNOWN}


def test_a_later_entry_with_a_day_of_its_own_counts() -> None:
    told = (typed(REFUSAL, "2096-11-05"), status("opening_refused", "2096-12-02", served_on="2096-12-05"))
    assert found(*told) == [("", State.COMPUTED, date(2096, 12, 12), False)]


def test_a_vague_typed_day_gives_a_range_and_hides_no_date_that_is_known() -> None:
    served = status("opening_refused", "2096-11-02", served_on="2096-11-05")
    assert [(state, due) for _party, state, due, _typed in found(typed(REFUSAL, "2096-11"))] == [(State.VAGUE, None)]
    both = found(served, typed(REFUSAL, "2096-11"))
    assert {due for _party, _state, due, _typed in both} == {date(2096, 11, 12), None}


def test_a_question_of_two_statuses_is_asked_once_as_before() -> None:
    both = (status("opening_refused", "2096-11-02", served_on="2096-11-05"), status("opening_refused", "2096-12-02"))
    assert [state for _party, state, *_rest in found(*both)] == [State.UNKNOWN]


def test_it_waits_for_the_forum_like_every_other() -> None:
    assert [state for _party, state, *_rest in found(typed(REFUSAL, "2096-11-05"), forum="")] == [State.DEPENDS]
    assert [state for _party, state, *_rest in found(typed(REFUSAL, "2096-11-05"), forum="Lithuania")] == [State.OTHER]


def test_a_rule_that_the_pathway_does_not_know_starts_nothing() -> None:
    assert clocks_of(REGISTRY.get("icc_referral"), {}, [typed("no_such_rule", "2096-11-05")]) == []


RULES = [(definition.key, rule.key) for definition in REGISTRY.all() for rule in definition.clocks if has_period(rule)]


@given(place=st.sampled_from(RULES), day=st.dates(date(2001, 1, 1), date(2090, 1, 1)), later=st.integers(0, 400))
def test_every_rule_comes_to_the_same_by_hand_as_by_itself_and_never_earlier_for_a_later_day(
    place: tuple[str, str], day: date, later: int
) -> None:
    pathway, key = place
    rule = next(one for one in REGISTRY.get(pathway).clocks if one.key == key)
    whole = REGISTRY.get(pathway).model_copy(update={"clocks": (rule.model_copy(update={"applies": ()}),)})

    def due(on: date) -> RunningClock:
        return clocks_of(whole, {}, [typed(key, on.isoformat())])[0]

    assert due(day).due_on == reckon(rule, day).due_on
    first, second = due(day).due_on, due(day + timedelta(days=later)).due_on
    assert first is not None and second is not None and first <= second


def faults(pathway: str, **said: Any) -> list[str]:
    entry = NewEntry(VagueDate("2026-03-14"), "Served", **{"source": "A letter", **said})
    return [fault.path for fault in check_start(REGISTRY.get(pathway), entry)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"clock_rule": "rome_statute_18_2", "clock_party": "LT"}, []),
        ({"clock_rule": "rome_statute_18_2"}, ["clock_party"]),
        ({"clock_rule": "rome_statute_18_2", "clock_party": "Lithuania"}, ["clock_party"]),
        ({"clock_rule": "rome_statute_18_2", "clock_party": "LT", "source": " "}, ["source"]),
        ({"clock_rule": "rome_statute_18_2", "clock_party": "LT", "source": None}, ["source"]),
        ({"clock_rule": "rome_statute_18_2", "clock_party": "LT", "status": "submitted"}, ["clock_rule"]),
        ({"clock_rule": "rome_statute_18_2", "clock_party": "LT", "clock_on": "in spring"}, ["clock_on"]),
        ({"clock_rule": "pl_kpk_460"}, ["clock_rule"]),
        ({"clock_rule": "icc_rpe_109_1", "clock_party": "LT"}, ["clock_party"]),
    ],
)
def test_what_has_to_be_said_of_a_typed_day(said: dict[str, Any], expected: list[str]) -> None:
    assert faults("icc_referral", **said) == expected


def test_a_party_is_named_in_a_few_words() -> None:
    assert faults("universal_jurisdiction", clock_rule=REFUSAL, clock_party="Counsel of the complainant") == []
    assert faults("universal_jurisdiction", clock_rule=REFUSAL, clock_party="x" * 61) == ["clock_party"]
    assert faults("universal_jurisdiction", clock_rule=REFUSAL, clock_party="a\nb") == ["clock_party"]


def test_only_rules_that_give_a_date_are_offered() -> None:
    definition = REGISTRY.get("icc_referral")
    assert all(has_period(rule) for rule in rules_to_start(definition))
    per_state = rule_of(definition, "rome_statute_18_2")
    assert per_state is not None and counts_per_state(definition, per_state) and counts_per_party(definition, per_state)
