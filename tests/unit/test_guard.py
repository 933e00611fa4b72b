from __future__ import annotations

import socket

import psycopg
import pytest
from sqlalchemy import create_engine

from tests.unit.conftest import UnitTestReachedOut


def test_unit_tests_cannot_reach_a_database() -> None:
    with pytest.raises(UnitTestReachedOut):
        psycopg.connect("postgresql://localhost/anything")
    with pytest.raises(UnitTestReachedOut):
        create_engine("postgresql+psycopg://localhost/anything").connect()


def test_unit_tests_cannot_reach_the_network() -> None:
    with pytest.raises(UnitTestReachedOut):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
