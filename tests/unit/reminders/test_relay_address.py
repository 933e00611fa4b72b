"""Reading SMTP_URL."""

from __future__ import annotations

import pytest

from tracker.reminders.delivery.relay import _dot_stuffed
from tracker.reminders.delivery.relay_address import RelayAddress


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay.example.org", ("relay.example.org", 25, "smtp", None, None)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "smtp", None, None)),
        ("smtps://me:pass@relay.example.org", ("relay.example.org", 465, "smtps", "me", "pass")),
        (
            "smtp+starttls://me%40example.org:p%3Aw%2F@relay.example.org",
            ("relay.example.org", 587, "smtp+starttls", "me@example.org", "p:w/"),
        ),
    ],
)
def test_each_form_gives_host_port_security_and_who_signs_in(url: str, expected: tuple[object, ...]) -> None:
    address = RelayAddress.parse(url)
    assert (address.host, address.port, address.security, address.username, address.password) == expected


def test_another_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="smtp://"):
        RelayAddress.parse("http://relay.example.org")


def test_a_password_stays_out_of_what_is_printed() -> None:
    assert "hunter2" not in repr(RelayAddress.parse("smtps://me:hunter2@relay.example.org"))


def test_a_line_with_a_single_dot_does_not_end_the_mail() -> None:
    assert _dot_stuffed(b"a\r\n.\r\n..b\r\n.") == b"a\r\n..\r\n...b\r\n..\r\n"
