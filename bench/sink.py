"""A relay that takes everything at once: `python -m bench.sink` prints its port and runs until it is ended."""

from __future__ import annotations

import asyncio
import sys


class Sink(asyncio.Protocol):
    """As little SMTP as a client needs, so that the relay is not what is measured."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._rest = b""
        self._in_data = False
        self._say("220 bench")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while self._take():
            pass

    def _take(self) -> bool:
        """Answer what is whole: a line, or a mail with its dot. False: more has to come."""
        end = b"\r\n.\r\n" if self._in_data else b"\r\n"
        said, found, rest = self._rest.partition(end)
        if not found:
            return False
        self._rest = rest
        if self._in_data:
            self._in_data = False
            self._say("250 taken")
        elif said[:4].upper() == b"DATA":
            self._in_data = True
            self._say("354 go on")
        elif said[:4].upper() == b"QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            self._say("250 ok")
        return True

    def _say(self, words: str) -> None:
        self._transport.write(f"{words}\r\n".encode())


async def _run() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(_run())
    except KeyboardInterrupt:
        sys.exit(0)
