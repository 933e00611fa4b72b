"""The installation's own secrets. A development copy makes them in its data folder; production makes nothing up."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FIELD_KEY_BYTES = 32
FIELD_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A key for encrypted columns. `id` is stored beside each ciphertext, so that keys can be rotated."""

    id: str
    secret: bytes = field(repr=False)


def secret_key(values: Mapping[str, str], data_dir: Path, production: bool, faults: list[str]) -> str:
    """What signs cookies and tokens."""
    key = values.get("SECRET_KEY")
    if key is None and not production:
        return _kept_secret(data_dir, "secret_key", lambda: secrets.token_urlsafe(48))
    if key is None and "SECRET_KEY_FILE" not in values:
        faults.append("SECRET_KEY is missing: it signs sessions. Make one: openssl rand -base64 48")
    return key or ""


def field_keys(values: Mapping[str, str], data_dir: Path, production: bool, faults: list[str]) -> tuple[FieldKey, ...]:
    """The keys of encrypted fields, the one that encrypts first."""
    text = values.get("TRACKER_FIELD_KEYS")
    if text is None and "TRACKER_FIELD_KEYS_FILE" in values:
        return ()  # why it can't be read is told already
    if text is None and not production:
        text = _kept_secret(data_dir, "field_keys", _new_field_key)
    if text is None:
        faults.append(
            "TRACKER_FIELD_KEYS (or TRACKER_FIELD_KEYS_FILE) is missing: the keys of encrypted fields, written "
            'NAME:KEY, the newest first. Make one: echo "k1:$(openssl rand -base64 32)"'
        )
        return ()
    return parse_keys("Field key", text, faults)


def field_keys_file(values: Mapping[str, str], data_dir: Path, production: bool) -> Path | None:
    """The file that holds the field keys; None when the environment itself does."""
    if named := values.get("TRACKER_FIELD_KEYS_FILE"):
        return Path(named).absolute()
    return None if production or "TRACKER_FIELD_KEYS" in values else data_dir / "secrets" / "field_keys"


def audit_keys(values: Mapping[str, str], data_dir: Path, production: bool, faults: list[str]) -> tuple[FieldKey, ...]:
    """The keys that chain the audit, the one that chains first. None in production: this process doesn't chain."""
    text = values.get("TRACKER_AUDIT_KEY")
    if text is None and not production and "TRACKER_AUDIT_KEY_FILE" not in values:
        text = _kept_secret(data_dir, "audit_key", _new_field_key)
    return () if text is None else parse_keys("Audit key", text, faults)


def parse_keys(what: str, text: str, faults: list[str]) -> tuple[FieldKey, ...]:
    """NAME:KEY, with spaces, commas or line ends between them."""
    keys: dict[str, FieldKey] = {}
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        name, _, encoded = entry.partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if not FIELD_KEY_ID.fullmatch(name) or len(secret) != FIELD_KEY_BYTES:
            # The entry itself stays out of the message: it may be a key with one wrong letter.
            faults.append(f"{what} {number} is not NAME:KEY with a key of {FIELD_KEY_BYTES} bytes in base64.")
        elif name in keys:
            faults.append(f"Two {what.lower()}s are called {name!r}.")
        else:
            keys[name] = FieldKey(name, secret)
    return tuple(keys.values())


def _new_field_key() -> str:
    return "dev1:" + base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode("ascii")


def _kept_secret(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    """A secret of a development copy: made once, then read. Two processes that start together agree on one."""
    folder = data_dir / "secrets"
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first; then its secret holds
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
