"""A mail inside an OpenPGP envelope (PGP/MIME, RFC 3156), its headers protected inside (RFC 9788).

What stays outside is what a relay needs, and a subject that is the same for all: no thread, nothing of the matter.
"""

from __future__ import annotations

from uuid import uuid4

from pysequoia import Cert, encrypt

from tracker.reminders.letters.parts import Letter, new_mail

SUBJECT = "[Tracker] Message"
OUTSIDE = ("From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress")
# The first is what today's mail programs look for, the second what RFC 9788 made of it.
_PROTECTED = '; protected-headers="v1"; hp="cipher"'


def encrypted(mail: Letter, cert: Cert) -> Letter:
    """`mail`, readable by the key's owner only, under the same Message-ID. Raises RuntimeError: then nothing may go."""
    outer = new_mail()
    outer["Subject"] = SUBJECT
    for name in OUTSIDE:
        if name in mail:
            outer[name] = mail[name]
    content = encrypt(_protected(mail, outer).as_bytes(), recipients=[cert]).decode("ascii")
    outer["MIME-Version"] = "1.0"
    boundary = uuid4().hex
    outer["Content-Type"] = f'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="{boundary}"'
    outer.boundary = boundary
    outer.set_payload([_part("application/pgp-encrypted", "Version: 1\n"), _part("application/octet-stream", content)])
    return outer


def _protected(mail: Letter, outer: Letter) -> Letter:
    """The whole mail with all its headers, and what of them stands outside as well."""
    inner = new_mail()
    for name, value in mail.items():
        if name != "MIME-Version":
            inner[name] = f"{value}{_PROTECTED}" if name == "Content-Type" else value
    for name, value in outer.items():
        inner["HP-Outer"] = f"{name}: {value}"
    inner.boundary = mail.boundary
    inner.set_payload(mail.get_payload())
    return inner


def _part(kind: str, text: str) -> Letter:
    part = new_mail()
    part["Content-Type"] = kind
    part["Content-Transfer-Encoding"] = "7bit"
    part.set_payload(text)
    return part
