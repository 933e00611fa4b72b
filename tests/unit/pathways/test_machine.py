"""The rules of 0.3 that no table shows: beginnings, new periods, pauses, jumps, prohibitions."""

from __future__ import annotations

from tracker.pathways.machine import judge, jump_targets, next_keys, resumes_to
from tracker.pathways.options import again, lawful_moves
from tracker.pathways.registry import Registry
from tracker.pathways.schema import Definition
from tracker.pathways.state import CaseState, Step, advance, replay


def test_an_unlawful_move_is_told_what_would_be_lawful(referral: Definition) -> None:
    verdict = judge(referral, CaseState("declined"), "case_stage")
    assert verdict.message == (
        "“Prosecutor decided not to investigate / prosecute” does not lead to "
        "“Warrants or summonses sought or issued”. "
        "Lawful next: “Review asked by referring State (Art. 53(3)(a))”, “Closed without investigation”, "
        "“Preliminary examination”."
    )
    assert verdict.lawful_next == ("review_requested", "closed_no_investigation", "preliminary_examination")
    assert verdict.code == "not_listed"


def test_the_author_of_a_file_is_told_in_the_keys_that_files_are_written_in(referral: Definition) -> None:
    refusal = judge(referral, CaseState("declined"), "case_stage").refusal
    assert refusal is not None
    assert refusal.in_keys() == (
        "'declined' does not lead to 'case_stage'. "
        "Lawful next: review_requested, closed_no_investigation, preliminary_examination."
    )


def test_no_refusal_shows_a_reader_a_key(registry: Registry) -> None:
    refused = 0
    for definition in registry.all():
        keys = [row.key for row in definition.statuses if "_" in row.key]
        for start in (None, *definition.by_key):
            for target in definition.by_key:
                verdict = judge(definition, CaseState(start), target)
                refused += not verdict.lawful
                message = verdict.message
                assert not any(f"“{key}”" in message or f"'{key}'" in message for key in keys)
    assert refused > 1000


def test_a_misspelt_status_is_told_the_nearest_one(referral: Definition) -> None:
    verdict = judge(referral, CaseState("submitted"), "recieved")
    assert verdict.code == "unknown_status"
    assert verdict.message.startswith("“recieved” is no status of “ICC: referral by a State Party”. Did you mean “")
    assert verdict.refusal is not None and "Did you mean 'received'?" in verdict.refusal.in_keys()


def test_a_wrong_kind_is_told_the_right_one(referral: Definition) -> None:
    verdict = judge(referral, CaseState("investigation_open"), "suspended_unsc", "forward")
    assert verdict.message == (
        f"From “{referral.status('investigation_open').label}” to “{referral.status('suspended_unsc').label}” "
        "is a move of the kind “Suspension”, not “Step forward”."
    )
    assert judge(referral, CaseState("submitted"), "received", "sideways").code == "unknown_kind"


def test_a_page_begins_only_with_an_initial_status_and_an_import_anywhere(referral: Definition) -> None:
    assert judge(referral, CaseState(), "preparing").lawful
    refused = judge(referral, CaseState(), "case_stage")
    assert (refused.lawful, refused.code, refused.lawful_next) == (False, "not_initial", ("preparing",))
    assert judge(referral, CaseState(), "case_stage", importing=True).kind == "forward"
    assert not judge(referral, CaseState(), "no_such_status", importing=True).lawful


def test_a_first_status_refuses_a_kind_that_cannot_lead_to_it(referral: Definition) -> None:
    assert judge(referral, CaseState(), "suspended_unsc", "suspend", importing=True).lawful
    assert not judge(referral, CaseState(), "case_stage", "suspend", importing=True).lawful
    assert not judge(referral, CaseState(), "case_stage", "close", importing=True).lawful


def test_saying_the_current_status_again_is_a_new_period(referral: Definition) -> None:
    verdict = judge(referral, CaseState("received"), "received")
    assert (verdict.lawful, verdict.kind) == (True, "forward")
    assert not judge(referral, CaseState("received"), "received", "close").lawful


def test_a_resume_may_return_to_the_status_that_was_left_though_no_table_lists_it(warrant: Definition) -> None:
    state = replay(warrant, [Step("surrender_refused"), Step("issued_public"), Step("suspended", "circulated")])
    assert resumes_to(warrant, state) == "issued_public"
    left = CaseState("suspended", left_status="surrender_refused")
    assert judge(warrant, left, "surrender_refused").kind == "resume"
    assert next_keys(warrant, left)[-1] == "surrender_refused"
    assert judge(warrant, left, "surrender_refused", "back").code == "wrong_kind"
    assert not judge(warrant, CaseState("suspended", left_status="circulated"), "surrender_refused").lawful


