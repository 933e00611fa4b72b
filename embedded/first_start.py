"""What a first start does: four sample people with fresh passwords, and the sample cases; or nothing, with SAMPLE=0."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from embedded.faults import EmbeddedServerFault
from embedded.service import ROOT

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


class FirstStart:
    """The first start of one data folder. It can be killed at any point: the next start goes on where it stopped."""

    def __init__(self, data_dir: Path, environment: dict[str, str], sample: bool) -> None:
        self._file = data_dir / SIGN_INS
        self._mark = data_dir / "run" / _DONE
        self._environment = environment
        self._sample = sample

    def is_due(self) -> bool:
        """Whether this start is the first. A database with people in it, whose passwords are not ours, is not new."""
        if self._mark.exists():
            return False
        return self._file.exists() or not self._emails()

    def carry_out(self) -> str | None:
        """Make the sample people and load the sample; the sign-ins to show once. None when nothing was wanted."""
        if self._sample:
            passwords = self._passwords()
            known = self._emails()
            missing = [person for person in PEOPLE if person.email not in known]
            with ThreadPoolExecutor(len(PEOPLE)) as pool:  # each waits for a command of its own
                list(pool.map(lambda person: self._create(person, passwords[person.email]), missing))
            self._flask("sample", "load")
        self._mark.touch()
        return self._file.read_text(encoding="utf-8") if self._sample else None

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
        done = subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=os.environ | self._environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedServerFault(f"flask {' '.join(words[:2])} failed:\n{done.stderr.strip()[-2000:]}")
        return done.stdout


def new_password() -> str:
    """About 98 bits in four groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
