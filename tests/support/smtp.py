"""A mail relay in this process that remembers what it was given, and refuses when a test says so."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail as it came over the wire."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    content: bytes


@dataclass
class SmtpSink:
    """Listens on a free port. `answers`: replies to give to the next mails, instead of accepting them.

    `hang_ups`: so many mails are accepted without a word: the connection breaks instead.
    """

    mails: list[ReceivedMail] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    hang_ups: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """The address as SMTP_URL writes it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=default)
        self.mails.append(ReceivedMail(envelope.mail_from or "", list(envelope.rcpt_tos), message, content))
        if self.hang_ups > 0:
            self.hang_ups -= 1
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 Accepted"

    def __enter__(self) -> SmtpSink:
        # Everything runs in the sink's own thread: Playwright may keep a loop running in the one that tests run in.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, hostname="localhost"), "127.0.0.1", 0)

    async def _hang_up(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


class AcceptLog:
    """A relay's accept log over HTTP, as RELAY_LOOKUP_URL is asked: 200 for what `sink` has accepted, else 404.

    `status`: what it says instead. `asked`: the Message-IDs that it was asked for.
    """

    def __init__(self, sink: SmtpSink) -> None:
        self.asked: list[str] = []
        self.status: int | None = None
        log = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                (message_id,) = parse_qs(urlsplit(self.path).query)["message_id"]
                log.asked.append(message_id)
                has_it = any(mail.message["Message-ID"] == f"<{message_id}>" for mail in sink.mails)
                self.send_response(log.status or (200 if has_it else 404))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/accepted"

    def __enter__(self) -> AcceptLog:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
