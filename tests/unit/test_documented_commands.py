"""What the guides, the compose file and the doctor print after `flask` is a command, and takes these options."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from tracker.cli import COMMAND_GROUPS

ROOT = Path(__file__).resolve().parents[2]
PLACES = sorted(
    [
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "tracker" / "doctor").glob("*.py"),
        *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "docker-compose.yml")),
    ]
)
COMMANDS: dict[str, click.Command] = {
    command.name: command for command in (getattr(import_module(m), n) for m, n in COMMAND_GROUPS.items())
}
_PRINTED = re.compile(r"(?<!from )\bflask (?:--app (?P<app>\S+) )?(?P<words>[a-z]+[^`\n#\"|)]*)")


def printed_in(path: Path) -> list[tuple[str | None, str]]:
    """(application named, words of the command and what follows them on the line)."""
    return [(one["app"], one["words"]) for one in _PRINTED.finditer(path.read_text(encoding="utf-8"))]


def command_of(words: str) -> click.Command | None:
    """What the words begin with; None when only a group is named."""
    name, _, rest = words.partition(" ")
    command = COMMANDS[name]
    if not isinstance(command, click.Group):
        return command
    below = re.match(r"[a-z]+", rest)
    return command.commands[below[0]] if below else None


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_every_command_that_is_printed_is_there_with_its_options(path: Path) -> None:
    for _app, words in printed_in(path):
        command = command_of(words)
        options = {option for one in command.params for option in one.opts} if command else set()
        assert set(re.findall(r"--[a-z][a-z-]*", words)) <= options, words


def test_commands_are_given_the_entry_that_may_do_them() -> None:
    """The web's entry works with a login that may note no bounce."""
    named = {app for path in PLACES for app, _words in printed_in(path) if app}
    assert named == {"/srv/tracker/commands.py"}


def test_the_guide_prints_commands_of_every_group() -> None:
    guide = ROOT / "docs" / "operator-guide.md"
    assert {words.split()[0] for _app, words in printed_in(guide)} >= COMMANDS.keys()
