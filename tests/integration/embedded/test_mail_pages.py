"""The catcher's pages over HTTP: a mail rendered apart, and its attachments as files."""

from __future__ import annotations

import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from embedded.mail_page import page_handler
from tests.factories.letter import HEAD, MESSAGE_ID, NOW, WORK, about
from tracker.reminders.letters import write

NAME = "20261124T080000.000000-1.eml"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[str]:
    """The address of a page that shows one real reminder."""
    (tmp_path / NAME).write_bytes(write(about(WORK), HEAD, "officer@example.org", MESSAGE_ID, NOW).as_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), page_handler(tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(address: str) -> HTTPResponse:
    response: HTTPResponse = urllib.request.urlopen(address, timeout=10)
    return response


def test_a_reminder_shows_its_text_its_html_and_its_calendar_entry(catcher: str) -> None:
    shown = get(f"{catcher}/{NAME}").read().decode()
    assert "A follow-up of yours is due in 7 days." in shown and f'src="/{NAME}/html"' in shown
    assert f'<a href="/{NAME}/1">reminder.ics</a> (text/calendar, ' in shown
    assert "X-Auto-Response-Suppress" in shown


def test_the_html_of_a_mail_is_rendered_apart_where_it_can_run_and_load_nothing(catcher: str) -> None:
    answer = get(f"{catcher}/{NAME}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ") and "default-src 'none'" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "Open the follow-up" in answer.read().decode()


def test_an_attachment_is_handed_out_as_a_file(catcher: str) -> None:
    answer = get(f"{catcher}/{NAME}/1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reminder.ics"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.read().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("path", ["2", "0", "-1", "x", "html/..", "²"])
def test_a_part_that_is_not_there_is_not_found(path: str, catcher: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as gone:
        get(f"{catcher}/{NAME}/{urllib.parse.quote(path)}")
    assert gone.value.code == 404
    gone.value.close()
