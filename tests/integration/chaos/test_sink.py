"""The misbehaving relay over real TCP: what it says, what it takes, and what it knows afterwards."""

from __future__ import annotations

import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.sink.client import Sink
from embedded.processes import wait_until

MAIL = "From: a@example.org\r\nMessage-ID: <{}@example.org>\r\nSubject: Due\r\n\r\nDo chaos-ab-000001\r\n"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    sink = Sink(tmp_path).start()
    yield sink
    sink.kill()


def send(sink: Sink, name: str) -> tuple[int, bytes]:
    """The relay's word after the dot; smtplib raises what it says before."""
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10) as client:
        client.ehlo()
        refused = client.mail("a@example.org")
        if refused[0] != 250:
            return refused
        refused = client.rcpt("b@example.org")
        return refused if refused[0] != 250 else client.data(MAIL.format(name))


def look_up(sink: Sink, name: str) -> int:
    try:
        with urllib.request.urlopen(f"{sink.lookup_url}?message_id={name}@example.org", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_what_it_took_it_knows_and_still_knows_after_a_kill(sink: Sink) -> None:
    assert send(sink, "one")[0] == 250
    assert (look_up(sink, "one"), look_up(sink, "two")) == (200, 404)
    sink.kill()
    sink.start()
    assert (look_up(sink, "one"), look_up(sink, "two")) == (200, 404)
    (mail,) = sink.accepted()
    assert (mail.message_id, mail.recipient, mail.tokens) == ("one@example.org", "b@example.org", ("chaos-ab-000001",))


def test_it_counts_a_mail_that_comes_twice(sink: Sink) -> None:
    send(sink, "one")
    send(sink, "one")
    state = sink.ask("/state")
    assert (state["accepted"], state["message_ids"], state["doubled"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("mail_4xx", 451), ("mail_5xx", 550), ("rcpt_4xx", 451), ("rcpt_5xx", 550), ("dot_4xx", 451), ("dot_5xx", 550)],
)
def test_what_it_refuses_it_has_not_taken(sink: Sink, fault: str, code: int) -> None:
    sink.misbehave(script=[fault])
    assert send(sink, "one")[0] == code
    assert look_up(sink, "one") == 404
    assert send(sink, "one")[0] == 250


@pytest.mark.parametrize(("fault", "known"), [("dot_drop", 404), ("dot_drop_taken", 200), ("body_drop", 404)])
def test_it_drops_the_line_with_the_mail_or_without_it(sink: Sink, fault: str, known: int) -> None:
    sink.misbehave(script=[fault])
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink, "one")
    assert look_up(sink, "one") == known
    assert [ending.is_open for ending in sink.endings().values()] == ([True] if known == 200 else [])


def test_it_knows_whose_word_was_heard_and_who_went_on_behind_it(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10) as client:
        assert client.sock is not None
        port = client.sock.getsockname()[1]
        client.sendmail("a@example.org", "b@example.org", MAIL.format("one"))
        client.sendmail("a@example.org", "b@example.org", MAIL.format("two"))
        first, second = sink.endings().values()
        assert (first.port, second.port) == (port, port)
        assert first.answered_at and first.followed_at and first.answered_at <= first.followed_at
        assert second.answered_at and second.followed_at is None
    assert wait_until(lambda: sink.endings()[second.number].followed_at is not None, 5), "it said QUIT"


def test_who_vanished_behind_its_word_did_not_go_on(sink: Sink) -> None:
    client = smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10)
    client.sendmail("a@example.org", "b@example.org", MAIL.format("one"))
    client.close()
    assert wait_until(lambda: sink.endings()[1].lost_at is not None, 5)
    assert sink.endings()[1].answered_at and sink.endings()[1].is_open


def test_a_word_that_was_said_before_the_line_dropped_was_said(sink: Sink) -> None:
    sink.misbehave(script=["answered_drop_taken"])
    assert send(sink, "one")[0] == 250
    assert sink.endings()[1].answered_at is not None


def test_a_slow_word_comes_whole_and_the_log_knew_before(sink: Sink) -> None:
    sink.misbehave(script=["dot_drip_taken"], slow_s=0.3)
    assert send(sink, "one") == (250, b"2.0.0 Accepted")


def test_it_holds_a_client_where_it_is_told_and_takes_the_mail_of_one_that_died_there(sink: Sink) -> None:
    sink.order("/freeze", phase="dot")
    client = smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10)
    for command in ("EHLO me", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA"):
        client.docmd(command)
    client.send(MAIL.format("one") + ".\r\n")
    assert wait_until(lambda: bool(sink.ask("/state")["held"]), 5)
    client.close()
    assert look_up(sink, "one") == 404
    sink.order("/release")
    assert wait_until(lambda: look_up(sink, "one") == 200, 5)
    assert sink.endings()[1].is_open, "nobody was there to be told"


def test_it_tires_of_a_client_that_says_no_more_within_data(sink: Sink) -> None:
    sink.misbehave(idle_s=0.3)
    client = smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10)
    for command in ("EHLO me", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA"):
        client.docmd(command)
    client.send("Subject: x\r\n")
    assert wait_until(lambda: sink.ask("/state")["open"] == 0, 5)
    assert sink.count() == 0


def test_starttls_is_offered_and_refused(sink: Sink) -> None:
    sink.misbehave(offers_starttls=True)
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.starttls()
    assert refused.value.smtp_code == 454
