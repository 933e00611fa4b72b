"""PostgreSQL lives exactly as long as it is used, and loses nothing, whoever is killed."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from embedded.lease import PostgresLease
from embedded.postgres import OWNER
from embedded.processes import wait_until
from tests.integration.embedded.users import (
    connect,
    holding,
    keeper,
    nothing_runs,
    postmaster,
    starting,
    wait_for_lease,
)


def remember(data_dir: Path, what: str) -> None:
    with connect(data_dir, OWNER) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS remembered (what text)")
        connection.execute("INSERT INTO remembered VALUES (%s)", [what])


def remembered(data_dir: Path) -> list[str]:
    with connect(data_dir, OWNER) as connection:
        return [row[0] for row in connection.execute("SELECT what FROM remembered ORDER BY what")]


def test_the_last_user_stops_the_server_and_the_next_finds_the_data(used_dir: Path) -> None:
    with holding(used_dir) as first:
        with holding(used_dir) as second:
            server = postmaster(used_dir)
            remember(used_dir, "kept")
            second.kill()
            second.wait()
            assert not nothing_runs(used_dir, seconds=1), "a user is left"
            assert postmaster(used_dir) == server
        first.kill()
    assert nothing_runs(used_dir)
    with holding(used_dir):
        assert remembered(used_dir) == ["kept"]


def test_users_who_start_together_share_one_server(used_dir: Path) -> None:
    with starting(used_dir) as one, starting(used_dir) as two, starting(used_dir) as three:
        for process in (one, two, three):
            wait_for_lease(process)
        server = postmaster(used_dir)
        one.kill()
        two.kill()
        one.wait()
        assert not nothing_runs(used_dir, seconds=1), "the third still uses it"
        assert postmaster(used_dir) == server


def test_a_user_who_comes_while_the_server_stops_gets_a_server(used_dir: Path) -> None:
    for round_number in range(4):
        with holding(used_dir) as leaving:
            remember(used_dir, str(round_number))
            leaving.kill()
            leaving.wait()
            with holding(used_dir):
                assert remembered(used_dir) == [str(number) for number in range(round_number + 1)]


def test_a_killed_keeper_takes_the_server_with_it_and_a_user_brings_it_back(used_dir: Path) -> None:
    lease = PostgresLease(used_dir)
    lease.take()
    remember(used_dir, "before")
    server = postmaster(used_dir)
    os.kill(keeper(used_dir), signal.SIGKILL)
    assert wait_until(lambda: not lease.has_keeper(), 5)
    assert wait_until(lambda: not Path(f"/proc/{server}").exists(), 10), "an orphan"
    lease.ensure()
    assert postmaster(used_dir) != server
    assert remembered(used_dir) == ["before"]
    lease.release()


def test_a_killed_server_is_started_again_with_everything_that_was_committed(used_dir: Path) -> None:
    with holding(used_dir):
        remember(used_dir, "committed")
        server = postmaster(used_dir)
        os.kill(server, signal.SIGKILL)
        assert wait_until(lambda: _answers_anew(used_dir, server), 20)
        assert remembered(used_dir) == ["committed"]


def _answers_anew(data_dir: Path, old: int) -> bool:
    try:
        connect(data_dir).close()
        return postmaster(data_dir) != old
    except (psycopg.OperationalError, OSError, IndexError):
        return False


def test_a_pid_file_that_names_a_strangers_process_is_no_obstacle(used_dir: Path) -> None:
    with holding(used_dir):
        remember(used_dir, "kept")
        os.kill(keeper(used_dir), signal.SIGKILL)
    assert nothing_runs(used_dir)
    pid_file = used_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines() if pid_file.exists() else ["", str(used_dir / "postgres")]
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    with holding(used_dir):
        assert remembered(used_dir) == ["kept"]


def test_the_owner_of_the_database_is_bound_by_row_level_security(data_dir: Path) -> None:
    with holding(data_dir), connect(data_dir) as connection:
        found = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [OWNER]
        )
        assert found.fetchone() == (False, False, True)
        owner = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tracker'")
        assert owner.fetchone() == (OWNER,)


def test_the_server_is_durable_and_sorts_by_code_point(data_dir: Path) -> None:
    with holding(data_dir), connect(data_dir) as connection:
        for name, value in (("fsync", "on"), ("full_page_writes", "on"), ("listen_addresses", "")):
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)
        locale = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'tracker'"
        )
        assert locale.fetchone() == ("b", "C.UTF-8", "UTF8")


def test_rows_of_people_do_not_reach_the_log(used_dir: Path) -> None:
    with holding(used_dir):
        remember(used_dir, "x")
        with connect(used_dir, OWNER) as connection:
            connection.execute("CREATE UNIQUE INDEX ON remembered (what)")
            for _ in range(2):
                try:
                    connection.execute("INSERT INTO remembered VALUES ('CANARY-of-a-person')")
                except psycopg.errors.UniqueViolation:
                    refused = True
    assert refused
    log = (used_dir / "logs" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "CANARY" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_in_a_closed_folder_gets_a_cluster_that_nobody_can_reach(data_dir: Path) -> None:
    data_dir.parent.chmod(0o700)
    with holding(data_dir):
        remember(data_dir, "elsewhere")
        assert (data_dir / "postgres").is_symlink()
        cluster = (data_dir / "postgres").resolve()
        assert stat.S_IMODE(cluster.stat().st_mode) == 0o700
        assert cluster.stat().st_uid != 0
    with holding(data_dir):
        assert remembered(data_dir) == ["elsewhere"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_a_cluster_moves_when_its_folder_is_closed_to_nobody_later(used_dir: Path) -> None:
    with holding(used_dir):
        remember(used_dir, "moved")
    assert nothing_runs(used_dir)
    used_dir.parent.chmod(0o700)
    with holding(used_dir):
        assert remembered(used_dir) == ["moved"]
        assert (used_dir / "postgres").is_symlink()
