from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli.pathway import pathway_group
from tracker.pathways.schema import Definition


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(pathway_group, list(arguments), catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def test_list_names_each_pathway_and_its_statuses() -> None:
    status, output, _ = run("list", "--json")
    listed = {row["key"]: row for row in json.loads(output)}
    assert status == 0
    assert len(listed) == 9
    assert listed["icc_referral"]["statuses"][:2] == ["preparing", "submitted"]
    assert listed["sanctions"]["initial"] == ["identified", "lit_filed"]


def test_show_gives_the_definition_whole() -> None:
    status, output, _ = run("show", "arrest_warrant", "--json")
    assert status == 0
    assert Definition.model_validate(json.loads(output)).status("issued_sealed").label == "Issued under seal"


def test_show_reads_as_text_with_moves_facts_work_and_clocks() -> None:
    _, output, _ = run("show", "country_accession")
    assert "considering [open, at least restricted] State considering" in output
    assert "  -> political_support (forward): Record public support" in output
    assert "  *  every 30 days: Contact" in output
    assert "rome_statute_126_2" in output
    assert "no period from referral by another state" in output


def test_show_of_an_unknown_key_lists_the_pathways() -> None:
    status, output, errors = run("show", "arrest_warrants")
    assert (status, output) == (1, "")
    assert "arrest_warrant" in errors


def test_check_prints_every_fault_with_file_and_line(tmp_path: Path, tenth: bytes) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(
        tenth.replace(b"phase: decided", b"phase: dreaming").replace(b"{to: hearing,", b"{to: hearings,")
    )
    status, output, _ = run("check", str(broken))
    text = broken.read_text()
    phase = text[: text.index("phase: dreaming")].count("\n") + 1
    target = text[: text.index("{to: hearings,")].count("\n") + 1
    assert status == 1
    assert f"{broken}:{phase}: statuses[6].phase: unknown phase 'dreaming'" in output
    assert f"{broken}:{target}: statuses[3].next[0].to: 'hearings' is no status" in output


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"- list", b"key: [", b"key: 3\nstatuses: none"])
def test_check_of_anything_else_answers_without_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    status, output, _ = run("check", str(path))
    assert status == 1
    assert output.startswith(f"{path}:")


def test_a_faulty_directory_is_told_and_not_listed(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("key: mine\n")
    status, output, errors = run("list", "--json", "--directory", str(tmp_path))
    assert (status, output) == (1, "")
    assert "'statuses' is missing" in errors
