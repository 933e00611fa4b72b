"""Requests that the program makes itself go where they were meant to, or nowhere."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.tls import write_certificate
from tracker.core.outgoing import Outgoing, RefusedTarget

FIXED = Outgoing(frozenset({"hooks.example.org"}))
INSIDE = Outgoing(frozenset({"localhost", "127.0.0.1"}), may_be_inside=True)


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    with answering() as both:
        yield both


@contextmanager
def answering(tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A server's port, and what was asked of it."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302 if self.path.startswith("/elsewhere") else 200)
            self.send_header("Location", "/followed")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    if tls is not None:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_port, asked
    listening.shutdown()
    listening.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "fe80::1%eth0",
        "fc00::1",
        "0.0.0.0",  # noqa: S104  asked about, not listened on
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "192.0.2.1",
        "not an address",
    ],
)
def test_addresses_that_are_nobody_elses_are_none_to_speak_to(address: str) -> None:
    assert not FIXED.may_speak_to(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_may_be_spoken_to(address: str) -> None:
    assert FIXED.may_speak_to(address)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "224.0.0.1"])
def test_even_an_operators_own_host_leads_to_no_link_local_address(address: str) -> None:
    assert not INSIDE.may_speak_to(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example.org/",
        "http://hooks.example.org.evil.net/",
        "http://hooks.example.org@evil.net/",
        "file:///etc/passwd",
        "gopher://hooks.example.org/",
        "http:///nothing",
    ],
)
def test_only_named_hosts_are_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("nobody looks up what is refused"))
    with pytest.raises(RefusedTarget):
        FIXED.status_of(url, {}, 1)


def test_a_name_that_leads_inside_is_refused_even_where_only_one_of_its_addresses_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(RefusedTarget):
        FIXED.status_of("http://hooks.example.org/", {}, 1)


def test_a_name_server_that_changes_its_mind_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["8.8.8.8", "127.0.0.1", "127.0.0.1"])
    spoken_to: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        address = host if host[0].isdigit() else next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(target: tuple[str, int], *_: Any) -> Any:
        spoken_to.append(target[0])
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OSError):
        FIXED.status_of("http://hooks.example.org/", {}, 1)
    assert spoken_to == ["8.8.8.8"]


def test_a_redirection_is_an_answer_and_not_followed(server: tuple[int, list[str]]) -> None:
    port, asked = server
    assert INSIDE.status_of(f"http://localhost:{port}/elsewhere?a=b", {}, 5) == 302
    assert asked == ["/elsewhere?a=b"]


def test_a_proxy_of_the_environment_is_not_used(server: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert INSIDE.status_of(f"http://127.0.0.1:{server[0]}/", {}, 5) == 200


def test_over_tls_the_certificate_must_be_trusted_and_the_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "both.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with answering(context) as (port, asked):
        with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
            INSIDE.status_of(f"https://localhost:{port}/", {}, 5)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(ssl.SSLCertVerificationError, match=r"127\.0\.0\.1"):
            INSIDE.status_of(f"https://127.0.0.1:{port}/", {}, 5)
        assert asked == []
        assert INSIDE.status_of(f"https://localhost:{port}/a", {}, 5) == 200
    assert asked == ["/a"]
