"""What the nine definitions say beside their moves, against what the domain reference and the clock table say."""

from __future__ import annotations

import pytest

from tracker.pathways.registry import Registry
from tracker.pathways.schema import Clock
from tracker.pathways.strings import translatable_strings

CLOCKS_OF_THE_TABLE = {
    # amount, unit, counting, roll, certainty
    "rome_statute_18_2": (1, "months", "CM", "R0", "V"),
    "rome_statute_18_3": (6, "months", "CM", "R0", "V"),
    "rome_statute_16": (12, "months", "CM", "R0", "V"),
    "rome_statute_53_3_a": (90, "days", "C0", "R0", "V"),
    "icc_rpe_109_1": (180, "days", "C0", "R0", "V"),
    "rome_statute_58_4": (None, None, None, None, "V"),
    "rome_statute_59_2": (None, None, None, None, "V"),
    "rome_statute_92_3": (60, "days", "C0", "R0", "V"),
    "icc_rpe_118_2": (120, "days", "C0", "R0", "V"),
    "icc_rpe_118_3": (1, "years", "CM", "R0", "V"),
    "icc_rpe_121_3": (30, "days", "C0", "R0", "K"),
    "icc_rpe_150_1": (30, "days", "C-ICC", "R-ICC", "V"),
    "icc_rpe_154_1": (5, "days", "C-ICC", "R-ICC", "K"),
    "icc_rpe_155_1": (5, "days", "C-ICC", "R-ICC", "K"),
    "icc_rpe_156_5": (None, None, None, None, "V"),
    "icc_reg_34_b": (10, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_34_c": (3, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_50_1": (30, "days", "C0", "R-ICC", "V"),
    "icc_reg_50_2": (10, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_53_1": (60, "days", "C0", "R0", "V"),
    "icc_reg_58_1": (90, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_59_1": (60, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_64_2": (21, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_64_8": (4, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_64_8_response": (2, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_65_3": (3, "days", "C-ICC", "R-ICC", "V"),
    "icc_reg_65_4": (10, "days", "C-ICC", "R-ICC", "V"),
    "rome_statute_87_7": (None, None, None, None, "V"),
    "rome_statute_126_2": (60, "days", "C126", "R0", "V"),
    "rome_statute_127_1": (1, "years", "CM", "R0", "V"),
    "eaw_consent": (10, "days", "C0", "R0", "V2"),
    "eaw_decision": (60, "days", "C0", "R0", "V2"),
    "eaw_surrender": (10, "days", "C0", "R0", "V2"),
    "pl_kpk_607m_1": (40, "days", "C0", "R0", "V"),
    "pl_kpk_607m_1a": (60, "days", "C0", "R0", "V"),
    "pl_kpk_607m_1a_consent": (10, "days", "C0", "R0", "V"),
    "tfeu_263_6": (2, "months", "CM", "R-CJEU", "V2"),
    "cjeu_statute_56": (2, "months", "CM", "R-CJEU", "V2"),
    "eu_reg_1182_71_3": (None, None, "C0", "R-EU", "V2"),
    "eu_sanctions_expiry": (None, None, "calendar", "R0", "V2"),
    "interpol_retention": (5, "years", "CM", "R0", "V2"),
    "interpol_ccf_40_deletion": (9, "months", "CM", "R0", "V2"),
    "interpol_ccf_40_access": (4, "months", "CM", "R0", "V2"),
    "interpol_ccf_41": (1, "months", "CM", "R0", "V2"),
    "hrc_upr_response": (None, None, "calendar", None, "K"),
    "uk_samla_24": (None, None, None, None, "K"),
    "pl_kpk_460": (7, "days", "C0", "R-PL", "V"),
    "pl_kpk_445": (14, "days", "C0", "R-PL", "V"),
    "pl_kpk_422": (7, "days", "C0", "R-PL", "V"),
    "pl_kpk_306_3": (6, "weeks", "CW", "R0", "V"),
    "pl_kpk_307_1": (30, "days", "C0", "R-PL", "V"),
    "pl_kpk_310": (3, "months", "CM", "R-PL", "V"),
    "pl_kpk_263": (90, "days", "C24", "R0", "V"),
    "pl_kpk_263_2": (360, "days", "C24", "R0", "V"),
    "pl_kpk_263_3": (730, "days", "C24", "R0", "V"),
    "lt_bpk_168": (7, "days", "C0", "R-LT", "V2"),
    "lt_bpk_168_1": (10, "days", "C0", "R-LT", "V"),
    "lt_bpk_313": (20, "days", "C0", "R-LT", "V2"),
    "lt_bpk_176": (9, "months", "CM", "R0", "V2"),
    "lt_bpk_176_less_serious": (6, "months", "CM", "R0", "V2"),
    "lt_bpk_176_misdemeanour": (3, "months", "CM", "R0", "V2"),
    "de_stpo_172_1": (2, "weeks", "CW", "R-DE", "V"),
    "de_stpo_172_2": (1, "months", "CM", "R-DE", "V"),
    "de_stpo_341": (1, "weeks", "CW", "R-DE", "V"),
    "de_stpo_345": (1, "months", "CM", "R-DE", "V"),
    "de_stpo_345_21_weeks": (2, "months", "CM", "R-DE", "V"),
    "de_stpo_345_35_weeks": (3, "months", "CM", "R-DE", "V"),
    "cz_tr_143": (3, "days", "C0", "R-CZ", "V"),
    "cz_tr_248": (8, "days", "C0", "R-CZ", "V2"),
    "ch_stpo_396": (10, "days", "C0", "R-CH", "V"),
    "ch_stpo_399_1": (10, "days", "C0", "R-CH", "V"),
    "ch_stpo_399_3": (20, "days", "C0", "R-CH", "V"),
    "ch_bgg_100": (30, "days", "C0", "R-CH", "V"),
    "ch_bgg_100_assistance": (10, "days", "C0", "R-CH", "V"),
}

WITHOUT_A_PERIOD = {
    "preliminary_examination_length",
    "phase1_length",
    "rome_statute_15_4",
    "rome_statute_53_3_decision",
    "rome_statute_58_4",
    "rome_statute_87_7",
    "joining_a_referral",
    "founding_text",
    "no_period_in_law",
    "upr_midterm_report",
    "uk_samla_24",
    "de_investigation_length",
    "ch_investigation_length",
}


@pytest.fixture(scope="module")
def clocks(registry: Registry) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = {}
    for definition in registry.all():
        for clock in definition.clocks:
            found.setdefault(clock.key, []).append(clock)
    return found


@pytest.mark.parametrize("key", CLOCKS_OF_THE_TABLE)
def test_each_clock_of_the_table_is_there_with_its_numbers(clocks: dict[str, list[Clock]], key: str) -> None:
    for clock in clocks[key]:
        said = (clock.amount, clock.unit, clock.counting, clock.roll, clock.certainty)
        assert said == CLOCKS_OF_THE_TABLE[key]


def test_no_period_is_invented_where_the_law_sets_none(clocks: dict[str, list[Clock]]) -> None:
    for key in WITHOUT_A_PERIOD:
        for clock in clocks[key]:
            assert (clock.type, clock.amount) == ("none", None), key


def test_an_action_for_annulment_adds_up_its_legs(clocks: dict[str, list[Clock]]) -> None:
    (published,) = clocks["tfeu_263_6_publication"]
    assert [(step.amount, step.unit) for step in (*published.before, *published.then)] == [(14, "days"), (10, "days")]
    (notified,) = clocks["tfeu_263_6"]
    assert notified.before == () and [step.amount for step in notified.then] == [10]


def test_facts_that_the_dossier_format_names_keep_their_names(registry: Registry) -> None:
    def fact(pathway: str, status: str, key: str) -> str:
        row = registry.get(pathway).status(status)
        return next(fact.type for fact in row.facts if fact.key == key)

    assert fact("icc_referral", "received", "situation_number") == "text"
    assert fact("icc_referral", "investigation_open", "received_on") == "per_state"
    assert fact("icc_referral", "deferral_requested", "received_on") == "date"
    assert fact("un_mechanism", "established", "vote") == "text"
    assert fact("political_resolution", "adopted", "vote") == "text"


@pytest.mark.parametrize(
    ("pathway", "detail", "values"),
    [
        ("un_mechanism", "subtype", ("mandate", "upr")),
        ("sanctions", "subtype", ("listing", "framework", "litigation")),
        ("country_accession", "subtype", ("join", "treaty")),
        ("arrest_warrant", "instrument_kind", ("application", "detention_order", "wanted_notice", "circulation")),
        ("political_resolution", "legal_effect", ("none", "declaratory", "binding")),
        (
            "universal_jurisdiction",
            "jurisdiction_basis",
            ("universal", "treaty_aut_dedere", "passive_personality", "territorial", "aircraft_registration"),
        ),
    ],
)
def test_details_carry_the_values_that_are_listed(
    registry: Registry, pathway: str, detail: str, values: tuple[str, ...]
) -> None:
    assert {row.key: row.values for row in registry.get(pathway).details}[detail] == values


def test_initial_statuses_are_the_first_rows_and_the_two_child_machines(registry: Registry) -> None:
    initial = {definition.key: definition.initial for definition in registry.all()}
    assert initial["un_mechanism"] == ("proposed", "upr_preparation")
    assert initial["sanctions"] == ("identified", "lit_filed")
    for key in set(initial) - {"un_mechanism", "sanctions"}:
        assert initial[key] == (registry.get(key).statuses[0].key,)


def test_every_status_that_has_standard_work_in_the_reference_offers_it(registry: Registry) -> None:
    without = {
        (definition.key, status.key)
        for definition in registry.all()
        for status in definition.statuses
        if not status.follow_ups
    }
    assert without == {
        ("icc_referral", "abandoned"),
        ("icc_communication", "closed_completed"),
        ("icc_communication", "abandoned"),
        ("universal_jurisdiction", "abandoned"),
        ("arrest_warrant", "not_pursued"),
        ("country_accession", "not_pursued"),
        ("special_tribunal", "abandoned"),
        ("special_tribunal", "closed_residual"),
        ("un_mechanism", "upr_cycle_closed"),
        ("sanctions", "not_pursued"),
        ("sanctions", "lit_interim_decided"),
        ("sanctions", "lit_remitted"),
        ("sanctions", "lit_withdrawn"),
        ("political_resolution", "superseded"),
        ("political_resolution", "fulfilled"),
    }


def test_the_pauses_of_a_communication_are_those_of_a_referral(registry: Registry) -> None:
    referral, communication = registry.get("icc_referral"), registry.get("icc_communication")
    for key in ("deferral_requested", "deferred_to_state", "resumption_requested", "case_stage", "suspended_unsc"):
        assert communication.status(key).facts == referral.status(key).facts
        assert communication.status(key).follow_ups == referral.status(key).follow_ups


def test_every_sentence_that_a_page_may_show_can_be_translated(registry: Registry) -> None:
    tribunal = translatable_strings(registry.get("special_tribunal"))
    assert {
        "Special tribunal",
        "Core group / drafting",
        "Return to drafting",
        "Review: Formal request by territorial state",
        "Number of declared participants",
        "Periods of the tribunal",
        "Question of immunity",
    } <= set(tribunal)
    assert len(set(tribunal)) == len(tribunal)
