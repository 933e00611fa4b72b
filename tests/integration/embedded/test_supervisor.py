"""`make run`: one command starts everything, Ctrl-C ends it, and kill -9 leaves no orphan and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from embedded.first_start import FirstStart, is_due
from embedded.lease import PostgresLease
from embedded.processes import wait_until
from tests.integration.embedded.copies import (
    Copy,
    copy,
    environment,
    flask,
    free_port,
    nothing_is_left,
    processes_of,
)
from tests.support.processes import ROOT

PASSWORD = "a-password-that-nobody-guesses-7"


def create_user(data_dir: Path, email: str) -> None:
    options = ["--email", email, "--name", "Test Person", "--role", "legal_officer", "--password-stdin"]
    flask(data_dir, "user", "create", *options, given=PASSWORD + "\n")


def emails(data_dir: Path) -> list[str]:
    return sorted(person["email"] for person in json.loads(flask(data_dir, "user", "list", "--json")))


def test_a_copy_starts_serves_is_killed_starts_again_and_stops_at_ctrl_c(data_dir: Path) -> None:
    """One folder for all of it: to start the whole system is what costs."""
    with copy(data_dir, SAMPLE="1") as running:
        running.wait_until_ready()
        sample = _assert_sample_people_are_made(running)
        assert wait_until(running.is_well, 30, pause=0.5)
        _assert_everything_runs_and_serves(running)
        create_user(data_dir, "beside@example.org")
        assert emails(data_dir) == sorted(["beside@example.org", *sample])
        _assert_logs_hold_no_query(running)
        _assert_a_kill_leaves_no_orphan(running)
    assert emails(data_dir) == sorted(["beside@example.org", *sample]), "data was lost"
    assert nothing_is_left(data_dir, seconds=10), "flask left something running"
    with copy(data_dir, SAMPLE="1") as second:
        second.wait_until_ready()
        assert not any(password in "".join(second.said) for password in sample.values())
        assert emails(data_dir) == sorted(["beside@example.org", *sample]), "the sample was made twice"
        _assert_ctrl_c_stops_everything(second)


def _assert_sample_people_are_made(running: Copy) -> dict[str, str]:
    """Their passwords by address, which are shown and kept."""
    kept = running.data_dir / "sample-sign-ins.txt"
    lines = [line.split() for line in kept.read_text().splitlines()]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [role for role, _, _ in lines] == ["legal_officer", "coordinator", "head", "administrator"]
    said = "".join(running.said)
    assert all(password in said for _, _, password in lines)
    return {email: password for _, email, password in lines}


def _assert_everything_runs_and_serves(running: Copy) -> None:
    assert json.loads(running.get("/readyz")[1])
    commands = " ".join(processes_of(running.data_dir).values())
    for part in (
        "gunicorn",
        "worker.app worker",
        "worker.app beat",
        "mail_catcher",
        "valkey-server",
        "bin/postgres",
    ):
        assert part in commands
    assert running.get("/healthz?token=secret-in-the-query")[0] == 200
    _assert_mail_is_caught(running)


def _assert_logs_hold_no_query(running: Copy) -> None:
    log = running.data_dir / "logs" / "web.log"
    assert wait_until(lambda: "GET /healthz 200" in log.read_text(), 5)
    assert "secret-in-the-query" not in log.read_text()


def _assert_a_kill_leaves_no_orphan(running: Copy) -> None:
    running.process.kill()
    running.process.wait()
    assert nothing_is_left(running.data_dir, seconds=10), processes_of(running.data_dir)


def _assert_mail_is_caught(running: Copy) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = "Caught in the test", "officer@example.org"
    message.set_content("The text of the mail.")
    host, _, port = running.servers["urls"]["SMTP_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as relay:
        relay.send_message(message, from_addr="reminders@example.org")
    address = str(running.servers["mail_page"])
    with urllib.request.urlopen(address, timeout=10) as page:
        shown = page.read().decode()
    assert "Caught in the test" in shown
    rebound = urllib.request.Request(address, headers={"Host": "attacker.example"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(rebound, timeout=10)


def _assert_ctrl_c_stops_everything(running: Copy) -> None:
    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert time.monotonic() - began < 12
    assert nothing_is_left(running.data_dir, seconds=3)
    assert not (running.data_dir / "run" / "servers.json").exists()


@pytest.mark.long
def test_every_killed_child_comes_back(data_dir: Path) -> None:
    with copy(data_dir) as running:
        running.wait_until_ready()
        assert wait_until(running.is_well, 30, pause=0.5)
        for words in (
            "gunicorn",
            "worker.app worker",
            "worker.app beat",
            "mail_catcher",
            "valkey-server",
            "embedded.keeper",
        ):
            killed = running.child(words)
            os.kill(killed, signal.SIGKILL)
            assert wait_until(partial(_has_ended, data_dir, killed), 10), words
            assert wait_until(partial(_runs, data_dir, words), 30), words
            assert wait_until(running.is_well, 60, pause=0.5), words
        _assert_mail_is_caught(running)


def _has_ended(data_dir: Path, pid: int) -> bool:
    return pid not in processes_of(data_dir)


def _runs(data_dir: Path, words: str) -> bool:
    return any(words in command for command in processes_of(data_dir).values())


def test_a_second_copy_on_the_same_folder_is_told_so(data_dir: Path) -> None:
    with copy(data_dir) as first:
        assert wait_until((data_dir / "run" / "supervisor.lock").exists, 20)
        refused = _supervise(data_dir, free_port())
        assert "running already" in refused.stdout
        assert refused.returncode == 1
        first.process.kill()


def test_a_taken_port_is_named_and_nothing_is_started(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = _supervise(data_dir, taken.getsockname()[1])
        assert f"Port {taken.getsockname()[1]} is in use" in refused.stdout
    assert refused.returncode == 1
    assert not (data_dir / "postgres").exists()


def _supervise(data_dir: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "embedded.supervisor"],
        cwd=ROOT,
        env=environment(data_dir, PORT=str(port), SAMPLE="0"),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.mark.long
def test_two_copies_run_side_by_side_and_share_nothing(data_dir: Path) -> None:
    other_dir = data_dir.with_name("other")
    with copy(data_dir) as one, copy(other_dir) as two:
        one.wait_until_ready()
        two.wait_until_ready()
        create_user(data_dir, "one@example.org")
        create_user(other_dir, "two@example.org")
        assert emails(data_dir) == ["one@example.org"]
        assert emails(other_dir) == ["two@example.org"]
        one.process.kill()
        assert nothing_is_left(data_dir, seconds=10)
        assert two.is_well()
    assert nothing_is_left(other_dir, seconds=10)


def test_without_a_sample_the_first_start_makes_nobody(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert is_due(tmp_path)
    assert FirstStart(app, tmp_path, sample=False).carry_out() == ""
    assert not is_due(tmp_path)
    assert json.loads(app.test_cli_runner().invoke(args=["user", "list", "--json"]).stdout) == []


def test_a_flask_command_on_a_fresh_folder_migrates_and_leaves_nothing_running(data_dir: Path) -> None:
    assert flask(data_dir, "user", "list", "--json").strip() == "[]"
    assert nothing_is_left(data_dir, seconds=5)
    assert not _runs(data_dir, "valkey")
    _assert_a_pathway_that_changed_but_kept_its_version_is_named_at_once(data_dir)


def test_help_needs_no_server(data_dir: Path) -> None:
    assert "user" in flask(data_dir, "--help")
    assert not (data_dir / "postgres").exists()


def _assert_a_pathway_that_changed_but_kept_its_version_is_named_at_once(data_dir: Path) -> None:
    lease = PostgresLease(data_dir)
    url = lease.take().replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE pathway_definitions SET sha256 = 'of an older file', checked_sha256 = 'none',"
            ' body = body || \'{"label": "Of an older file"}\''
        )
    lease.release()
    (data_dir / "run" / "first-start-done").touch()
    refused = _supervise(data_dir, free_port())
    assert refused.returncode == 1
    assert "changed but kept version" in refused.stdout
    assert refused.stdout.count("web ended") <= 1
