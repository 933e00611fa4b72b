"""One SMTP conversation, as a protocol of asyncio: commands in, replies out, and at some point something goes wrong."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

from chaos.sink.accept_log import message_id_of
from chaos.sink.endings import Ending
from chaos.sink.faults import ANSWERED, BODY, DATA, DOT, GREETING, MAIL, RCPT, STARTTLS, Fault
from chaos.sink.state import Held, State

_ADDRESS = re.compile(rb"<([^>]*)>")
_END = b"\r\n.\r\n"
CODES = {"4xx": b"451 4.3.0 Not now\r\n", "5xx": b"550 5.7.1 Never\r\n"}
CLOSING = b"421 4.3.2 Going away\r\n"


class Conversation(asyncio.Protocol):
    """Reads commands one by one; while an answer is held back nothing more is read from the buffer."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.number = next(state.connections)
        self._buffer = b""
        self._in_body = False
        self._is_waiting = False
        self._fault: Fault | None = None
        self._sender = self._recipient = self._message_id = ""
        self._ending: Ending | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    # -- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.state.open_connections += 1
        self._fault = self.state.plan.for_connection()
        self._watch()
        if self._fault is not None and self._fault.phase == GREETING and self._fault.action == "4xx":
            self._say(CLOSING)
            self._transport.close()
            return
        self._step(GREETING, lambda: self._say(b"220 sink.chaos ESMTP\r\n"))

    def connection_lost(self, _exc: Exception | None) -> None:
        self.state.open_connections -= 1
        if self._timer is not None:
            self._timer.cancel()
        if self._ending is not None and self._ending.followed_at is None:
            self._ending.lost_at = time.time()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._watch()
        if self._in_body and self._fault is not None and self._fault.phase == BODY and not self._is_waiting:
            self._step(BODY, lambda: None)
        self._read()

    def _watch(self) -> None:
        """Hang up on a client that says no more: one that was stopped within DATA must not go on minutes later."""
        if self._timer is not None:
            self._timer.cancel()
        seconds = self.state.idle_s if self._in_body else self.state.patience_s
        self._timer = asyncio.get_running_loop().call_later(seconds, self._tire)

    def _tire(self) -> None:
        if self._is_waiting:
            return self._watch()  # it is we who keep the client waiting
        self._transport.abort()
        return None

    def _say(self, reply: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply)

    def _note_acceptance(self, number: int) -> None:
        self._ending = Ending(number, int(self._transport.get_extra_info("peername")[1]))
        self.state.endings.append(self._ending)

    def _note_answer(self) -> None:
        """Our word on the last mail is with the kernel, whole."""
        ending = self._ending
        if ending is not None and ending.answered_at is None and not self._transport.is_closing():
            ending.answered_at = time.time()

    def _note_going_on(self) -> None:
        """The client goes on: what we said of its last mail is behind it."""
        if self._ending is not None:
            self._ending.followed_at = self._ending.followed_at or time.time()

    # -- commands

    def _read(self) -> None:
        while not self._is_waiting and not self._transport.is_closing():
            if self._in_body:
                end = 0 if self._buffer.startswith(b".\r\n") else self._buffer.find(_END)
                if end < 0:
                    return
                skip = 3 if end == 0 and self._buffer.startswith(b".\r\n") else end + len(_END)
                content, self._buffer = self._buffer[:end], self._buffer[skip:]
                self._in_body = False
                self._watch()
                self._take(content)
                continue
            line, found, rest = self._buffer.partition(b"\r\n")
            if not found:
                return
            self._buffer = rest
            self._obey(line)

    def _obey(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"MAIL":
            self._begin(line)
        elif word == b"RCPT":
            self._recipient = _address(line)
            self._step(RCPT, lambda: self._say(b"250 2.1.5 Ok\r\n"))
        elif word == b"DATA":
            self._step(DATA, self._go_ahead)
        elif word == b"EHLO":
            starttls = b"250-STARTTLS\r\n" if self.state.offers_starttls else b""
            self._say(b"250-sink.chaos\r\n" + starttls + b"250-SIZE 33554432\r\n250 8BITMIME\r\n")
        elif line[:8].upper() == b"STARTTLS":
            self._fault = self._fault or Fault(STARTTLS, "4xx")
            self._say(b"454 4.7.0 TLS not available\r\n")
        elif word == b"QUIT":
            self._note_going_on()
            self._say(b"221 2.0.0 Bye\r\n")
            self._transport.close()
        elif word in (b"HELO", b"RSET", b"NOOP"):
            self._say(b"250 2.0.0 Ok\r\n")
        else:
            self._say(b"502 5.5.2 What?\r\n")

    def _begin(self, line: bytes) -> None:
        self._sender, self._recipient, self._message_id = _address(line), "", ""
        self._fault = self.state.plan.for_mail()
        self._step(MAIL, lambda: self._say(b"250 2.1.0 Ok\r\n"))

    def _go_ahead(self) -> None:
        self._in_body = True
        self._watch()
        self._say(b"354 Go ahead\r\n")

    def _take(self, content: bytes) -> None:
        self._note_going_on()
        self._message_id = message_id_of(content[:4096].partition(b"\r\n\r\n")[0])

        def accept() -> None:
            fault = self._fault.name if self._fault is not None and self._fault.taken else None
            taken = self.state.log.accept(self._sender, self._recipient, content, self.number, fault)
            self._note_acceptance(taken.number)

        def answer() -> None:
            self._say(b"250 2.0.0 Accepted\r\n")
            self._note_answer()
            if self._fault is not None and self._fault.phase == ANSWERED:
                self._transport.close()

        def accept_and_answer() -> None:
            accept()
            answer()

        if self._fault is not None and self._fault.phase == DOT and self._fault.taken:
            accept()  # the log has it, whatever the client hears
            self._step(DOT, answer)
        else:
            self._step(DOT, accept_and_answer)

    # -- going wrong

    def _step(self, phase: str, go_on: Callable[[], object]) -> None:
        """Do what belongs to `phase`, unless somebody holds us there or it is where things go wrong."""
        if self.state.freeze is not None and self.state.freeze.phase == phase and self.state.freeze.left > 0:
            self._hold(phase, go_on)
        elif self._fault is not None and self._fault.phase == phase:
            self._fail(self._fault, go_on)
        else:
            go_on()

    def _hold(self, phase: str, go_on: Callable[[], object]) -> None:
        assert self.state.freeze is not None
        self.state.freeze.left -= 1
        self._is_waiting = True

        def let_go() -> None:
            self._is_waiting = False
            go_on()
            self._read()

        self.state.held.append(Held(self.number, phase, self._message_id, let_go, self._transport.abort))

    def _fail(self, fault: Fault, go_on: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()
        if fault.action in CODES:
            if fault.action == "5xx":
                self.state.refused[self._message_id] = 550
                self.state.refusals[fault.phase] += 1
            self._say(CODES[fault.action])
        elif fault.action == "drop":
            self._transport.abort()
        elif fault.action == "hang":
            self._is_waiting = True
            loop.call_later(self.state.hang_s, self._transport.abort)
        else:
            self._is_waiting = True
            reply = b"250 2.0.0 Accepted\r\n"
            pieces = [reply[place : place + 1] for place in range(len(reply))] if fault.action == "drip" else [reply]
            pause = self.state.slow_s / len(pieces)
            for place, piece in enumerate(pieces, 1):
                loop.call_later(place * pause, self._say, piece)
            loop.call_later(self.state.slow_s + 0.01, self._resume)
        del go_on

    def _resume(self) -> None:
        self._note_answer()
        self._is_waiting = False
        self._read()


def _address(line: bytes) -> str:
    found = _ADDRESS.search(line)
    return found[1].decode("utf-8", "replace") if found else ""
