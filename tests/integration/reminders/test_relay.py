"""Speaking with relays that are slow, rude, or gone in the middle of a word."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import select

from tests.factories.reminder import make_due_mails
from tests.support.smtp import SmtpSink
from tests.support.tls import write_certificate
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.delivery.relay import Relay, Verdict
from tracker.reminders.delivery.relay_address import RelayAddress
from tracker.reminders.models import Reminder
from tracker.reminders.terms import Terms

MAIL = b"Subject: x\r\n\r\n.a line\r\nan end\r\n"
HANG_UP = "hang up"


@contextmanager
def scripted(*answers: str) -> Iterator[tuple[str, list[str]]]:
    """A relay that gives these answers in turn, whatever is said, once for each line that it waits for."""
    heard: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        left = list(answers)
        while left:
            try:
                connection, _ = listening.accept()
            except OSError:  # the test is over, and nobody came for the rest
                return
            with connection, connection.makefile("rb") as lines:
                in_data = False
                connection.sendall(f"{left.pop(0)}\r\n".encode())
                for line in lines:
                    heard.append(line.decode().strip())
                    if in_data and line != b".\r\n":
                        continue
                    if not left or left[0] == HANG_UP:
                        del left[:1]
                        break
                    answer = left.pop(0)
                    in_data = answer.startswith("354")
                    connection.sendall(f"{answer}\r\n".encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}", heard
    finally:
        listening.close()


def relay(url: str, lease_s: int = 9) -> Relay:
    return Relay(RelayAddress.parse(url), "tracker.example.org", Terms(lease_s=lease_s))


def send(url: str, times: int = 1) -> list[tuple[Verdict, str]]:
    with relay(url) as opened:
        answers = [opened.send("from@example.org", "to@example.org", MAIL) for _ in range(times)]
    return [(answer.verdict, answer.code) for answer in answers]


HELLO = ("220 Hi", "250 Hello")


@pytest.mark.parametrize(
    ("answers", "verdict", "code"),
    [
        ((*HELLO, "250 ok", "250 ok", "354 go", "250 taken"), Verdict.ACCEPTED, "smtp_250"),
        ((*HELLO, "451 no", "250 ok"), Verdict.LATER, "smtp_451"),
        ((*HELLO, "550 we don't know you", "250 ok"), Verdict.UNREACHABLE, "relay_550"),
        ((*HELLO, "250 ok", "450 greylisted", "250 ok"), Verdict.LATER, "smtp_450"),
        ((*HELLO, "250 ok", "550 nobody", "250 ok"), Verdict.NEVER, "smtp_550"),
        ((*HELLO, "250 ok", "250 ok", "554 no", "250 ok"), Verdict.NEVER, "smtp_554"),
        ((*HELLO, "250 ok", "250 ok", "354 go", "452 full"), Verdict.LATER, "smtp_452"),
        ((*HELLO, "250 ok", "250 ok", "354 go", "552 too much"), Verdict.NEVER, "smtp_552"),
        ((*HELLO, "250 ok", "250 ok", "354 go", HANG_UP), Verdict.UNCERTAIN, "lost_after_dot"),
        ((*HELLO, "250 ok", HANG_UP), Verdict.LATER, "connection_lost"),
        ((*HELLO, "530 sign in first"), Verdict.UNREACHABLE, "relay_530"),
        (("554 go away",), Verdict.UNREACHABLE, "relay_554"),
        (("421 later",), Verdict.UNREACHABLE, "relay_421"),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value else "",
)
def test_what_a_relay_does_is_judged_for_the_mail_or_for_the_relay(
    answers: tuple[str, ...], verdict: Verdict, code: str
) -> None:
    with scripted(*answers) as (url, _):
        assert send(url) == [(verdict, code)]


def test_a_relay_that_says_nothing_is_not_waited_for_longer_than_agreed() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with relay(f"smtp://127.0.0.1:{listening.getsockname()[1]}", lease_s=1) as silent:
        answer = silent.send("from@example.org", "to@example.org", MAIL)
    listening.close()
    assert (answer.verdict, answer.code) == (Verdict.UNREACHABLE, "relay_unreachable")


def test_one_refused_mail_leaves_the_connection_for_the_next() -> None:
    answers = (*HELLO, "250 ok", "550 nobody", "250 reset", "250 ok", "250 ok", "354 go", "250 taken")
    with scripted(*answers) as (url, heard):
        assert send(url, 2) == [(Verdict.NEVER, "smtp_550"), (Verdict.ACCEPTED, "smtp_250")]
    assert sum(line.lower().startswith("ehlo") for line in heard) == 1


def test_a_relay_that_hung_up_between_two_mails_is_called_again_for_the_second() -> None:
    taken = (*HELLO, "250 ok", "250 ok", "354 go", "250 taken")
    with scripted(*taken, HANG_UP, *taken) as (url, _):
        assert send(url, 2) == [(Verdict.ACCEPTED, "smtp_250")] * 2


def test_a_mail_arrives_byte_by_byte_with_its_dots(smtp_sink: SmtpSink) -> None:
    assert send(smtp_sink.url) == [(Verdict.ACCEPTED, "smtp_250")]
    assert smtp_sink.mails[0].content == MAIL


def test_without_starttls_nothing_goes_in_the_clear() -> None:
    with scripted("220 Hi", "250 Hello", "250 never asked") as (url, heard):
        answer = send(url.replace("smtp://", "smtp+starttls://me:hunter2@"))
    assert answer == [(Verdict.UNREACHABLE, "relay_lacks_extension")]
    assert not [line for line in heard if line.upper().startswith(("AUTH", "MAIL"))]


STARTTLS_REFUSED = ("220 Hi", "250-Hello\r\n250 STARTTLS", "454 TLS not available due to temporary reason")


def test_where_starttls_is_offered_and_then_refused_nothing_goes_in_the_clear() -> None:
    with scripted(*STARTTLS_REFUSED, "250 never asked") as (url, heard):
        answer = send(url.replace("smtp://", "smtp+starttls://me:hunter2@"))
    assert answer == [(Verdict.UNREACHABLE, "relay_454")]
    assert [line.split()[0].upper() for line in heard] == ["EHLO", "STARTTLS"]


def test_a_mail_waits_untried_until_the_relay_encrypts_or_another_takes_it(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_due_mails(session, 2)
    with scripted(*STARTTLS_REFUSED) as (url, heard):
        secure = url.replace("smtp://", "smtp+starttls://")
        assert tick(smtp_url=secure).deferred == 2
        assert not [line for line in heard if line.upper().startswith(("AUTH", "MAIL"))]
    with database.unit_of_work(OPERATOR) as session:
        kept = session.execute(select(Reminder.status, Reminder.last_error, Reminder.attempts, Reminder.token))
        assert set(kept) == {("planned", "relay_454", 0, None)}
    assert tick(smtp_url=f"{secure},{smtp_sink.url}").sent == 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, in one file."""
    return write_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


