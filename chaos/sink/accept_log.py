"""What the relay accepted: a line of JSON for each mail, written before the 250, and read again after a kill."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([^>\r\n]+)>")
_SUBJECT = re.compile(rb"(?im)^subject:[ \t]*([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)")
TOKEN = re.compile(rb"chaos-[0-9a-z]+-\d{6}")
"""Written into the title of every follow-up of a run, so that a mail tells which one it is about."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mail that the relay took on. `fault`: what it did around its answer; `connection`: who gave it."""

    number: int
    at: float
    message_id: str
    sender: str
    recipient: str
    subject: str
    tokens: tuple[str, ...]
    connection: int
    fault: str | None = None

    @classmethod
    def read(cls, line: str | bytes) -> Accepted:
        """From a line of the log."""
        found: dict[str, Any] = json.loads(line)
        return cls(**found | {"tokens": tuple(found["tokens"])})


class AcceptLog:
    """The log of one relay: in a file that outlives a kill -9, and at hand by Message-ID.

    It does not outlive a power cut unless `safe`: a relay of an office calls fsync, here nobody cuts the power.
    """

    def __init__(self, path: Path, *, safe: bool = False) -> None:
        self.accepted: list[Accepted] = []
        self.times: Counter[str] = Counter()
        self._safe = safe
        if path.exists():
            for line in path.read_bytes().splitlines():
                self._remember(Accepted.read(line))
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def accept(self, sender: str, recipient: str, content: bytes, connection: int, fault: str | None) -> Accepted:
        """Take a mail on; when this returns it is known for good."""
        head = content.partition(b"\r\n\r\n")[0]
        subject = _SUBJECT.search(head)
        accepted = Accepted(
            number=len(self.accepted) + 1,
            at=time.time(),
            message_id=message_id_of(head),
            sender=sender,
            recipient=recipient,
            subject=subject[1].decode("utf-8", "replace") if subject else "",
            tokens=tokens_of(content),
            connection=connection,
            fault=fault,
        )
        os.write(self._file, json.dumps(asdict(accepted)).encode() + b"\n")
        if self._safe:
            os.fdatasync(self._file)
        self._remember(accepted)
        return accepted

    def knows(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID was ever accepted."""
        return message_id.strip().strip("<>") in self.times

    def _remember(self, accepted: Accepted) -> None:
        self.accepted.append(accepted)
        self.times[accepted.message_id] += 1


def message_id_of(head: bytes) -> str:
    """The Message-ID of a header, without its brackets; empty where there is none."""
    found = _MESSAGE_ID.search(head)
    return found[1].decode("ascii", "replace") if found else ""


def tokens_of(content: bytes) -> tuple[str, ...]:
    """The follow-ups that a mail speaks of, in order, each once. Quoted-printable may break a line within a word."""
    found = TOKEN.findall(content.replace(b"=\r\n", b""))
    return tuple(dict.fromkeys(token.decode() for token in found))
