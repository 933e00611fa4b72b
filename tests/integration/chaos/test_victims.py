"""Who a signal hits, as the kernel knows it: processes of a group, and their ends of connections."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from chaos.fleet import Fleet, Member
from chaos.victims import pids_of_group, ports_of
from embedded.processes import wait_until

CHILD = """
import socket, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(connection.getsockname()[1], flush=True)
time.sleep(60)
"""


def test_the_ports_of_a_process_are_told_and_its_group_is_found_also_without_its_leader() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        leader = subprocess.Popen(
            [sys.executable, "-c", CHILD, port], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            assert leader.stdout is not None
            own = int(leader.stdout.readline())
            assert ports_of([leader.pid]) == {own}
            (child,) = set(pids_of_group(leader.pid)) - {leader.pid}
            assert ports_of([child]) == set()
            leader.kill()
            leader.wait(10)
            assert pids_of_group(leader.pid) == [child]
            assert ports_of([leader.pid]) == set()
        finally:
            os.killpg(leader.pid, signal.SIGKILL)
            leader.wait(10)
    assert wait_until(lambda: pids_of_group(leader.pid) == [], 10)


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_is_noted_with_what_all_who_die_of_it_held(seed: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-c", CHILD, str(listener.getsockname()[1])]
        member = Member("worker1", command, tmp_path / "worker.log")
        fleet = Fleet({"PATH": os.environ["PATH"]}, tmp_path, [member])
        member.start(fleet.environment)
        try:
            assert wait_until(lambda: member.said().strip().isdigit(), 20)
            said = fleet.kill_one(random.Random(seed))  # noqa: S311
            assert fleet.blows[-1].ports == (set() if said.startswith("child") else {int(member.said())})
        finally:
            fleet.close()
