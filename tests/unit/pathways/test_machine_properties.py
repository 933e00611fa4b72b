"""What must hold for every pathway and every history, whatever the tables say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.pathways.machine import judge, jump_targets, next_keys
from tracker.pathways.options import again, lawful_moves
from tracker.pathways.registry import load_default
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState, Step, advance, replay
from tracker.pathways.vocabulary import SAID_KINDS

definitions = st.sampled_from(load_default().all())


@st.composite
def histories(draw: st.DrawFn) -> tuple[Definition, list[str]]:
    """A lawful history: any beginning, then moves that the machine itself offers."""
    definition = draw(definitions)
    history = [draw(st.sampled_from(sorted(definition.by_key)))]
    for _ in range(draw(st.integers(0, 12))):
        state = replay(definition, [Step(status) for status in history])
        offered = (*next_keys(definition, state), *jump_targets(definition, state))
        if not offered:
            break
        history.append(draw(st.sampled_from(offered)))
    return definition, history


def state_of(definition: Definition, history: list[str]) -> CaseState:
    return replay(definition, [Step(status) for status in history])


@given(histories(), st.data())
def test_a_lawful_verdict_names_the_kind_by_which_it_is_lawful_again(
    case: tuple[Definition, list[str]], data: st.DataObject
) -> None:
    definition, history = case
    state = state_of(definition, history)
    target = data.draw(st.sampled_from(sorted(definition.by_key)))
    verdict = judge(definition, state, target)
    if verdict.lawful:
        assert verdict.kind in SAID_KINDS
        assert judge(definition, state, target, verdict.kind).lawful
        assert verdict.message == ""
    else:
        assert verdict.kind is None
        assert verdict.refusal is not None
        assert target in verdict.refusal.in_keys()
        assert definition.status(target).label in verdict.message


@given(histories(), st.data())
def test_lawful_next_is_what_is_lawful_save_the_status_itself(
    case: tuple[Definition, list[str]], data: st.DataObject
) -> None:
    definition, history = case
    state = state_of(definition, history)
    lawful = {key for key in definition.by_key if judge(definition, state, key).lawful}
    assert {*next_keys(definition, state), state.status} == lawful


@given(histories())
def test_the_options_of_a_page_are_judged_lawful_by_their_own_kind(case: tuple[Definition, list[str]]) -> None:
    definition, history = case
    state = state_of(definition, history)
    new_period = again(definition, state)
    for option in (*lawful_moves(definition, state), *([new_period] if new_period else [])):
        assert judge(definition, state, option.target, option.kind).lawful
        assert option.blocked_reason is None
        assert option.verb


@given(histories())
def test_a_paused_case_can_always_return_to_the_status_it_left(case: tuple[Definition, list[str]]) -> None:
    definition, history = case
    state = state_of(definition, history)
    phases = [definition.status(status).phase for status in history]
    if phases[-1] == "paused" and set(phases) != {"paused"}:
        left = next(status for status in reversed(history) if definition.status(status).phase != "paused")
        assert state.left_status == left
        assert judge(definition, state, left, "resume").lawful


@given(histories())
def test_replaying_is_advancing_step_by_step(case: tuple[Definition, list[str]]) -> None:
    definition, history = case
    state = CaseState()
    for status in history:
        state = advance(definition, state, status=status)
    assert state == state_of(definition, history)
    assert state.status == history[-1]


@given(definitions, st.text(max_size=20), st.one_of(st.none(), st.text(max_size=10)))
def test_any_text_as_a_target_or_a_kind_gets_a_verdict(definition: Definition, target: str, kind: str | None) -> None:
    verdict = judge(definition, CaseState(definition.statuses[0].key), target, kind)
    if target not in definition.by_key:
        assert verdict.code == "unknown_status"
    elif kind not in (None, *SAID_KINDS):
        assert verdict.code == "unknown_kind"
    assert verdict.lawful is (verdict.code == "lawful")
