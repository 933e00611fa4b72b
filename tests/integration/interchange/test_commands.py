from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.accounts.models import Person, PersonRole
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.cli.dossier import dossier_group
from tracker.cli.sample import sample_group
from tracker.core.database import Base
from tracker.interchange.reading import read_text
from tracker.interchange.writing import papers

GOOD = """
format: accountability-dossier/1
sender: s
cases:
  - ref: C1
    pathway: icc_referral
    title: A referral
    events: [{occurred_on: 2024-09-30, status: submitted, summary: Sent}]
"""


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Any:
    """Run a command on a file with this content; `{file}` stands for its name."""

    def run(*words: str, content: str | bytes = GOOD) -> Any:
        path = tmp_path / "dossier.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        group = sample_group if words[0] == "sample" else dossier_group
        arguments = [word.replace("{file}", str(path)) for word in words[1:]]
        return app.test_cli_runner().invoke(group, arguments)

    return run


def cases(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_import_answers_with_one_json_object_and_status_0(run: Any, session: Session) -> None:
    answer = run("dossier", "import", "{file}", "--json")
    assert answer.exit_code == 0
    said = json.loads(answer.stdout)
    assert set(said) == {"created", "updated", "unchanged", "gaps", "errors"}
    assert said["created"] == {"cases": 1, "events": 1}
    assert cases(session) == 1


def test_a_refused_file_gives_status_1_every_fault_and_writes_nothing(run: Any, session: Session) -> None:
    broken = GOOD.replace("submitted", "sent").replace("2024-09-30", "2024-09-31")
    answer = run("dossier", "import", "{file}", "--json", content=broken)
    assert answer.exit_code == 1
    said = json.loads(answer.stdout)
    assert {error["path"] for error in said["errors"]} == {
        "cases[0].events[0].status",
        "cases[0].events[0].occurred_on",
    }
    assert all(error["message"] for error in said["errors"])
    assert said["created"] == said["updated"] == said["unchanged"] == {}
    assert cases(session) == 0


@pytest.mark.parametrize("content", [b"\xff", "a: [", "{", "- ]"])
def test_what_cannot_be_read_gives_status_2_and_json_all_the_same(run: Any, content: Any) -> None:
    answer = run("dossier", "import", "{file}", "--json", content=content)
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["errors"][0]["message"]


def test_a_missing_file_gives_status_2(run: Any) -> None:
    answer = run("dossier", "import", "{file}.not", "--json")
    assert (answer.exit_code, bool(json.loads(answer.stdout)["errors"])) == (2, True)


@pytest.mark.parametrize("content", ["", "[]", "5", "text", "null"])
def test_a_file_that_is_no_map_is_refused(run: Any, content: str) -> None:
    answer = run("dossier", "import", "{file}", "--json", content=content)
    assert (answer.exit_code, len(json.loads(answer.stdout)["errors"])) == (1, 1)


def test_a_dry_run_counts_and_writes_nothing(run: Any, session: Session) -> None:
    answer = run("dossier", "import", "{file}", "--dry-run", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["created"]) == (0, {"cases": 1, "events": 1})
    assert cases(session) == 0
    assert run("dossier", "import", "{file}").exit_code == 0
    assert cases(session) == 1


def test_without_json_faults_are_told_in_words(run: Any) -> None:
    answer = run("dossier", "import", "{file}", content=GOOD.replace("submitted", "sent"))
    assert answer.exit_code == 1
    assert "cases[0].events[0].status" in answer.stderr
    assert answer.stdout == ""


def test_a_refusal_in_words_lists_faults_alone_and_counts_the_gaps(run: Any) -> None:
    broken = GOOD.replace("submitted", "sent") + "    lead: nobody@example.org\ncontacts: [{ref: K, email: nowhere}]\n"
    answer = run("dossier", "import", "{file}", content=broken)
    told = answer.stderr.splitlines()
    assert [line.split(":")[0] for line in told[:-1]] == ["cases[0].events[0].status"]
    assert told[-1] == "Refused, nothing was written: 1 faults. 2 gaps are left out here; --json lists them."
    good = run("dossier", "import", "{file}", content=broken.replace("sent", "submitted"))
    assert "gap: contacts[0].email" in good.stderr


def test_export_writes_the_document_alone(run: Any) -> None:
    run("dossier", "import", "{file}")
    as_yaml, as_json = run("dossier", "export"), run("dossier", "export", "--json", "--ref", "C1")
    assert read_text(as_yaml.stdout).document == json.loads(as_json.stdout)
    assert json.loads(as_json.stdout)["cases"][0]["events"][0]["occurred_on"] == "2024-09-30"
    unknown = run("dossier", "export", "--ref", "C9")
    assert (unknown.exit_code, unknown.stdout) == (1, "")


@pytest.mark.parametrize("words", [("--ref", "NOPE"), ("--as", "nobody@example.org")])
def test_a_refused_export_still_answers_with_one_json_object(run: Any, words: tuple[str, ...]) -> None:
    refused = run("dossier", "export", "--json", *words)
    (error,) = json.loads(refused.stdout)["errors"]
    assert refused.exit_code == 1 and words[1] in error["message"]


def test_schema_is_a_json_schema_that_the_good_file_fits(run: Any) -> None:
    import jsonschema

    jsonschema.Draft202012Validator(json.loads(run("dossier", "schema").stdout)).validate(read_text(GOOD).document)


def test_somebody_unknown_cannot_act(run: Any) -> None:
    assert run("dossier", "export", "--as", "nobody@example.org").exit_code == 1
    answer = run("dossier", "import", "{file}", "--json", "--as", "nobody@example.org")
    assert (answer.exit_code, len(json.loads(answer.stdout)["errors"])) == (1, 1)


def test_the_example_of_the_documentation_can_be_imported(run: Any, app: Flask) -> None:
    page = (Path(__file__).parents[3] / "docs" / "dossier-format.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    answer = run("dossier", "import", "{file}", "--json", content=example)
    assert json.loads(answer.stdout)["created"] == {"contacts": 1, "cases": 2, "events": 3}


def test_an_import_that_dies_in_the_middle_leaves_nothing(
    run: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(papers, "write_documents", die)
    assert run("dossier", "import", "{file}").exit_code != 0
    assert cases(session) == 0
    monkeypatch.undo()
    assert run("dossier", "import", "{file}").exit_code == 0


def test_an_import_whose_database_goes_away_leaves_nothing(
    run: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = papers.write_documents

    def cut(work: Any, file: Any) -> None:
        write(work, file)
        work.session.flush()
        work.session.connection().connection.driver_connection.close()

    monkeypatch.setattr(papers, "write_documents", cut)
    answer = run("dossier", "import", "{file}", "--json")
    assert answer.exit_code == 1
    assert "nothing was written" in json.loads(answer.stdout)["errors"][0]["message"]
    assert cases(session) == 0


def test_each_use_is_in_the_audit_without_content(run: Any, session: Session) -> None:
    run("dossier", "import", "{file}")
    run("dossier", "export")
    session.rollback()
    entries = session.scalars(select(AuditEntry)).all()
    assert {"dossier.imported", "case.imported", "dossier.exported"} <= {entry.action for entry in entries}
    assert "A referral" not in " ".join(str(entry.detail) for entry in entries)


def rows(session: Session) -> dict[str, int]:
    """How many rows each table holds; what is kept for good, and the pathways, set aside."""
    session.rollback()
    kept = ("audit_entries", "audit_links", "audit_anchors", "audit_checks", "pathway_definitions")
    tables = [one for name, one in Base.metadata.tables.items() if name not in kept]
    return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def test_the_sample_comes_and_goes_and_comes_again(run: Any, session: Session) -> None:
    for email in ("officer@example.org", "coordinator@example.org", "head@example.org"):
        person = Person(email=email, name=email)
        session.add(person)
        session.flush()
        session.add(PersonRole(person_id=person.id, role="legal_officer"))
    session.commit()
    before = rows(session)
    full = []
    for _ in range(2):
        loaded = run("sample", "load")
        assert loaded.exit_code == 0, loaded.output
        full.append(rows(session))
        assert (full[-1]["cases"], full[-1]["reminders"] > 0) == (23, True)
        removed = run("sample", "remove")
        assert "23 cases" in removed.stdout
        assert rows(session) == before
    assert full[0] == full[1]
    assert "no sample" in run("sample", "remove").stdout


def test_a_person_takes_the_sample_out_only_with_the_right_to_delete_all_of_it(run: Any, session: Session) -> None:
    for role in ("legal_officer", "coordinator", "head", "administrator"):
        person = Person(email=f"{role}@example.org", name=role)
        session.add(person)
        session.flush()
        session.add(PersonRole(person_id=person.id, role=role))
    session.commit()
    refused = run("sample", "load", "--as", "administrator@example.org")
    assert (refused.exit_code, cases(session)) == (1, 0)
    assert run("sample", "load").exit_code == 0
    for role in ("legal_officer", "coordinator", "administrator"):
        refused = run("sample", "remove", "--as", f"{role}@example.org")
        assert (refused.exit_code, cases(session)) == (1, 23)
        assert "Not permitted" in refused.stderr
    assert run("sample", "remove", "--as", "head@example.org").exit_code == 1, "some of its cases are for members only"
    session.execute(update(Case).values(level="internal"))
    session.commit()
    allowed = run("sample", "remove", "--as", "head@example.org")
    assert (allowed.exit_code, cases(session)) == (0, 0), allowed.output
