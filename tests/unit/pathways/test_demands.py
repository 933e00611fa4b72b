from __future__ import annotations

from tracker.pathways.demands import demands, missing
from tracker.pathways.registry import Registry
from tracker.pathways.schema import Definition


def keys(gaps: object) -> list[str]:
    return [gap.key for gap in gaps]  # type: ignore[attr-defined]


def test_a_suspension_asks_where_it_will_return_and_why(referral: Definition) -> None:
    gaps = missing(referral, "deferral_requested", "suspend", facts={})
    assert {"resume_to", "reason", "requesting_state", "received_on"} <= set(keys(gaps))
    answered = missing(
        referral, "deferral_requested", "suspend", facts={}, resume_to="investigation_open", reason="own proceedings"
    )
    assert not {"resume_to", "reason"} & set(keys(answered))


def test_what_a_status_and_its_kind_both_ask_is_asked_once(referral: Definition) -> None:
    assert keys(missing(referral, "deferred_to_state", "suspend")) == ["resume_to", "reason"]
    assert [fact.key for fact in demands(referral, "abandoned", "close")] == ["reason", "outcome"]


def test_a_closing_asks_for_its_outcome_and_a_reopening_for_new_facts(
    referral: Definition, warrant: Definition
) -> None:
    assert "outcome" in keys(missing(referral, "closed_completed", "close"))
    assert "outcome" not in keys(missing(referral, "closed_completed", "close", outcome="concluded"))
    assert keys(missing(warrant, "requested", "reopen")) == ["new_facts"]
    assert missing(warrant, "requested", "reopen", new_facts="a second witness") == ()
    assert missing(warrant, "requested", "reopen", facts={"ordering_decision": "II AKp 12/26"}) == ()


def test_a_jump_asks_what_a_listed_move_there_would(referral: Definition) -> None:
    assert {"resume_to", "reason"} <= set(keys(missing(referral, "suspended_unsc", "jump")))
    assert "outcome" in keys(missing(referral, "closed_completed", "jump"))


def test_columns_of_the_event_answer_the_facts_that_name_them(referral: Definition) -> None:
    fields = {"occurred_on": "2024-09-30", "reference_no": None}
    gaps = keys(missing(referral, "submitted", "forward", facts={}, fields=fields))
    assert "sent_on" not in gaps
    assert "document_reference" in gaps
    assert "document_reference" not in keys(missing(referral, "submitted", "forward", facts={}))


def test_what_the_case_knows_already_is_not_asked_again(referral: Definition) -> None:
    assert "situation_number" in keys(missing(referral, "received", "forward"))
    assert "situation_number" not in keys(
        missing(referral, "received", "forward", details={"situation_number": "ICC-1"})
    )
    blank = missing(referral, "received", "forward", facts={"situation_number": " "}, details={"situation_number": "X"})
    assert "situation_number" not in keys(blank)


def test_blank_is_unknown_and_nought_and_no_are_known(registry: Registry) -> None:
    tribunal, referral = registry.get("special_tribunal"), registry.get("icc_referral")
    asked = {"declared_participants": 36, "joined_participants": 0}
    assert missing(tribunal, "participation_open", "forward", facts=asked) == ()
    assert keys(missing(tribunal, "participation_open", "forward", facts={**asked, "joined_participants": "  "})) == [
        "joined_participants"
    ]
    ordered = {"appeal_pending": False}
    assert missing(referral, "reconsideration_ordered", "forward", facts=ordered) == ()


def test_a_fact_that_is_asked_only_if_known_is_no_gap(referral: Definition) -> None:
    asked = {"crimes": "deportation", "period": "since 2020"}
    assert missing(referral, "investigation_open", "forward", facts=asked) == ()
    assert "received_on" in [fact.key for fact in demands(referral, "investigation_open", "forward")]


def test_an_empty_map_per_state_answers_nothing(tenth_definition: Definition) -> None:
    assert keys(missing(tenth_definition, "notified", "forward", facts={"received_on": {"LT": None}})) == [
        "received_on"
    ]
    assert missing(tenth_definition, "notified", "forward", facts={"received_on": {"LT": "2026-03-12"}}) == ()


def test_a_return_to_a_status_that_is_none_is_told(referral: Definition) -> None:
    gaps = missing(referral, "suspended_unsc", "suspend", facts={}, resume_to="investigation", reason="resolution")
    assert [gap.message for gap in gaps if gap.key == "resume_to"] == [
        "'investigation' is no status of icc_referral, so the case cannot return to it."
    ]
