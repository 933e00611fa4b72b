"""The pages that show caught mails: a list, and one mail with its headers, text and sources. Reads only."""

from __future__ import annotations

import base64
import hashlib
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_MAIL_NAME = re.compile(r"[0-9T.-]+\.eml")
_LINK = re.compile(r"https?://(?:[^\s<>&\"']|&amp;)+")
_NEWEST = 200
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8886}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;border-radius:6px;padding:1rem}"
    "td,h1{overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page_handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    """A request handler that shows the mails of `folder`."""

    class MailPages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not _is_local(self.headers.get("Host", "")):
                # Another site's name that was pointed at this machine must not read the mails.
                self._answer(HTTPStatus.FORBIDDEN, _page("Forbidden", "<p>Open this page as localhost.</p>"))
                return
            path = unquote(urlsplit(self.path).path)
            if path == "/":
                self._answer(HTTPStatus.OK, list_page(folder))
            elif _MAIL_NAME.fullmatch(path[1:]) and (folder / path[1:]).is_file():
                self._answer(HTTPStatus.OK, mail_page((folder / path[1:]).read_bytes()))
            else:
                self._answer(HTTPStatus.NOT_FOUND, _page("Not found", "<p>There is no such mail.</p>"))

        def _answer(self, status: HTTPStatus, body: str) -> None:
            content = body.encode("utf-8", "replace")
            self.send_response(status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: addresses of mails are nobody's business."""

    return MailPages


def list_page(folder: Path) -> str:
    """The newest mails, the newest first."""
    files = sorted(folder.glob("*.eml"), reverse=True)
    rows = "".join(_row(file) for file in files[:_NEWEST])
    if not rows:
        return _page("Caught mail", "<p>No mail yet. What the system sends lands here and goes nowhere else.</p>")
    head = "<tr><th>Received</th><th>To</th><th>Subject</th></tr>"
    note = f"<p>The newest {_NEWEST} of {len(files)}.</p>" if len(files) > _NEWEST else ""
    return _page("Caught mail", f"<table>{head}{rows}</table>{note}")


def mail_page(content: bytes) -> str:
    """One mail: headers, text, and the source of any other part – shown, never run."""
    mail = message_from_bytes(content, policy=default)
    headers = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in mail.items())
    parts = "".join(_part(part) for part in mail.walk() if not part.is_multipart())
    title = str(mail.get("Subject", "(no subject)"))
    return _page(title, f'<p><a href="/">All mails</a></p><table>{headers}</table>{parts}')


def _row(file: Path) -> str:
    mail = message_from_bytes(file.read_bytes(), policy=default)
    at = f"{file.name[:4]}-{file.name[4:6]}-{file.name[6:8]} {file.name[9:11]}:{file.name[11:13]} UTC"
    subject = escape(str(mail.get("Subject", "(no subject)")))
    link = f'<a href="/{quote(file.name)}">{subject}</a>'
    return f"<tr><td>{at}</td><td>{escape(str(mail.get('X-Envelope-To', '')))}</td><td>{link}</td></tr>"


def _part(part: EmailMessage) -> str:
    kind = escape(part.get_content_type())
    if part.get_content_maintype() != "text":
        size = len(part.get_payload(decode=True) or b"")
        return f"<h2>{kind}</h2><p>{escape(part.get_filename() or 'no name')}, {size} bytes</p>"
    try:
        text = part.get_content()
    except (LookupError, UnicodeError):
        text = str(part.get_payload())
    return f"<h2>{kind}</h2><pre>{_with_links(text)}</pre>"


def _with_links(text: str) -> str:
    """Escaped text in which addresses of local pages can be clicked."""
    return _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text, quote=True))


def _is_local(host: str) -> bool:
    return host.rpartition(":")[0] in ("localhost", "127.0.0.1") or host in ("localhost", "127.0.0.1")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )
