"""How much a request may bring: more where files are taken, and nothing of it ever on a disk."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import Request, current_app
from flask.sansio.app import App

_LARGER = "tracker.upload_limits"
"""In `app.extensions`: endpoint -> bytes, where a request may be larger than elsewhere."""
_AROUND_A_FILE = 64 * 1024
"""Bytes of a form beside its file."""


def allow_file(app: App, endpoint: str, largest: int) -> None:
    """Let requests to `endpoint` bring a file of up to `largest` bytes."""
    app.extensions.setdefault(_LARGER, {})[endpoint] = largest + _AROUND_A_FILE


class UploadRequest(Request):
    """A request whose limit is that of its route, and whose files stay in memory: on a disk they would be plain."""

    @property
    def max_content_length(self) -> int | None:
        limits: dict[str, int] = current_app.extensions.get(_LARGER, {})
        return limits.get(self.endpoint or "", super().max_content_length)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()
