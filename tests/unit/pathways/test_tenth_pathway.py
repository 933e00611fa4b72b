"""A tenth pathway is one YAML file: every part of the program that reads definitions takes it as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli.pathway import pathway_group
from tracker.pathways.demands import missing
from tracker.pathways.machine import judge, jump_targets
from tracker.pathways.offers import offered_follow_ups
from tracker.pathways.options import lawful_moves
from tracker.pathways.registry import OWN_DIRECTORY, Registry, load_directories
from tracker.pathways.state import CaseState, Step, replay


@pytest.fixture
def directory(tmp_path: Path, tenth: bytes) -> Path:
    (tmp_path / "interstate_case.yaml").write_bytes(tenth)
    return tmp_path


@pytest.fixture
def ten(directory: Path) -> Registry:
    return load_directories(OWN_DIRECTORY, directory)


def test_it_stands_beside_the_nine(ten: Registry) -> None:
    assert len(ten.keys()) == 10
    assert ten.get("interstate_case").label == "Inter-state case"


def test_its_moves_are_judged(ten: Registry) -> None:
    definition = ten.get("interstate_case")
    steps = [Step("application_filed"), Step("jurisdiction_phase"), Step("suspended")]
    state = replay(definition, steps)
    assert judge(definition, state, "jurisdiction_phase").kind == "resume"
    assert judge(definition, state, "discontinued").kind == "close"
    assert judge(definition, state, "discontinued", "resume").lawful
    refused = judge(definition, CaseState("application_filed"), "judgment")
    assert refused.message.endswith("Lawful next: “Preliminary objections”, “Written pleadings”, “Discontinued”.")
    assert "judgment" in jump_targets(definition, CaseState("application_filed"))


def test_a_page_can_offer_its_moves_and_its_work(ten: Registry) -> None:
    definition = ten.get("interstate_case")
    (begin,) = lawful_moves(definition, CaseState())
    assert (begin.target, begin.verb) == ("preparing", "Begin here")
    filed = lawful_moves(definition, CaseState("preparing"))[0]
    assert (filed.verb, [fact.key for fact in filed.requires]) == (
        "File the application",
        ["filed_on", "applicant", "respondent"],
    )
    assert [gap.key for gap in missing(definition, "discontinued", "close")] == ["outcome"]
    offers = offered_follow_ups(definition, "pleadings", date(2026, 1, 1), {"memorial_due_on": date(2026, 5, 19)})
    assert [(offer.title, offer.due_on, offer.kind) for offer in offers] == [
        ("Memorial due", date(2026, 4, 19), "deadline")
    ]


def test_the_command_line_knows_it(directory: Path) -> None:
    listed = CliRunner().invoke(pathway_group, ["list", "--directory", str(directory)])
    assert listed.exit_code == 0
    assert "interstate_case" in listed.output
    checked = CliRunner().invoke(pathway_group, ["check", str(directory / "interstate_case.yaml")])
    assert checked.exit_code == 0
