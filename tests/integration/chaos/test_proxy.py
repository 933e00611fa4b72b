"""The proxy between our processes: it stalls, cuts, refuses, and stops single statements before or after they count."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chaos.proxy import PostgresProxy


@pytest.fixture
def server(cluster: Any) -> Path:
    return Path(cluster._lease.cluster.sockets) / ".s.PGSQL.5432"


def connect(proxy: PostgresProxy) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1", port=proxy.port, user="postgres", dbname="postgres", sslmode="disable", gssencmode="disable"
    )


def test_it_passes_on_stalls_and_cuts(server: Path) -> None:
    with PostgresProxy(server) as proxy, connect(proxy) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        proxy.stall()
        threading.Timer(0.3, proxy.go).start()
        assert connection.execute("SELECT 2").fetchone() == (2,)
        proxy.cut()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 3")


def test_it_refuses_and_takes_again(server: Path) -> None:
    with PostgresProxy(server) as proxy:
        proxy.refuse()
        with pytest.raises(psycopg.OperationalError):
            connect(proxy)
        proxy.go()
        connect(proxy).close()


@pytest.mark.parametrize(("before", "rows"), [(True, 0), (False, 1)])
def test_a_client_cut_at_a_statement_leaves_it_undone_before_and_done_after(
    server: Path, cluster: Any, before: bool, rows: int
) -> None:
    with cluster.superuser() as own, PostgresProxy(server) as proxy:
        own.execute("CREATE TABLE IF NOT EXISTS of_the_proxy (mark integer)")
        own.execute("TRUNCATE of_the_proxy")
        stop = proxy.stop_at("INSERT INTO of_the_proxy", before=before)
        connection = connect(proxy)

        def insert() -> None:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("INSERT INTO of_the_proxy VALUES (%s)", [1])
                connection.commit()

        thread = threading.Thread(target=insert)
        thread.start()
        assert stop.reached.wait(10)
        proxy.cut()
        proxy.go()
        thread.join(10)
        assert not thread.is_alive()
        assert own.execute("SELECT count(*) FROM of_the_proxy").fetchone() == (rows,)
        own.execute("DROP TABLE of_the_proxy")


def test_a_statement_is_known_though_it_was_prepared_before(server: Path) -> None:
    with PostgresProxy(server) as proxy, connect(proxy) as connection:
        for number in range(8):  # psycopg prepares the sixth
            connection.execute("SELECT %s::int + 41", [number])
        stop = proxy.stop_at(r"\+ 41", before=True)
        threading.Timer(0.3, proxy.go).start()
        assert connection.execute("SELECT %s::int + 41", [1]).fetchone() == (42,)
        assert stop.reached.is_set()
