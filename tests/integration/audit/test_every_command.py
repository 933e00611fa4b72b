"""Each use of each command is in the audit, a use that fails too; and a command without a line here fails the build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import select

from config import FieldKey
from tests.factories.person import make_person
from tests.integration.backup.conftest import age_key
from tests.support.acting import ActAs, act_as
from tracker.audit.models import AuditEntry
from tracker.cli import COMMAND_GROUPS
from tracker.core.actor import OPERATOR
from tracker.core.ids import new_id

__all__ = ["act_as"]
ONE = str(new_id())
NOTED: dict[str, tuple[str, ...]] = {
    "audit anchor": (),
    "audit chain": (),
    "audit verify": (),
    "backup create": ("--to", "FOLDER", "--recipient", "RECIPIENT"),
    "case removed": (),
    "case restore": ("ACC-NONE",),
    "clock list": ("--installed",),
    "doctor": (),
    "dossier export": ("--ref", "ACC-NONE"),
    "dossier import": ("FILE",),
    "file destroy": (ONE, "--yes"),
    "file waiting": (),
    "keys add": ("k-of-a-test",),
    "keys retire": ("none",),
    "keys rotate": ("none",),
    "keys status": (),
    "person erase": (ONE, "--yes"),
    "person rewrite": (),
    "reminders bounce": ("AAAAA-AAAAA", "--status", "5.1.1"),
    "reminders status": (),
    "reminders tick": (),
    "retention show": (),
    "sample load": (),
    "sample remove": (),
    "user create": ("--email", "new@example.org", "--name", "New", "--role", "head"),
    "user link": ("nobody@example.org",),
    "user list": (),
    "user vouch": ("nobody@example.org",),
}
OF_NO_DATABASE = {
    *("audit key", "backup keys", "backup verify", "clock check", "clock explain", "dossier schema"),
    *("pathway check", "pathway list", "pathway show"),
}
"""They read files and settings alone, and work where there is no database."""
NOTED_BY_ITSELF = {"backup restore"}
"""It brings the audit along, and writes what it did into it (tests/integration/backup)."""


def commands(found: click.Command, name: str) -> list[str]:
    if isinstance(found, click.Group):
        return [one for word, below in found.commands.items() for one in commands(below, f"{name} {word}")]
    return [name]


def test_every_command_has_a_line_here(app: Flask) -> None:
    ours = {_module.rpartition(".")[2] for _module in COMMAND_GROUPS}
    found = [one for word, command in app.cli.commands.items() if word in ours for one in commands(command, word)]
    assert len(ours) == len(COMMAND_GROUPS)
    assert sorted(found) == sorted({*NOTED, *OF_NO_DATABASE, *NOTED_BY_ITSELF})


@pytest.mark.own_app
def test_each_use_is_noted(app: Flask, act_as: ActAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.person.rewrite_files", lambda _database: None)  # it takes long
    keys = (FieldKey("a1", bytes(range(1, 33))),)
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], audit_keys=keys)
    with act_as(OPERATOR) as session:
        make_person(session, "administrator")
    (tmp_path / "file.json").write_text('{"format": "accountability-dossier/1"}')
    said = {"FOLDER": str(tmp_path), "RECIPIENT": age_key(tmp_path).recipient, "FILE": str(tmp_path / "file.json")}
    wrong = []
    for command, words in NOTED.items():
        before = len(noted(act_as))
        used = app.test_cli_runner().invoke(args=[*command.split(), *(said.get(word, word) for word in words)])
        assert "Usage:" not in used.output, used.output
        entries = noted(act_as)[before:]
        if len(entries) != 1 or not entries[0].endswith(f" {command}"):
            wrong.append(f"{command}: {entries}; {used.output[-200:]}")
    assert not wrong, "\n".join(wrong)


def noted(act_as: ActAs) -> list[str]:
    """The commands that the audit knows were used, in order."""
    with act_as(OPERATOR) as session:
        wanted = (
            select(AuditEntry).where(AuditEntry.action == "operator.command").order_by(AuditEntry.at, AuditEntry.id)
        )
        return [str(one.detail["command"]) for one in session.scalars(wanted)]
