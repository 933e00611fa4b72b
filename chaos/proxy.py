"""A TCP proxy on loopback that stalls, cuts, refuses or slows what passes: the network between two of our processes.

`PostgresProxy` also understands enough of PostgreSQL's protocol to stop one statement on its way there, or its answer
on the way back: so a worker can be killed exactly before or exactly after a change was committed.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

Target = tuple[str, int] | Path
"""Host and port, or a Unix socket."""
_CHUNK = 1 << 16


class Pipe:
    """One connection through the proxy: two sockets, a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.awaits: Stop | None = None
        self.names: dict[bytes, Stop] = {}
        for source, target, is_request in ((client, server, True), (server, client, False)):
            threading.Thread(target=self._pump, args=(source, target, is_request), daemon=True).start()

    def close(self) -> None:
        """Cut both ends at once."""
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _pump(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        try:
            while data := source.recv(_CHUNK):
                self.proxy.flows.wait()
                if self.proxy.latency_s:
                    time.sleep(self.proxy.latency_s)
                self.proxy.look(self, data, is_request)
                target.sendall(data)
        except OSError:
            pass
        self.close()
        self.proxy.forget(self)


class Proxy:
    """Listens on a port of its own and passes on to `target`. A context."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.latency_s = 0.0
        self.flows = threading.Event()
        self.flows.set()
        self.port = 0
        self._pipes: list[Pipe] = []
        self._refuses = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.flows.set()
        self.cut()

    def stall(self) -> None:
        """Nothing passes any more, nothing is cut: a cable that was pulled."""
        self.flows.clear()

    def go(self) -> None:
        """Everything passes again, what waited first; new connections too."""
        self._refuses = False
        self.flows.set()

    def refuse(self) -> None:
        """Hang up on whoever comes, and on all who are here."""
        self._refuses = True
        self.cut()

    def cut(self) -> int:
        """Cut what is open: how many connections."""
        with self._lock:
            pipes, self._pipes = self._pipes, []
        for pipe in pipes:
            pipe.close()
        return len(pipes)

    def look(self, pipe: Pipe, data: bytes, is_request: bool) -> None:
        """What passes; a proxy that knows the protocol may wait here."""

    def forget(self, pipe: Pipe) -> None:
        """The connection has ended."""
        with self._lock:
            if pipe in self._pipes:
                self._pipes.remove(pipe)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._refuses:
                    raise ConnectionRefusedError
                server = _connected(self.target)
            except OSError:
                client.close()
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pipes.append(Pipe(self, client, server))


@dataclass
class Stop:
    """The next statement that `pattern` fits stops: `before` it reaches PostgreSQL, else after it is committed."""

    pattern: re.Pattern[bytes]
    before: bool
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        """Wait to be released, once."""
        self.reached.set()
        self.released.wait(300)


_NAMED = re.compile(rb"P....([^\x00]+)\x00", re.DOTALL)
_BOUND = re.compile(rb"B....[^\x00]*\x00([^\x00]+)\x00", re.DOTALL)
_IDLE = b"Z\x00\x00\x00\x05I"
"""PostgreSQL is ready and no transaction is open: what was done is committed."""


class PostgresProxy(Proxy):
    """A proxy to PostgreSQL, in the clear, that can stop single statements."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._stop: Stop | None = None
        self._last: Stop | None = None
        self._named: dict[tuple[int, bytes], bytes] = {}

    def stop_at(self, pattern: str, *, before: bool) -> Stop:
        """Stop the next statement that fits; the worker behind it then waits, until `released` is set."""
        self._stop = self._last = Stop(re.compile(pattern.encode(), re.DOTALL | re.IGNORECASE), before)
        return self._stop

    def go(self) -> None:
        """Let everything pass, a stopped statement too."""
        if self._last is not None:
            self._last.released.set()
            self._stop = self._last = None
        super().go()

    def look(self, pipe: Pipe, data: bytes, is_request: bool) -> None:
        """Stop here when this is what was waited for."""
        if is_request:
            self._note_names(pipe, data)
            stop = self._stop
            if stop is None or not self._fits(pipe, stop, data):
                return
            self._stop = None
            if stop.before:
                stop.hold()
            else:
                pipe.awaits = stop
        elif pipe.awaits is not None and _IDLE in data:
            stop, pipe.awaits = pipe.awaits, None
            stop.hold()

    def _note_names(self, pipe: Pipe, data: bytes) -> None:
        """A prepared statement comes with its text once, and by its name from then on."""
        for found in _NAMED.finditer(data):
            self._named[(id(pipe), found[1])] = data[found.end() : data.find(b"\x00", found.end())]

    def _fits(self, pipe: Pipe, stop: Stop, data: bytes) -> bool:
        if stop.pattern.search(data):
            return True
        texts = (self._named.get((id(pipe), found[1]), b"") for found in _BOUND.finditer(data))
        return any(stop.pattern.search(text) for text in texts)


def _connected(target: Target) -> socket.socket:
    if isinstance(target, Path):
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(target))
        return server
    server = socket.create_connection(target, 10)
    server.settimeout(None)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server
