"""The mail relay, spoken to phase by phase, so that what a failure means is known: nothing, later, never, or lost."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from tracker.reminders.delivery.patience import Patience, PatientSMTP, PatientSMTPS
from tracker.reminders.delivery.relay_address import RelayAddress
from tracker.reminders.terms import Terms

READY_FOR_TLS = 220
READY_FOR_DATA = 354
NEEDS_SIGN_IN = 530
SERVICE_CLOSING = 421


class Verdict(StrEnum):
    """What the relay made of one mail."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"
    UNREACHABLE = "unreachable"  # nothing to do with this mail: the relay can't be used now
    UNCERTAIN = "uncertain"  # the dot has gone, and no word came back


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

    def __init__(self, address: RelayAddress, helo: str, terms: Terms | None = None) -> None:
        self.address = address
        self._helo = helo
        self._terms = terms or Terms()
        self._patience = Patience(self._terms.word_s)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._smtp is not None:
            self._patience.give(self._terms.word_s)
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass
            self.abandon()

    def open(self) -> Answer | None:
        """Connect and greet, if that is not done yet; what is wrong where the relay can't be used."""
        if self._smtp is None:
            self._patience.give(self._terms.exchange_s)
            try:
                self._connect()
            except _Failed as failed:
                return failed.answer
        return None

    def send(self, sender: str, recipient: str, content: bytes) -> Answer:
        """Hand over one mail (with CRLF line ends) without a fence. Never raises for what network or relay do."""
        return self.offer(sender, recipient, content) or self.commit()

    def offer(self, sender: str, recipient: str, content: bytes) -> Answer | None:
        """Everything up to the final dot: None when the relay waits for it. Until `commit` it has accepted nothing."""
        self._patience.give(self._terms.exchange_s)
        try:
            self._begin(sender)
            self._command(f"RCPT TO:<{recipient}>", 25)
            self._command("DATA", READY_FOR_DATA // 10)
            self._connection.send(_dot_stuffed(content))
        except _Failed as failed:
            return failed.answer
        except (OSError, smtplib.SMTPException):
            return self._lost("connection_lost").answer
        return None

    def commit(self) -> Answer:
        """The final dot, and the relay's word."""
        self._patience.word_s = self._terms.dot_s
        self._patience.give(self._terms.dot_s)
        try:
            self._connection.send(b".\r\n")
            code, _ = self._connection.getreply()
        except (OSError, smtplib.SMTPException, _Failed):
            self.abandon()
            return Answer(Verdict.UNCERTAIN, "lost_after_dot")
        finally:
            self._patience.word_s = self._terms.word_s
        if code // 100 == 2:
            return Answer(Verdict.ACCEPTED, f"smtp_{code}")
        if code // 100 not in (4, 5):  # no word of SMTP's: nobody knows what it means
            self.abandon()
            return Answer(Verdict.UNCERTAIN, "lost_after_dot")
        return self._judge(code)

    def abandon(self) -> None:
        """Drop the connection as it is: a mail without its dot is none."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    @property
    def _connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise self._lost("connection_lost")
        return self._smtp

    def _begin(self, sender: str) -> None:
        if self._smtp is not None:
            try:
                self._mail_from(sender)
                return
            except _Failed as failed:
                # An idle relay hangs up; before the mail has begun it does no harm to knock again.
                if failed.answer.code not in ("connection_lost", f"smtp_{SERVICE_CLOSING}"):
                    raise
        self._connect()
        self._mail_from(sender)

    def _mail_from(self, sender: str) -> None:
        """Our own address is the same in all mails: a relay that refuses it refuses us, and no mail is to blame."""
        try:
            self._command(f"MAIL FROM:<{sender}>", 25)
        except _Failed as failed:
            if failed.answer.verdict is Verdict.NEVER:
                code = failed.answer.code.replace("smtp_", "relay_")
                raise _Failed(Answer(Verdict.UNREACHABLE, code)) from failed
            raise

    def _connect(self) -> None:
        self.abandon()
        where = self.address
        try:
            if where.security == "smtps":
                context = ssl.create_default_context()
                self._smtp = PatientSMTPS(
                    self._patience, where.host, where.port, self._helo, timeout=self._terms.word_s, context=context
                )
            else:
                self._smtp = PatientSMTP(self._patience, where.host, where.port, self._helo, timeout=self._terms.word_s)
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
        if self.address.security == "smtp+starttls":
            code, _ = smtp.starttls(context=ssl.create_default_context())
            if code != READY_FOR_TLS:  # never go on in the clear
                raise smtplib.SMTPResponseException(code, "STARTTLS refused")
        smtp.ehlo_or_helo_if_needed()
        if self.address.username is not None:
            smtp.login(self.address.username, self.address.password or "")

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

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.abandon()

    def _judge(self, code: int) -> Answer:
        if code == SERVICE_CLOSING:
            self.abandon()
        if code == NEEDS_SIGN_IN:
            return Answer(Verdict.UNREACHABLE, f"relay_{code}")
        if code // 100 == 5:
            return Answer(Verdict.NEVER, f"smtp_{code}")
        if code // 100 != 4:
            self.abandon()
        return Answer(Verdict.LATER, f"smtp_{code}" if code > 0 else "connection_lost")

    def _lost(self, code: str) -> _Failed:
        self.abandon()
        verdict = Verdict.UNREACHABLE if code.startswith("relay_") else Verdict.LATER
        return _Failed(Answer(verdict, code))


def _dot_stuffed(content: bytes) -> bytes:
    """A line's first dot is doubled, so that none of them ends the mail (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n")
