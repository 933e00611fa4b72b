"""Giving a file back: always as an attachment, of no type that a browser would show, in a sandbox.

A picture of a person is an attachment too, so that nobody opens it as a page; a browser shows it inside ours, because
it is of the type that we drew it in, and not one byte of it is the sender's.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Download-Options": "noopen",
}


def as_attachment(content: bytes, name: str) -> Response:
    """The answer that holds it; its name as RFC 6266 has it."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%;' else "_" for one in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content, mimetype="application/octet-stream", headers={**HEADERS, "Content-Disposition": disposition}
    )


def as_picture(content: bytes) -> Response:
    """The answer that holds a picture which we drew."""
    disposition = 'attachment; filename="picture.jpg"'
    return Response(content, mimetype="image/jpeg", headers={**HEADERS, "Content-Disposition": disposition})
