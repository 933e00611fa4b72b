"""Secrets out of files: NAME_FILE names a file that holds the value of NAME, as container platforms hand them over.

A password may also come apart from its address: DATABASE_PASSWORD (or DATABASE_PASSWORD_FILE) is put into a
DATABASE_URL that names a user and no password, so that one file serves the server and whoever connects to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from configuration.addresses import several

PASSWORDS = {
    "DATABASE_PASSWORD": "DATABASE_URL",
    "DATABASE_APP_PASSWORD": "DATABASE_APP_URL",
    "DATABASE_JOBS_PASSWORD": "DATABASE_JOBS_URL",
    "BROKER_PASSWORD": "BROKER_URL",
    "SMTP_PASSWORD": "SMTP_URL",
}
"""Name of a password -> name of the address that it belongs into."""
_OWN = ("SECRET_KEY", "TRACKER_FIELD_KEYS", "TRACKER_AUDIT_KEY", "METRICS_TOKEN")
SECRETS = (*_OWN, "RELAY_LOOKUP_URL", *PASSWORDS, *PASSWORDS.values())
"""Settings that may stand in a file."""
LARGEST_BYTES = 64 * 1024


def with_files(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """The settings that are not empty, without the spaces around them, with those that stand in files."""
    values = {name: text.strip() for name, text in environ.items() if text.strip()}
    for name in SECRETS:
        if file := values.get(f"{name}_FILE"):
            if name in values:
                faults.append(f"{name} and {name}_FILE are both set: which of them holds, nobody could say.")
            elif text := _text_of(file, f"{name}_FILE", faults):
                values[name] = text
    for name, address in PASSWORDS.items():
        if name in values and address in values:
            urls = several(values[address]) if name == "SMTP_PASSWORD" else (values[address],)
            values[address] = ",".join(_with_password(url, values[name], name, faults) for url in urls)
    return values


def _text_of(file: str, name: str, faults: list[str]) -> str:
    """What the file says; else empty, and why."""
    try:
        with Path(file).open(encoding="utf-8") as opened:
            text = opened.read(LARGEST_BYTES + 1).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        faults.append(f"{name} can't be read: {file}: {reason}.")
        return ""
    if not text or len(text) > LARGEST_BYTES or "\x00" in text:
        faults.append(f"{name} names a file that is empty or holds no secret: {file}.")
        return ""
    return text


def _with_password(url: str, password: str, name: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # told by whoever reads the address
    user, at, host = parts.netloc.rpartition("@")
    if ":" in user:
        faults.append(f"{name} is set, and {PASSWORDS[name]} holds a password as well: leave one of them out.")
        return url
    if not at and name != "BROKER_PASSWORD":
        faults.append(f"{name} is set, but {PASSWORDS[name]} names no user that it could belong to.")
        return url
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))
