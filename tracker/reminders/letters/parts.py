"""How a mail is put together of its parts, with little work for each of very many."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from functools import lru_cache
from typing import Any
from uuid import UUID

SHORT_LINE, LONGEST_LINE = 78, 998
"""Characters of a line that need no folding; and those that no line may have (RFC 5322, 2.1.1)."""


class _LetterPolicy(EmailPolicy):
    """The policy of the wire, which leaves alone what already stands as it should: short headers of plain letters.

    Folding and encoding anew what needs neither would take most of the time of writing a mail; and a long address or
    Message-ID, in which there is nowhere to fold, would come out as an encoded word. Everything else (other letters,
    long lines, line ends) goes the standard's way, which refuses line ends in a header.
    """

    def header_max_count(self, name: str) -> int | None:
        """How often a header may stand; the library would make a class anew for each answer."""
        return _most_of(name.lower())

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep a plain header as it is; it is parsed when somebody asks for it."""
        if _is_plain(name, value):
            return name, value
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        """The header's line or lines."""
        return f"{name}: {value}\r\n" if _is_plain(name, value) else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same, as octets."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


@lru_cache(maxsize=64)
def _most_of(name: str) -> int | None:
    return SMTP.header_max_count(name)


def _is_plain(name: str, value: Any) -> bool:
    if type(value) is not str or not (value.isascii() and value.isprintable()):
        return False
    most = SHORT_LINE if " " in value else LONGEST_LINE
    return len(name) + 2 + len(value) <= most


_POLICY = _LetterPolicy(linesep=SMTP.linesep, cte_type="7bit")


class Letter(EmailMessage):
    """A mail or a part of one, which knows its boundary and so can be written down without being read again."""

    boundary: str | None = None

    def as_bytes(self, unixfrom: bool = False, policy: Policy[Any] | None = None) -> bytes:
        """The mail as it goes over the wire."""
        if unixfrom or policy is not None:
            return super().as_bytes(unixfrom, policy)
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        for name, value in self.raw_items():
            yield _POLICY.fold_binary(name, value)
        yield b"\r\n"
        payload: Any = self._payload  # type: ignore[attr-defined]
        if self.boundary is None:
            yield payload.replace("\n", "\r\n").encode("ascii")
            return
        edge = self.boundary.encode("ascii")
        for part in payload:
            yield b"--%b\r\n" % edge
            yield from part._pieces()
            yield b"\r\n"
        yield b"--%b--\r\n" % edge


def new_mail() -> Letter:
    """An empty mail, with the line ends of the wire."""
    return Letter(policy=_POLICY)


def in_one_line(text: str) -> str:
    """For a header: whatever people typed can't begin another one."""
    return " ".join(text.split())


def set_bodies(mail: Letter, text: str, html: str, entry: str | None, message_id: UUID) -> None:
    """The same words twice, as text and as HTML, of which a program shows what it can; beside them the calendar entry.

    The boundaries are made from the Message-ID: nobody who types a title knows it.
    """
    words = _part("text/plain", text), _part("text/html", html)
    mail["MIME-Version"] = "1.0"
    if entry is None:
        _hold(mail, "alternative", words, _boundary("w", message_id))
        return
    both = new_mail()
    _hold(both, "alternative", words, _boundary("w", message_id))
    day = _part("text/calendar", entry, '; method="PUBLISH"')
    day["Content-Disposition"] = 'attachment; filename="reminder.ics"'
    _hold(mail, "mixed", (both, day), _boundary("p", message_id))


def _boundary(letter: str, message_id: UUID) -> str:
    return letter + message_id.hex[:26]


def _hold(mail: Letter, kind: str, parts: tuple[Letter, ...], boundary: str) -> None:
    mail["Content-Type"] = f'multipart/{kind}; boundary="{boundary}"'
    mail.boundary = boundary
    mail.set_payload(list(parts))


def _part(kind: str, text: str, more: str = "") -> Letter:
    part = new_mail()
    part["Content-Type"] = f'{kind}; charset="utf-8"{more}'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(_quoted(text))
    return part


def _quoted(text: str) -> str:
    octets = text.replace("\r\n", "\n").encode()
    return b2a_qp(octets, istext=True).decode("ascii")
