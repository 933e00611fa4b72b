"""Run a scenario many times in this process and keep its figures: milliseconds, statements, bytes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@dataclass(frozen=True)
class Figures:
    """One row of the table. Times are milliseconds of the whole request inside the server.

    `floor_ms`: the floor page's median, asked in turn with this one, so that both saw the same machine.
    """

    name: str
    size: int
    runs: int
    p50_ms: float
    p95_ms: float
    statements: int
    kilobytes: float
    floor_ms: float

    @property
    def times_floor(self) -> float:
        return self.p50_ms / self.floor_ms

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that `engine` executes inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def measure(
    name: str,
    size: int,
    engine: Engine,
    request: Callable[[], bytes],
    floor: Callable[[], bytes],
    runs: int = 60,
    warmup: int = 10,
) -> Figures:
    """Time `request` (which returns the body, and raises when the answer is not the expected one) beside `floor`."""
    for _ in range(warmup):
        request()
        floor()
    times, floors = [], []
    for _ in range(runs):
        milliseconds, body = _timed(request)
        times.append(milliseconds)
        floors.append(_timed(floor)[0])
    with counted(engine) as statements:
        request()
    ordered = sorted(times)
    p95 = ordered[max(0, int(len(ordered) * 0.95) - 1)]
    return Figures(
        name=name,
        size=size,
        runs=runs,
        p50_ms=statistics.median(ordered),
        p95_ms=p95,
        statements=len(statements),
        kilobytes=len(body) / 1024,
        floor_ms=statistics.median(floors),
    )


def _timed(request: Callable[[], bytes]) -> tuple[float, bytes]:
    start = time.perf_counter()
    body = request()
    return (time.perf_counter() - start) * 1000, body


def table(rows: list[Figures]) -> str:
    """The figures as aligned text."""
    lines = [f"{'scenario':<30}{'cases':>9}{'p50 ms':>9}{'p95 ms':>9}{'x floor':>9}{'statements':>12}{'KB':>8}"]
    for row in rows:
        lines.append(
            f"{row.name:<30}{row.size:>9,}{row.p50_ms:>9.1f}{row.p95_ms:>9.1f}{row.times_floor:>9.1f}"
            f"{row.statements:>12}{row.kilobytes:>8.1f}"
        )
    return "\n".join(lines)
