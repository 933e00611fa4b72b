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
_UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]")
_NEWEST = 200
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8886}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;border-radius:6px;padding:1rem}"
    "td,h1{overflow-wrap:anywhere}"
    "th{white-space:nowrap}"
    "summary{margin-top:1rem;cursor:pointer}"
    "iframe{width:100%;height:34rem;border:1px solid #8886;border-radius:6px}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""Links of a mail open in a window of their own, which is a page like any other."""
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_PAGE_HEADERS = _SAFE | {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-src 'self'; frame-ancestors 'none'"
    ),
}
_HTML_HEADERS = _SAFE | {
    "Content-Type": "text/html; charset=utf-8",
    # As a mail program shows it: its own styles, no script, nothing loaded, no way to the page around it.
    "Content-Security-Policy": (
        f"sandbox {_SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    ),
}
_FILE_HEADERS = _SAFE | {"Content-Type": "application/octet-stream", "Content-Security-Policy": "default-src 'none'"}
_FIRST_HEADERS = ("From", "To", "Date", "Subject")


def page_handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    """A request handler that shows the mails of `folder`."""

    class MailPages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not _is_local(self.headers.get("Host", "")):
                # Another site's name that was pointed at this machine must not read the mails.
                self._show(HTTPStatus.FORBIDDEN, _page("Forbidden", "<p>Open this page as localhost.</p>"))
                return
            name, _, inside = unquote(urlsplit(self.path).path)[1:].partition("/")
            file = folder / name
            if not name:
                self._show(HTTPStatus.OK, list_page(folder))
            elif not (_MAIL_NAME.fullmatch(name) and file.is_file()):
                self._show(HTTPStatus.NOT_FOUND, _page("Not found", "<p>There is no such mail.</p>"))
            elif inside:
                self._show_part(file.read_bytes(), inside)
            else:
                self._show(HTTPStatus.OK, mail_page(file.read_bytes(), name))

        def _show_part(self, content: bytes, inside: str) -> None:
            if inside == "html":
                self._answer(HTTPStatus.OK, html_of(content).encode("utf-8", "replace"), _HTML_HEADERS)
            elif (found := attachment_of(content, inside)) is not None:
                disposition = {"Content-Disposition": f'attachment; filename="{found[0]}"'}
                self._answer(HTTPStatus.OK, found[1], _FILE_HEADERS | disposition)
            else:
                self._show(HTTPStatus.NOT_FOUND, _page("Not found", "<p>There is no such part.</p>"))

        def _show(self, status: HTTPStatus, body: str) -> None:
            self._answer(status, body.encode("utf-8", "replace"), _PAGE_HEADERS)

        def _answer(self, status: HTTPStatus, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
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


def mail_page(content: bytes, name: str = "") -> str:
    """One mail as its reader sees it, its attachments, and then all of its headers and sources: shown, never run.

    `name`: of its file, by which the page finds the HTML and the attachments.
    """
    mail = _read(content)
    title = str(mail.get("Subject", "(no subject)"))
    texts = [part for part in _parts(mail) if part.get_content_type() == "text/plain" and not part.is_attachment()]
    text = "".join(f"<h2>Text</h2><pre>{_with_links(_content(part))}</pre>" for part in texts)
    has_html = any(part.get_content_type() == "text/html" for part in _parts(mail))
    frame = (
        f'<h2>HTML</h2><iframe sandbox="{_SANDBOX}" title="HTML" src="/{quote(name)}/html"></iframe>'
        if has_html
        else ""
    )
    top = _table([(key, str(mail[key])) for key in _FIRST_HEADERS if mail[key] is not None])
    headers = f"<details><summary>All headers</summary>{_table(list(mail.items()))}</details>"
    sources = "".join(_source(part) for part in _parts(mail) if part not in texts)
    body = f"{top}{_attachments(mail, name)}{frame}{text}{headers}{sources}"
    return _page(title, f'<p><a href="/">All mails</a></p>{body}')


def html_of(content: bytes) -> str:
    """The HTML of a mail, whose links open beside it."""
    found = (part for part in _parts(_read(content)) if part.get_content_type() == "text/html")
    html = next((_content(part) for part in found), "")
    return html.replace("<head>", '<head><base target="_blank">', 1)


def attachment_of(content: bytes, number: str) -> tuple[str, bytes] | None:
    """Name and octets of the attachment with this number, counted from 1; None: there is none."""
    found = [part for part in _parts(_read(content)) if part.is_attachment()]
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(found)):
        return None
    part = found[int(number) - 1]
    return _UNSAFE_NAME.sub("_", part.get_filename() or "attachment"), _octets(part)


def _attachments(mail: EmailMessage, name: str) -> str:
    found = [part for part in _parts(mail) if part.is_attachment()]
    items = [
        f'<li><a href="/{quote(name)}/{number}">{escape(part.get_filename() or "attachment")}</a>'
        f" ({escape(part.get_content_type())}, {len(_octets(part))} bytes)</li>"
        for number, part in enumerate(found, start=1)
    ]
    return f"<h2>Attachments</h2><ul>{''.join(items)}</ul>" if items else ""


def _table(rows: list[tuple[str, object]] | list[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th>{escape(key)}</th><td>{escape(str(value))}</td></tr>" for key, value in rows)
    return f"<table>{lines}</table>"


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _parts(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if not part.is_multipart()]


def _octets(part: EmailMessage) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _row(file: Path) -> str:
    mail = _read(file.read_bytes())
    at = f"{file.name[:4]}-{file.name[4:6]}-{file.name[6:8]} {file.name[9:11]}:{file.name[11:13]} UTC"
    subject = escape(str(mail.get("Subject", "(no subject)")))
    link = f'<a href="/{quote(file.name)}">{subject}</a>'
    return f"<tr><td>{at}</td><td>{escape(str(mail.get('X-Envelope-To', '')))}</td><td>{link}</td></tr>"


def _source(part: EmailMessage) -> str:
    kind = escape(part.get_content_type())
    if part.get_content_maintype() != "text":
        size = len(_octets(part))
        return f"<h2>{kind}</h2><p>{escape(part.get_filename() or 'no name')}, {size} bytes</p>"
    return f"<details><summary>Source: {kind}</summary><pre>{_with_links(_content(part))}</pre></details>"


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return str(part.get_payload())


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
