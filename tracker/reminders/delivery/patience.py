"""SMTP that waits no longer than agreed: for each word, and for the whole exchange, however slowly a relay drips.

A socket's timeout begins anew with each byte; here the clock runs from the beginning of the word.
"""

from __future__ import annotations

import smtplib
import socket
import time
from typing import Any

_LARGEST_PIECE = 8192


class Patience:
    """How long we still wait. `word_s`: for one word; `until`: the end of the exchange, by the monotonic clock."""

    def __init__(self, word_s: float) -> None:
        self.word_s = word_s
        self.until = float("inf")

    def give(self, seconds: float) -> None:
        """From now on everything together may take so long."""
        self.until = time.monotonic() + seconds

    def end_of_word(self) -> float:
        """When the word that begins now must have come."""
        return min(time.monotonic() + self.word_s, self.until)


class _Lines:
    """The relay's lines, read until the end of our patience. Raises TimeoutError, as a socket does."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock = sock
        self._patience = patience
        self._rest = b""
        self.end = float("inf")

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._rest and len(self._rest) < limit:
            left_s = self.end - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("the relay was too slow")
            self._sock.settimeout(left_s)
            piece = self._sock.recv(_LARGEST_PIECE)
            if not piece:
                break
            self._rest += piece
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        line, self._rest = self._rest[: min(end, limit)], self._rest[min(end, limit) :]
        return line

    def close(self) -> None:
        """Nothing to close: the socket is the connection's."""


class _Patient:
    """What both kinds of connection share; stands before smtplib's class."""

    sock: Any
    file: Any

    def __init__(self, patience: Patience, *args: Any, **options: Any) -> None:
        self._patience = patience
        super().__init__(*args, **options)

    def send(self, s: Any) -> None:
        """Send within what is left of the exchange."""
        if self.sock is not None:
            left_s = self._patience.end_of_word() - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("the exchange took too long")
            self.sock.settimeout(left_s)
        super().send(s)  # type: ignore[misc]

    def getreply(self) -> tuple[int, bytes]:
        """The relay's next word. Raises SMTPServerDisconnected when it does not come in time."""
        if self.file is None:  # a new connection, or TLS has just begun
            self.file = _Lines(self.sock, self._patience)
        self.file.end = self._patience.end_of_word()
        return super().getreply()  # type: ignore[misc,no-any-return]


class PatientSMTP(_Patient, smtplib.SMTP):
    """In the clear, or with STARTTLS."""


class PatientSMTPS(_Patient, smtplib.SMTP_SSL):
    """TLS from the first byte."""
