"""Requests for another host than the installation's own are answered before anything is looked at.

Links, cookies and passkeys belong to the host of BASE_URL. Whoever asks under another name either mistyped it or wants
answers built with a name of their choice. Health checks ask by number, and their answers hold no link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FOR_ANY_HOST = ("/healthz", "/readyz", "/metrics")
ANSWER = b"There is no such site here.\n"


class OnlyKnownHost:
    """The application behind one host; `headers` go with the refusal."""

    def __init__(self, app: WSGIApplication, host: str, headers: Mapping[str, str]) -> None:
        self._app = app
        self._host = host.lower()
        self._headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"), *headers.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer, or 400."""
        if environ.get("PATH_INFO") in FOR_ANY_HOST or name_of(environ.get("HTTP_HOST", "")) == self._host:
            return self._app(environ, start_response)
        start_response("400 Bad Request", self._headers)
        return [ANSWER]


def name_of(host: str) -> str:
    """A Host header without its port, in small letters."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()