class Keep:
    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.contents.append(envelope.original_content)
        return "250 Kept"


def sign_in_as_me(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"me@x", b"p:w/")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def secure_relay(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[str, Keep]]]:
    """`secure_relay("smtps")`: a relay that wants TLS and a sign-in; its address without user and password."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    running: list[Controller] = []

    def start(scheme: str) -> tuple[str, Keep]:
        kept = Keep()
        said: dict[str, Any] = {"authenticator": sign_in_as_me, "auth_required": True}
        tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
        if scheme == "smtps":
            said["auth_require_tls"] = False  # the controller's TLS is below the protocol, which doesn't see it
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(kept, hostname="127.0.0.1", port=port, **said, **tls)
        running.append(controller)
        controller.start()
        return f"localhost:{port}", kept

    yield start
    for controller in running:
        controller.stop(no_assert=True)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_secure_relay_gets_user_password_and_mail(
    scheme: str, secure_relay: Callable[[str], tuple[str, Keep]]
) -> None:
    place, kept = secure_relay(scheme)
    assert send(f"{scheme}://me%40x:p%3Aw%2F@{place}") == [(Verdict.ACCEPTED, "smtp_250")]
    assert kept.contents == [MAIL]


def test_a_wrong_password_is_the_relays_business_and_kills_no_mail(
    secure_relay: Callable[[str], tuple[str, Keep]],
) -> None:
    place, kept = secure_relay("smtp+starttls")
    assert send(f"smtp+starttls://me%40x:wrong@{place}") == [(Verdict.UNREACHABLE, "relay_535")]
    assert kept.contents == []


def test_a_relay_with_a_certificate_that_nobody_vouches_for_gets_nothing(
    secure_relay: Callable[[str], tuple[str, Keep]], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, kept = secure_relay("smtp+starttls")
    monkeypatch.delenv("SSL_CERT_FILE")
    assert send(f"smtp+starttls://me%40x:p%3Aw%2F@{place}") == [(Verdict.UNREACHABLE, "relay_tls_failed")]
    assert kept.contents == []
