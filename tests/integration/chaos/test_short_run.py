"""The short form of `make chaos`: 500 reminders, real workers, a few of every fault, and every mail accounted for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.processes import ROOT


def carry_out(*options: str) -> dict[str, Any]:
    """What `python -m chaos` says; a process of its own, since it is the one who tends all others."""
    environment = {"PATH": os.environ["PATH"]}
    words = [sys.executable, "-m", "chaos", "--short", *options]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=420, check=False)
    assert done.stdout, done.stderr[-4000:]
    figures: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) == figures["passed"]
    return figures


@pytest.mark.xdist_group("chaos")
def test_nothing_is_lost_and_nothing_doubled_where_the_relay_can_be_asked() -> None:
    figures = carry_out()
    assert figures["missed"] == []
    assert figures["accepted"] + figures["dead"] == 500
    assert figures["doubled"] == figures["ambiguous_doubled"] == figures["lost"] == 0
    # A run in which nothing went wrong would prove nothing.
    assert figures["mishaps"] == {"kill": 6, "stop": 3, "broker_restart": 1, "flush": 2, "postgres_restart": 2}
    assert figures["smtp_faults"]["dot_drop_taken"] >= 2
    assert figures["looked_up"] >= 2


@pytest.mark.long
def test_with_an_opaque_relay_only_what_nobody_could_know_comes_twice() -> None:
    figures = carry_out("--relay", "opaque", "--reminders", "300")
    assert figures["missed"] == []
    assert figures["lost"] == figures["doubled"] == 0
    assert figures["ambiguous_doubled"] >= 2
    assert figures["one_message_id_per_row"]
