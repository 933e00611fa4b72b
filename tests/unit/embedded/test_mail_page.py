from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from embedded.mail_page import list_page, mail_page


def mail(subject: str = "Due on Monday", text: str = "See http://localhost:8000/cases/1?a=1&b=2 now") -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "officer@example.org"
    message["X-Envelope-To"] = "officer@example.org"
    message["Message-ID"] = "<0191@example.org>"
    message.set_content(text)
    message.add_alternative("<script>alert(1)</script><p>hello</p>", subtype="html")
    return bytes(message)


def test_a_mail_shows_headers_and_text_with_links_that_work() -> None:
    shown = mail_page(mail())
    assert "&lt;0191@example.org&gt;" in shown
    assert '<a href="http://localhost:8000/cases/1?a=1&amp;b=2">' in shown


def test_the_html_of_a_mail_is_shown_as_its_source() -> None:
    shown = mail_page(mail(subject="<b>bold</b>"))
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<b>" not in shown


def test_the_list_has_the_newest_mail_first(tmp_path: Path) -> None:
    (tmp_path / "20261101T080000.000000-1.eml").write_bytes(mail("Older"))
    (tmp_path / "20261102T080000.000000-1.eml").write_bytes(mail("Newer"))
    (tmp_path / "20261103T080000.000000-1.part").write_bytes(mail("Half written"))
    shown = list_page(tmp_path)
    assert shown.index("Newer") < shown.index("Older")
    assert "Half written" not in shown
    assert "2026-11-02 08:00 UTC" in shown


def test_a_broken_mail_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "20261101T080000.000000-1.eml").write_bytes(b"\xff\xfe no headers at all \x00")
    (tmp_path / "20261102T080000.000000-1.eml").write_bytes(mail("Whole"))
    assert "Whole" in list_page(tmp_path)
