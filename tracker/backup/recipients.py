"""To whom a backup is sealed: age recipients (`age1…`), or files with OpenPGP certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pysequoia

from tracker.backup.faults import BackupFault
from tracker.backup.sealing_child import SECRET_MARK

LARGEST_KEY_FILE = 256 * 1024

_IDENTITY = "AGE-SECRET-KEY-"


@dataclass(frozen=True, slots=True)
class Recipients:
    """All of one standard. `keys`: what the sealing process is told; `names`: what stands in the audit."""

    standard: str
    keys: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def ending(self) -> str:
        """How a file that is sealed so is called."""
        return ".age" if self.standard == "age" else ".pgp"


def read_recipients(given: tuple[str, ...]) -> Recipients:
    """What `--recipient` names. Raises BackupFault."""
    if not given:
        raise BackupFault(
            "A backup needs a --recipient: an age recipient (age1…) or a file with an OpenPGP certificate."
        )
    if any(_IDENTITY in text.upper() for text in given):
        raise BackupFault(
            "That is an age identity, which opens backups, and no recipient: it has no place on this machine. The "
            "recipient begins with age1 and comes from age-keygen -y."
        )
    found = [_age(text) if text.startswith("age1") else _openpgp(text) for text in given]
    standards = {standard for standard, _, _ in found}
    if len(standards) > 1:
        raise BackupFault("A backup is sealed by one standard: name age recipients or OpenPGP certificates, not both.")
    return Recipients(standards.pop(), tuple(key for _, key, _ in found), tuple(name for _, _, name in found))


def _age(text: str) -> tuple[str, str, str]:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupFault("That is no age recipient: it begins with age1 and comes from age-keygen -y.") from error
    return "age", text, text


def _openpgp(text: str) -> tuple[str, str, str]:
    path = Path(text)
    content = _content(path)
    if SECRET_MARK.encode() in content:
        raise BackupFault(f"{text} holds a secret key; a recipient is its public part (age-keygen -y FILE).")
    try:
        cert = pysequoia.Cert.from_bytes(content)
    except Exception as error:
        raise BackupFault(f"{text} holds no OpenPGP certificate.") from error
    if cert.has_secret_keys:
        raise BackupFault(f"{text} holds a secret key, which has no place on this machine; give its public part.")
    if cert.is_revoked:
        raise BackupFault(f"The certificate in {text} was revoked.")
    if cert.expiration is not None and cert.expiration < datetime.now(UTC):
        raise BackupFault(f"The certificate in {text} has expired.")
    return "openpgp", str(path.absolute()), cert.fingerprint


def standard_of_identity(path: Path) -> str:
    """By which standard the secret key in `path` opens. Raises BackupFault."""
    content = _content(path)
    if SECRET_MARK.encode() in content:
        return "age"
    try:
        pysequoia.Tsk.from_bytes(content)
    except Exception as error:
        raise BackupFault(
            f"{path} holds neither an age identity (AGE-SECRET-KEY-…) nor a secret OpenPGP key."
        ) from error
    return "openpgp"


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_KEY_FILE:
            raise BackupFault(f"{path} is too large to hold a key.")
        return path.read_bytes()
    except OSError as error:
        raise BackupFault(f"{path} can't be read: {error.strerror}.") from error
