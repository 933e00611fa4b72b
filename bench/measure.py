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
    """One row of the table. Times are milliseconds of the whole request inside the server."""

    name: str
    size: int
    runs: int
    p50_ms: float
    p95_ms: float
    statements: int
    kilobytes: float

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
    name: str, size: int, engine: Engine, request: Callable[[], bytes], runs: int = 60, warmup: int = 10
) -> Figures:
    """Time `request` (which returns the body, and raises when the answer is not the expected one)."""
    for _ in range(warmup):
        request()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        body = request()
        times.append((time.perf_counter() - start) * 1000)
    with counted(engine) as statements:
        request()
    ordered = sorted(times)
    return Figures(
        name, size, runs, statistics.median(ordered), ordered[max(0, int(len(ordered) * 0.95) - 1)], len(statements),
        len(body) / 1024,
    )  # fmt: skip


def table(rows: list[Figures]) -> str:
    """The figures as aligned text; `floors` is the p50 divided by the floor page's of the same size."""
    floors = {row.size: row.p50_ms for row in rows if row.name == "floor"}
    lines = [f"{'scenario':<28}{'cases':>9}{'p50 ms':>9}{'p95 ms':>9}{'x floor':>9}{'statements':>12}{'KB':>8}"]
    for row in rows:
        ratio = row.p50_ms / floors.get(row.size, row.p50_ms)
        lines.append(
            f"{row.name:<28}{row.size:>9,}{row.p50_ms:>9.1f}{row.p95_ms:>9.1f}{ratio:>9.1f}{row.statements:>12}{row.kilobytes:>8.1f}"
        )
    return "\n".join(lines)
