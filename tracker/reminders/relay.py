"""The mail relay, spoken to phase by phase, so that what a failure means is known: nothing, later, never, or lost.

Many mails go over one connection. SMTP_URL is smtp://, smtps:// or smtp+starttls://, with user:password@ where needed.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 10.0
DOT_TIMEOUT_S = 40.0
"""For every word of the relay, and for the last, which may wait for scanners. RFC 5321, 4.5.3.2 allows minutes; our
lease doesn't."""

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
READY_FOR_TLS = 220
READY_FOR_DATA = 354
NEEDS_SIGN_IN = 530
SERVICE_CLOSING = 421


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to greet it."""

    host: str
    port: int
    security: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> RelayAddress:
        """Read SMTP_URL; user and password are percent-encoded there. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise ValueError("SMTP_URL must begin with smtp://, smtps:// or smtp+starttls://")
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        return cls(parts.hostname or "localhost", port, parts.scheme, username, password)


class Verdict(StrEnum):
    """What the relay made of one mail."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"
    UNREACHABLE = "unreachable"  # nothing to do with this mail: the relay can't be used now


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, with a code for the ledger such as `smtp_451`; never the relay's text, which may quote an address."""

    verdict: Verdict
    code: str


class _Failed(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class Relay:
    """One connection, opened by the first mail. Use it as a context; `helo` is the name that we greet with."""

    def __init__(self, address: RelayAddress, helo: str, timeout_s: float = TIMEOUT_S) -> None:
        self._address = address
        self._helo = helo
        self._timeout_s = timeout_s
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()

    def open(self) -> Answer | None:
        """Connect and greet, if that is not done yet; what is wrong where the relay can't be used."""
        if self._smtp is None:
            try:
                self._connect()
            except _Failed as failed:
                return failed.answer
        return None

    def send(self, sender: str, recipient: str, content: bytes) -> Answer:
        """Hand over one mail (with CRLF line ends). Never raises for what network or relay do."""
        try:
            self.offer(sender, recipient, content)
            return self.commit()
        except _Failed as failed:
            return failed.answer

    def offer(self, sender: str, recipient: str, content: bytes) -> None:
        """Everything up to the final dot: until `commit` the relay has accepted nothing."""
        self._begin(sender)
        self._command(f"RCPT TO:<{recipient}>", 25)
        self._command("DATA", READY_FOR_DATA // 10)
        try:
            self._connection.send(_dot_stuffed(content))
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("connection_lost") from error

    def commit(self) -> Answer:
        """The final dot, and the relay's word. Lost after it, nobody knows: the mail is tried again, at least once."""
        try:
            self._wait_at_most(DOT_TIMEOUT_S)
            self._connection.send(b".\r\n")
            code, _ = self._connection.getreply()
            self._wait_at_most(self._timeout_s)
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("lost_after_dot") from error
        if code // 100 == 2:
            return Answer(Verdict.ACCEPTED, f"smtp_{code}")
        return self._judge(code)

    @property
    def _connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise self._lost("connection_lost")
        return self._smtp

    def _begin(self, sender: str) -> None:
        if self._smtp is not None:
            try:
                self._command(f"MAIL FROM:<{sender}>", 25)
                return
            except _Failed as failed:
                # An idle relay hangs up; before the mail has begun it does no harm to knock again.
                if failed.answer.code not in ("connection_lost", f"smtp_{SERVICE_CLOSING}"):
                    raise
        self._connect()
        self._command(f"MAIL FROM:<{sender}>", 25)

    def _connect(self) -> None:
        self._drop()
        address = self._address
        try:
            if address.security == "smtps":
                context = ssl.create_default_context()
                self._smtp = smtplib.SMTP_SSL(
                    address.host, address.port, self._helo, timeout=self._timeout_s, context=context
                )
            else:
                self._smtp = smtplib.SMTP(address.host, address.port, self._helo, timeout=self._timeout_s)
            self._send_at_once()
            self._greet(self._smtp)
        except smtplib.SMTPResponseException as error:
            raise self._lost(f"relay_{error.smtp_code}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._lost("relay_lacks_extension") from error
        except ssl.SSLError as error:
            raise self._lost("relay_tls_failed") from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("relay_unreachable") from error

    def _send_at_once(self) -> None:
        """The dot is a packet of its own, which must not wait for the relay to acknowledge the one before (40 ms)."""
        if self._connection.sock is not None:
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        if self._address.security == "smtp+starttls":
            code, _ = smtp.starttls(context=ssl.create_default_context())
            if code != READY_FOR_TLS:  # never go on in the clear
                raise smtplib.SMTPResponseException(code, "STARTTLS refused")
        smtp.ehlo_or_helo_if_needed()
        if self._address.username is not None:
            smtp.login(self._address.username, self._address.password or "")

    def _command(self, words: str, wanted: int) -> None:
        """Send one command; `wanted` are the first two digits of a good reply."""
        try:
            code, _ = self._connection.docmd(words)
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("connection_lost") from error
        if code // 10 == wanted:
            return
        answer = self._judge(code)
        if self._smtp is not None:
            self._reset(self._smtp)
        raise _Failed(answer)

    def _wait_at_most(self, seconds: float) -> None:
        if self._connection.sock is not None:
            self._connection.sock.settimeout(seconds)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _judge(self, code: int) -> Answer:
        if code == SERVICE_CLOSING:
            self._drop()
        if code == NEEDS_SIGN_IN:
            return Answer(Verdict.UNREACHABLE, f"relay_{code}")
        if code // 100 == 5:
            return Answer(Verdict.NEVER, f"smtp_{code}")
        if code // 100 != 4:
            self._drop()
        return Answer(Verdict.LATER, f"smtp_{code}" if code > 0 else "connection_lost")

    def _lost(self, code: str) -> _Failed:
        self._drop()
        verdict = Verdict.UNREACHABLE if code.startswith("relay_") else Verdict.LATER
        return _Failed(Answer(verdict, code))

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _dot_stuffed(content: bytes) -> bytes:
    """A line's first dot is doubled, so that none of them ends the mail (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n")
