"""`flask clock` as people run it: words, JSON, exit status, in English and Belarusian."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tracker.cli.clock import clock_group
from tracker.clocks.rulebook import EXAMPLES
from tracker.core import languages


@pytest.fixture
def app() -> Flask:
    app = Flask("clock")
    languages.init_app(app)
    return app


def run(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(clock_group, list(arguments), catch_exceptions=False)


def explained(app: Flask, *arguments: str) -> dict[str, object]:
    result = run(app, "explain", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    facts: dict[str, object] = json.loads(result.stdout)
    return facts


def test_a_month_is_explained_with_its_days_source_and_certainty(app: Flask) -> None:
    found = explained(app, "--rule", "rome_statute_18_2", "--trigger", "2026-03-14")
    assert (found["due_on"], found["latest_filing"]) == ("2026-04-14", None)
    assert found["steps"] == [
        "Trigger, receipt by that State of the notification under Article 18(1): Saturday, 14 March 2026.",
        "1 month on: Tuesday, 14 April 2026.",
    ]
    assert "Rome Statute Art. 18(2)" in str(found["source"])
    assert (found["certainty"], found["binds"], found["opens_right"], found["calendar"]) == ("V", "state", True, "ICC")
    assert found["calendar_note"] is None, "no holiday can move a month that never rolls"


def test_the_outer_limit_of_a_filing_stands_beside_the_safe_day(app: Flask) -> None:
    found = explained(app, "--rule", "icc_rpe_155_1", "--trigger", "2024-11-21")
    assert (found["due_on"], found["latest_filing"]) == ("2024-11-26", "2024-11-27")


def test_a_canton_moves_the_day(app: Flask) -> None:
    asked = ("--rule", "ch_stpo_396", "--trigger", "2027-10-22")
    assert explained(app, *asked)["due_on"] == "2027-11-01"
    found = explained(app, *asked, "--calendar", "CH-SG")
    assert (found["due_on"], found["calendar"]) == ("2027-11-02", "CH-SG")


def test_a_calendar_is_named_in_small_letters_too(app: Flask) -> None:
    found = explained(app, "--rule", "ch_stpo_396", "--trigger", "2027-10-22", "--calendar", "ch-sg")
    assert (found["due_on"], found["calendar"]) == ("2027-11-02", "CH-SG")


def test_an_act_of_the_union_may_be_done_in_any_state(app: Flask) -> None:
    """21 July is a holiday in Belgium, where no court of ours sits."""
    asked = ("--rule", "eu_reg_1182_71_3", "--trigger", "2026-07-11", "--period", "10 days")
    assert explained(app, *asked)["due_on"] == "2026-07-21"
    assert explained(app, *asked, "--calendar", "BE")["due_on"] == "2026-07-22"


def test_what_follows_detention_is_asked_for_a_fortnight_before_its_end(app: Flask) -> None:
    found = explained(app, "--rule", "pl_kpk_263", "--trigger", "2026-11-02")
    assert (found["due_on"], found["ask_on"]) == ("2027-01-31", "2027-01-17")
    assert found["see_also"] == ["pl_kpk_263_2", "pl_kpk_263_3"]


def test_a_key_with_several_variants_gives_each_of_them(app: Flask) -> None:
    found = explained(app, "--rule", "de_stpo_172", "--trigger", "2026-11-20", "--calendar", "DE-BW")
    variants = found["variants"]
    assert isinstance(variants, list)
    assert [(one["rule"], one["due_on"]) for one in variants] == [
        ("de_stpo_172_1", "2026-12-04"),
        ("de_stpo_172_2", "2026-12-21"),
    ]


def test_a_rule_names_its_sisters(app: Flask) -> None:
    assert explained(app, "--rule", "tfeu_263_6", "--trigger", "2026-03-06")["see_also"] == ["tfeu_263_6_publication"]


def test_a_period_that_an_act_names_is_counted_by_the_regulation(app: Flask) -> None:
    found = explained(app, "--rule", "eu_reg_1182_71_3", "--trigger", "2026-11-04", "--period", "10 days")
    assert found["due_on"] == "2026-11-16"


@pytest.mark.parametrize("trigger", ["2026-03", "2026"])
def test_no_clock_starts_from_a_vague_date(app: Flask, trigger: str) -> None:
    result = run(app, "explain", "--rule", "rome_statute_18_2", "--trigger", trigger, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "vague" in result.stderr
    assert f"{trigger[:4]}-" in result.stderr
    assert "which one was it?" in result.stderr


@pytest.mark.parametrize("key", ["rome_statute_58_4", "uk_samla_24", "hrc_upr_response", "eu_reg_1182_71_3"])
def test_where_the_law_sets_no_period_none_is_made_up(app: Flask, key: str) -> None:
    result = run(app, "explain", "--rule", key, "--trigger", "2026-03-14", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no period in law" in result.stderr
    assert "Source: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rule", "rome_statute_18_2", "--trigger", "2026-02-30"), "no day of the calendar"),
        (("--rule", "rome_statute_18_2", "--trigger", "soon"), "no day of the calendar"),
        (("--rule", "rome_statute_999", "--trigger", "2026-03-14"), "is no rule"),
        (("--rule", "rome_statute", "--trigger", "2026-03-14"), "these begin with it: rome_statute_124, "),
        (("--rule", "ch_stpo_396", "--trigger", "2026-03-14", "--calendar", "CH-XX"), "no calendar"),
        (("--rule", "ch_stpo_396", "--trigger", "2026-03-14", "--calendar", "CH-XX"), "CH, CH-AG, CH-AI, "),
        (("--rule", "ch_stpo_396", "--trigger", "2026-03-14", "--calendar", "PL"), "not by 'PL'"),
        (("--rule", "eaw_decision", "--trigger", "2026-03-14", "--calendar", "PL"), "by no calendar: leave 'PL' out"),
        (
            ("--rule", "eu_reg_1182_71_3", "--trigger", "2026-03-14", "--period", "1 day", "--calendar", "XX"),
            "name a State",
        ),
        (("--rule", "silence_letter", "--trigger", "2026-03-14", "--calendar", "P1"), "name a State"),
        (("--rule", "eu_reg_1182_71_3", "--trigger", "2026-03-14"), "--period '10 days'"),
        (("--rule", "eu_reg_1182_71_3", "--trigger", "2026-03-14", "--period", "soon"), "no period"),
        (("--rule", "rome_statute_124", "--trigger", "9999-12-31"), "no calendar is known"),
    ],
)
def test_what_cannot_be_reckoned_says_why(app: Flask, arguments: tuple[str, ...], words: str) -> None:
    result = run(app, "explain", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_it_is_explained_in_belarusian(app: Flask) -> None:
    found = explained(app, "--rule", "rome_statute_18_2", "--trigger", "2026-03-14", "--language", "be")
    assert str(found["steps"][1]) == "Плюс 1 месяц: аўторак, 14 красавіка 2026."  # type: ignore[index]
    assert (found["due_on"], found["binds"]) == ("2026-04-14", "state")
    vague = run(app, "explain", "--rule", "rome_statute_18_2", "--trigger", "2026-03", "--language", "be")
    assert "адлік, недакладная" in vague.stderr


def test_text_for_people_says_whom_it_binds_and_how_sure_the_rule_is(app: Flask) -> None:
    output = run(app, "explain", "--rule", "interpol_ccf_41", "--trigger", "2026-10-31").stdout
    assert "due on 2026-11-30" in output
    assert "Date of an institution; binds the institution, not us." in output
    assert "V2: unverified rule: seen in a secondary text only" in output


def test_an_unknown_language_is_refused(app: Flask) -> None:
    result = run(app, "explain", "--rule", "rome_statute_18_2", "--trigger", "2026-03-14", "--language", "xx")
    assert result.exit_code == 2


def test_every_rule_stands_the_check(app: Flask) -> None:
    result = run(app, "check", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["wrong"], found["too_few_examples"]) == (0, [], [])
    assert found["examples"] >= 200


def test_an_example_that_comes_out_otherwise_fails_the_check(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "examples.yaml"
    wrong.write_text(EXAMPLES.read_text("utf-8").replace("due_on: 2022-01-16", "due_on: 2022-01-17"), "utf-8")
    result = run(app, "check", str(wrong))
    assert result.exit_code == 1
    assert "wanted 2022-01-17, got 2022-01-16" in result.stdout
    assert ", 1 wrong" in result.stdout


def test_the_list_names_every_rule_with_its_period(app: Flask) -> None:
    output = run(app, "list").stdout
    assert "rome_statute_126_2           60 days      [V]" in output
    assert "rome_statute_58_4            no period    [V]" in output
