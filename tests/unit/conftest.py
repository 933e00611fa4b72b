"""Unit tests meet no server: whoever tries is told so, instead of being slow."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import psycopg
import pytest


class UnitTestReachedOut(AssertionError):
    """A unit test opened a connection; it belongs into tests/integration."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise UnitTestReachedOut("a unit test must not open a connection; move it to tests/integration")


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psycopg, "connect", _refuse)
    monkeypatch.setattr(psycopg.Connection, "connect", _refuse)
    monkeypatch.setattr(socket.socket, "connect", _refuse)
