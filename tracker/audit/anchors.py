"""Anchors: the head of the chain, signed once a day, kept, and sent off the server by mail or into a folder.

Whoever owns the database can rewrite every row; they can't call back what lies in another place.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.audit.canonical import canonical_anchor
from tracker.audit.chain import head_of, is_alone
from tracker.audit.keys import AuditKey
from tracker.audit.models import AuditAnchor
from tracker.core import clock
from tracker.core.errors import NotConfigured

EVERY = timedelta(days=1)
FORMAT = "tracker-audit-anchor/1"
LARGEST_FILE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor as it leaves the house."""

    number: int
    digest: bytes
    made_at: datetime
    key_id: str
    signature: bytes

    @property
    def file_name(self) -> str:
        return f"anchor-{self.number:06}.json"

    @property
    def second_file_name(self) -> str:
        """Where the number was given before, by a server that was lost since."""
        return f"anchor-{self.number:06}-{self.digest.hex()[:16]}.json"

    def message(self) -> bytes:
        """What is signed."""
        return canonical_anchor(self.number, self.digest, self.made_at, self.key_id)

    def as_json(self) -> str:
        """One line for each value, for a file or a mail."""
        said = {
            "format": FORMAT,
            "number": self.number,
            "made_at": self.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "digest": self.digest.hex(),
            "key": self.key_id,
            "signature": base64.b64encode(self.signature).decode(),
        }
        return json.dumps(said, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Anchor:
        """Raises ValueError."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise ValueError("another format")
            made_at = datetime.fromisoformat(said["made_at"])
            if made_at.tzinfo is None:
                raise ValueError("a time without its zone")
            signature = base64.b64decode(said["signature"], validate=True)
            return cls(int(said["number"]), bytes.fromhex(said["digest"]), made_at, str(said["key"]), signature)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError("this is no anchor") from error


def make_anchor(session: Session, key: AuditKey) -> Anchor | None:
    """Sign the head of the chain, as the auditor; None where the chain is empty or another process is at it."""
    if not is_alone(session):
        return None
    head = head_of(session)
    if head.position == 0:
        return None
    last = session.scalar(select(AuditAnchor.number).order_by(AuditAnchor.number.desc()).limit(1)) or 0
    made_at = clock.now()
    signature = key.sign(canonical_anchor(last + 1, head.digest, made_at, key.id))
    session.add(
        AuditAnchor(
            number=last + 1,
            position=head.position,
            digest=head.digest,
            made_at=made_at,
            key_id=key.id,
            signature=signature,
        )
    )
    session.flush()
    return Anchor(last + 1, head.digest, made_at, key.id, signature)


def refuse_other_key(session: Session, key: AuditKey) -> None:
    """Raise NotConfigured when the newest anchor under the name of `key` was signed with another one.

    What another key chains and signs under that name would look forged for ever.
    """
    newest = select(AuditAnchor).where(AuditAnchor.key_id == key.id).order_by(AuditAnchor.number.desc()).limit(1)
    anchor = session.scalar(newest)
    if anchor is not None and not key.has_signed(outward(anchor).message(), anchor.signature):
        raise NotConfigured(
            f"TRACKER_AUDIT_KEY: the key called {key.id} is not the one that signed the audit until now. Nothing was "
            "chained or signed. Put the right key back; a new key needs a new name, before the old one."
        )


def is_anchor_due(session: Session) -> bool:
    """Whether the last one is a day old, or there is none."""
    last = session.scalar(select(AuditAnchor.made_at).order_by(AuditAnchor.number.desc()).limit(1))
    return last is None or clock.now() - last >= EVERY


def all_anchors(session: Session) -> Sequence[AuditAnchor]:
    """Every anchor that the database keeps, the first one first."""
    return session.scalars(select(AuditAnchor).order_by(AuditAnchor.number)).all()


def outward(row: AuditAnchor) -> Anchor:
    """The anchor of a row, without the number of entries before it."""
    return Anchor(row.number, row.digest, row.made_at, row.key_id, row.signature)


def write_anchors(folder: Path, rows: Iterable[AuditAnchor]) -> list[int]:
    """Write those that have no file yet into `folder`; the numbers written. Raises OSError."""
    written = []
    for row in rows:
        if row.written_at is None:
            anchor = outward(row)
            if not _write_once(folder / anchor.file_name, anchor.as_json()):
                _write_once(folder / anchor.second_file_name, anchor.as_json())
            row.written_at = clock.now()
            written.append(row.number)
    return written


def _write_once(path: Path, content: str) -> bool:
    """A file that is there already stays: an anchor is never written over. Whether it says this now."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return path.read_text(encoding="utf-8") == content
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return True


def read_anchors(folder: Path) -> tuple[list[Anchor], list[str]]:
    """The anchors in the files of `folder`, and the names of files that hold none. Raises OSError.

    A file holds an anchor as it was written, or the mail that brought it.
    """
    anchors, unreadable = list[Anchor](), list[str]()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        try:
            anchors.append(_read(path))
        except (ValueError, LookupError):  # LookupError: a mail in an unknown character set
            unreadable.append(path.name)
    return sorted(anchors, key=lambda anchor: anchor.number), unreadable


def _read(path: Path) -> Anchor:
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE)
    if content.lstrip().startswith(b"{"):
        return Anchor.from_json(content.decode())
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    said = "" if body is None else str(body.get_content())
    return Anchor.from_json(said[said.index("{") : said.rindex("}") + 1])
