"""Eight clients on two web processes, as an office uses them: lists per second, and the memory of a process afterwards.

The clients are threads of one further process, which keep their connections; all share this machine's processors.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CLIENTS, WORKERS = 8, 2
SECONDS, WARMUP_SECONDS = 8.0, 3.0
START_SECONDS = 60.0
ADDRESS = "/cases"


@dataclass(frozen=True)
class Load:
    """`memory_mb`: proportional set size of the largest web process (what it shares is divided); `resident_mb`: all."""

    lists_per_second: float
    p95_ms: float
    failed: int
    memory_mb: float
    resident_mb: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure_load(cookie: str) -> Load:
    """Start the web server on the database that the environment names, and let the clients ask it for lists."""
    with _server() as (port, master):
        command = [sys.executable, "-m", "bench.load", str(port)]
        said = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "BENCH_COOKIE": cookie}, check=True, capture_output=True, text=True
        )
        rate, p95, failed = said.stdout.split()
        processes = [_memory(worker) for worker in _children(master)]
        shared, resident = max(processes)
    return Load(float(rate), float(p95), int(failed), shared, resident)


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    own_port = os.environ.get("PORT", "8000")  # names the cookie
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--access-logfile",
        "/dev/null",
        "wsgi:app",
    ]
    environment = {**os.environ, "WEB_CONCURRENCY": str(WORKERS), "PORT": own_port}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the web server does not answer")


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> tuple[float, float]:
    """(proportional, resident) megabytes of a process."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0]) / 1024
    return sizes["Pss"], sizes["Rss"]


def _ask_until(port: int, cookie: str, end: float, times: list[float], failed: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < end:
        start = time.perf_counter()
        connection.request("GET", ADDRESS, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            times.append((time.perf_counter() - start) * 1000)
        else:
            failed.append(answer.status)


def _all_clients(port: int, cookie: str, seconds: float) -> tuple[list[float], list[int]]:
    times: list[float] = []
    failed: list[int] = []
    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=_ask_until, args=(port, cookie, end, times, failed)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, failed


def main() -> None:
    """The process of the clients: prints lists per second, the 95th percentile in milliseconds, and failures."""
    port, cookie = int(sys.argv[1]), os.environ["BENCH_COOKIE"]
    _all_clients(port, cookie, WARMUP_SECONDS)
    times, failed = _all_clients(port, cookie, SECONDS)
    print(len(times) / SECONDS, sorted(times)[int(len(times) * 0.95)] if times else 0.0, len(failed))


if __name__ == "__main__":
    main()
