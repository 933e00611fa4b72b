"""How gunicorn runs `wsgi:app`; read by itself from the folder it is started in."""

from __future__ import annotations

import ctypes
import os
import re
import signal
from typing import Any

from gunicorn.glogging import Logger

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<=/)[A-Z]{2,8}-[A-Z0-9]{4,}(?=/|$)")
_ADDRESS = re.compile(r"[^/\s]+@[^/\s]+")
_SECRET = re.compile(r"(?<=/feeds/)[^/]+")


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Access lines without queries, and without what names a person or a case in the path."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        atoms["U"] = discreet(str(environ.get("PATH_INFO", "")))
        return atoms


def discreet(path: str) -> str:
    """`path` with secrets, ids, references and addresses blanked and control characters written out."""
    for pattern, stand_in in ((_SECRET, ":secret"), (_UUID, ":id"), (_REFERENCE, ":ref"), (_ADDRESS, ":address")):
        path = pattern.sub(stand_in, path)
    return path.encode("unicode_escape").decode("ascii")


bind = f"{os.environ.get('TRACKER_LISTEN', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 5
# A leak in a library ends with the process; the jitter keeps them from ending together.
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
logger_class = DiscreetLogger
# The reverse proxy alone may say which address and scheme a request came from.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True

_PR_SET_PDEATHSIG = 1
_M_ARENA_MAX = -8
_libc = ctypes.CDLL(None)
# Threads that wait for each other's turn anyway need no heap each: two are 16 MB less for a process.
if hasattr(_libc, "mallopt"):
    _libc.mallopt(_M_ARENA_MAX, 2)


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker ends with its master even when that is killed and the worker is in the middle of a long request."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def post_worker_init(_worker: Any) -> None:
    """The application is loaded, and importable by now."""
    from tracker.core.collector import settle_collector

    settle_collector()
