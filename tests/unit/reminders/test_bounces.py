"""Understanding mail that came back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reminders.delivery.bounces import read
from tracker.reminders.delivery.envelope import envelope_sender, number_in
from tracker.reminders.numbers import new_number

NUMBER = "K7QX2-9MFTB"


def bounce(action: str = "failed", status: str = "5.1.1", to: str = f"bounces+{NUMBER}@example.org") -> bytes:
    return f"""Return-Path: <>
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you (5.7.1 is not the status).

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; somebody@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b
Content-Type: message/rfc822

Return-Path: <bounces+{NUMBER}@example.org>
Subject: [Tracker] x

body
--b--
""".replace("\n", "\r\n").encode()


def test_a_failure_for_good_names_its_reminder_and_why() -> None:
    found = read(bounce())
    assert (found.number, found.status, found.is_permanent) == (NUMBER, "5.1.1", True)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7"), ("delivered", "2.0.0")])
def test_what_is_not_for_good_says_nothing_against_an_address(action: str, status: str) -> None:
    found = read(bounce(action, status))
    assert (found.number, found.status, found.is_permanent) == (NUMBER, status, False)


def test_a_mail_server_may_change_case_and_rewrite_the_address_it_came_to() -> None:
    assert read(bounce(to=f"Bounces+{NUMBER.lower()}@EXAMPLE.org")).number == NUMBER
    assert read(bounce(to="postmaster@example.org")).number == NUMBER, "it is in the returned mail too"


def test_an_answer_from_somebody_on_holiday_is_no_bounce() -> None:
    mail = f"To: bounces+{NUMBER}@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nI am away, 550 5.1.1\r\n".encode()
    assert (read(mail).number, read(mail).is_permanent) == (NUMBER, False)


@given(st.binary(max_size=400))
def test_nothing_that_comes_in_breaks_the_reading(mail: bytes) -> None:
    assert read(mail).is_permanent in (True, False)


def test_the_envelope_carries_the_number_there_and_back() -> None:
    number = new_number()
    sender = envelope_sender("bounces@example.org", number, "reminders@example.org")
    assert sender == f"bounces+{number}@example.org"
    assert number_in(f"<{sender}>") == number
    assert envelope_sender(None, number, "reminders@example.org") == "reminders@example.org"


@pytest.mark.parametrize("address", ["bounces@example.org", "bounces+@example.org", "bounces+K7Q-1@example.org", ""])
def test_an_address_without_a_number_names_no_reminder(address: str) -> None:
    assert number_in(address) is None
