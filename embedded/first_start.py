"""What a first start does: four sample people with fresh passwords, and the sample cases; or nothing, with SAMPLE=0.

`python -m embedded.first_start` does it in a process of its own, through the public `flask` commands, and prints the
sign-ins to show once. It can be killed at any point: the next start goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from config import load_settings
from embedded.faults import EmbeddedServerFault

SIGN_INS = "sample-sign-ins.txt"
_DONE = "first-start-done"
# No letter that is mistaken for a digit: people type these from a terminal.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One of the people a newcomer signs in as."""

    role: str
    name: str
    email: str


PEOPLE = (
    SamplePerson("legal_officer", "Sample Legal Officer", "officer@example.org"),
    SamplePerson("coordinator", "Sample Coordinator", "coordinator@example.org"),
    SamplePerson("head", "Sample Head", "head@example.org"),
    SamplePerson("administrator", "Sample Administrator", "administrator@example.org"),
)


def is_due(data_dir: Path) -> bool:
    """Whether no first start of this data folder has come to its end."""
    return not (data_dir / "run" / _DONE).exists()


class FirstStart:
    """The first start of one data folder, on the application's own commands."""

    def __init__(self, app: Flask, data_dir: Path, sample: bool) -> None:
        self._file = data_dir / SIGN_INS
        self._mark = data_dir / "run" / _DONE
        self._app = app
        self._sample = sample

    def carry_out(self) -> str:
        """Make the sample people and load the sample; the sign-ins, empty when none were made.

        A database with people in it, whose passwords are not ours, is not new: it stays as it is.
        """
        sign_ins = ""
        known = self._emails()
        if self._sample and (self._file.exists() or not known):
            passwords = self._passwords()
            for person in PEOPLE:
                if person.email not in known:
                    self._create(person, passwords[person.email])
            self._flask("sample", "load")
            sign_ins = self._file.read_text(encoding="utf-8")
        self._mark.touch()
        return sign_ins

    def _passwords(self) -> dict[str, str]:
        """By address. They are kept before the first person is made, so that none is lost with a killed start."""
        if not self._file.exists():
            lines = [f"{person.role:<14} {person.email:<28} {new_password()}\n" for person in PEOPLE]
            draft = self._file.with_suffix(".part")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.writelines(lines)
            draft.rename(self._file)
        words = [line.split() for line in self._file.read_text(encoding="utf-8").splitlines()]
        return {email: password for _, email, password in words}

    def _emails(self) -> set[str]:
        return {str(person["email"]) for person in json.loads(self._flask("user", "list", "--json"))}

    def _create(self, person: SamplePerson, password: str) -> None:
        options = ["--email", person.email, "--name", person.name, "--role", person.role, "--password-stdin"]
        self._flask("user", "create", *options, given=password + "\n")

    def _flask(self, *words: str, given: str = "") -> str:
        done = self._app.test_cli_runner().invoke(args=words, input=given)
        if done.exit_code != 0:
            raise EmbeddedServerFault(f"flask {' '.join(words[:2])} failed: {done.stderr or done.exception!r}")
        return done.stdout


def new_password() -> str:
    """About 98 bits in four groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def main() -> int:
    from tracker import create_app
    from tracker.core.errors import NotConfigured
    from tracker.pathways.faults import DefinitionFault

    settings = load_settings()
    try:
        print(FirstStart(create_app(settings), settings.data_dir, settings.sample).carry_out(), end="")
    except (EmbeddedServerFault, NotConfigured, DefinitionFault) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