def test_the_status_left_is_remembered_through_a_chain_of_pauses(referral: Definition) -> None:
    history = ["preliminary_examination", "deferral_requested", "deferred_to_state", "resumption_requested"]
    state = replay(referral, [Step(status) for status in history])
    assert state.left_status == "preliminary_examination"
    assert judge(referral, state, "preliminary_examination", "resume").lawful
    assert advance(referral, state, status="preliminary_examination").left_status is None


def test_a_case_that_begins_paused_returns_to_where_its_event_says(referral: Definition) -> None:
    state = replay(referral, [Step("deferral_requested", resume_to="case_stage")])
    assert judge(referral, state, "case_stage").kind == "resume"
    assert not judge(referral, replay(referral, [Step("deferral_requested")]), "case_stage").lawful


def test_a_pause_said_again_keeps_the_status_that_was_left(warrant: Definition) -> None:
    state = replay(warrant, [Step("surrender_refused"), Step("suspended"), Step("suspended")])
    assert judge(warrant, state, "surrender_refused").kind == "resume"


def test_a_jump_must_be_said_and_must_lead_somewhere(registry: Registry, warrant: Definition) -> None:
    national = registry.get("universal_jurisdiction")
    filed = CaseState("complaint_filed")
    assert not judge(national, filed, "suspects_charged").lawful
    assert judge(national, filed, "suspects_charged", "jump").kind == "jump"
    assert judge(national, filed, "investigation_open", "jump").lawful
    ended = judge(warrant, CaseState("executed"), "arrested", "jump")
    assert (ended.lawful, ended.code) == (False, "not_reachable")


def test_jump_targets_leave_out_what_is_listed(registry: Registry) -> None:
    national = registry.get("universal_jurisdiction")
    targets = jump_targets(national, CaseState("complaint_filed"))
    assert "suspects_charged" in targets
    assert not {"investigation_open", "complaint_filed", "evidence_gathering"} & set(targets)


def test_an_icc_warrant_does_not_lapse(warrant: Definition) -> None:
    for issuer in ("ICC", "icc", "International Criminal Court, Pre-Trial Chamber I"):
        state = CaseState("circulated", details={"issuer": issuer})
        verdict = judge(warrant, state, "lapsed")
        assert verdict.code == "forbidden"
        assert "Art. 58(4)" in verdict.message
        assert verdict.message.startswith(f"“{warrant.status('lapsed').label}” is forbidden here")
        assert "lapsed" not in verdict.lawful_next
        assert not judge(warrant, state, "lapsed", "jump").lawful
        assert not judge(warrant, CaseState(details=state.details), "lapsed", importing=True).lawful


def test_a_national_warrant_lapses(warrant: Definition) -> None:
    for issuer in ("Circuit Court in Warsaw", "Sicca court", None):
        assert judge(warrant, CaseState("circulated", details={"issuer": issuer}), "lapsed").kind == "close"


def test_a_case_of_one_subtype_has_no_status_of_another(registry: Registry) -> None:
    mechanism = registry.get("un_mechanism")
    refused = judge(mechanism, CaseState(details={"subtype": "mandate"}), "upr_reviewed", importing=True)
    assert refused.code == "other_subtype"
    assert "belongs to the subtype" in refused.message and "'upr'" not in refused.message
    assert judge(mechanism, CaseState(details={"subtype": "upr"}), "upr_reviewed", importing=True).lawful
    assert next_keys(mechanism, CaseState(details={"subtype": "upr"})) == ("upr_preparation",)
    sanctions = registry.get("sanctions")
    for subtype in ("listing", "framework"):
        assert judge(sanctions, CaseState("renewal_due", details={"subtype": subtype}), "listed").lawful


def test_a_case_in_a_status_that_the_definition_dropped_is_not_stuck(referral: Definition) -> None:
    state = CaseState("an_older_status")
    assert judge(referral, state, "investigation_open").lawful
    assert next_keys(referral, state) == ("preparing",)
    assert jump_targets(referral, state) == ()
    assert [option.target for option in lawful_moves(referral, state)] == ["preparing"]
    assert again(referral, state) is None
