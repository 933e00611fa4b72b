"""Catches every mail of a development copy and shows it: `python -m embedded.mail_catcher FOLDER SMTP_FD WEB_FD`.

Nothing leaves the machine. The two listening sockets come from the supervisor, so that their ports stay the same when
this process is started again.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from embedded.mail_page import page_handler


class KeepInFolder:
    """Writes each mail to a file of its own, whole or not at all, before the sender is told 250."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._number += 1
        # Sorted by name is sorted by arrival.
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{self._number}"
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        header = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        draft = self._folder / f"{name}.part"
        draft.write_bytes(header.encode() + content)
        draft.rename(draft.with_suffix(".eml"))
        return "250 Kept"


async def catch(folder: Path, listening: socket.socket) -> None:
    """Take mails on `listening` until cancelled."""
    handler = KeepInFolder(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True), sock=listening
    )
    await server.serve_forever()


def show(folder: Path, listening: socket.socket) -> None:
    """Serve the pages with the caught mails on `listening`, from a thread of its own."""
    server = ThreadingHTTPServer(listening.getsockname(), page_handler(folder), bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main(arguments: list[str]) -> None:
    folder, smtp, web = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    show(folder, socket.socket(fileno=web))
    asyncio.run(catch(folder, socket.socket(fileno=smtp)))


if __name__ == "__main__":
    main(sys.argv[1:])
