"""Logging: one line per event, control characters escaped, ids only. Everything goes to the standard error.

No personal data: errors are logged by kind and place, since their messages quote what people typed.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[2]
FRAMES = 12
"""How many of the innermost frames of an error are logged."""
QUIET = ("werkzeug", "sqlalchemy.engine", "urllib3", "asyncio")
"""Loggers whose everyday lines hold addresses of people or of pages."""


def configure(*, as_json: bool) -> None:
    """Send this process's logging through structlog: JSON in production, key=value otherwise. May be called again."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_of_error,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(as_json)],
        )
    )
    handler.set_name("tracker")
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if other.get_name() != "tracker"] + [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def place_of(error: BaseException) -> dict[str, Any]:
    """What of `error` may be logged: its kind, its cause's kind, and the places it passed through."""
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__name__,
        "cause": type(cause).__name__ if cause else None,
        "trace": _frames(error.__traceback__),
    }


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _place_of_error(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace exc_info by kind and place, for our own lines and for those of libraries."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    return event | place_of(error) if isinstance(error, BaseException) else event


def _renderer(as_json: bool) -> Any:
    if as_json:
        return structlog.processors.JSONRenderer()
    # repr() of each value escapes line ends and terminal codes.
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)
