"""What the relay does wrong is decided by chance that can be repeated, or by a script."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from chaos.mishaps import Wanted
from chaos.sink.faults import KNOWN, WEIGHTS, FaultPlan


def of_mails(plan: FaultPlan, count: int) -> list[str | None]:
    return [fault.name if (fault := plan.for_mail()) else None for _ in range(count)]


def test_a_tenth_of_the_mails_go_wrong_in_every_way_and_the_same_ones_again() -> None:
    first, second = of_mails(FaultPlan(chance=0.1, seed=3), 20_000), of_mails(FaultPlan(chance=0.1, seed=3), 20_000)
    assert first == second
    counted = Counter(first)
    assert 0.08 < 1 - counted[None] / 20_000 < 0.12
    assert {name for name in counted if name} == {name for name in WEIGHTS if not name.startswith("greeting")}


def test_a_script_is_played_in_its_order_and_then_over() -> None:
    plan = FaultPlan(script=["dot_drop_taken", "mail_4xx"])
    assert of_mails(plan, 3) == ["dot_drop_taken", "mail_4xx", None]
    assert plan.given == Counter({"dot_drop_taken": 1, "mail_4xx": 1})


def test_a_fault_of_connections_waits_for_one() -> None:
    plan = FaultPlan(script=["greeting_4xx", "mail_4xx"])
    assert plan.for_mail() is None
    assert plan.for_connection() == KNOWN["greeting_4xx"]
    assert plan.for_mail() == KNOWN["mail_4xx"]


def test_no_more_mails_are_refused_for_good_than_was_said() -> None:
    plan = FaultPlan(chance=1.0, most_refusals=4)
    refused = [name for name in of_mails(plan, 2000) if name and name.endswith("5xx")]
    assert len(refused) == 4


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="No such fault: dot_dorp"):
        FaultPlan(script=["dot_dorp"])


def test_mishaps_are_spread_over_the_run_and_each_comes_as_often_as_was_asked() -> None:
    wanted = Wanted(kills=100, stops=40, broker_restarts=5, flushes=5, postgres_restarts=5, seconds=600)
    planned = wanted.plan(random.Random(1))  # noqa: S311
    assert Counter(what for _, what in planned) == {
        "kill": 100, "stop": 40, "broker_restart": 5, "flush": 5, "postgres_restart": 5,
    }  # fmt: skip
    moments = [moment for moment, _ in planned]
    assert moments == sorted(moments)
    assert moments[0] < 30
    assert 570 < moments[-1] <= 600


def test_a_plan_that_follows_plays_what_the_first_had_left() -> None:
    first, second = FaultPlan(script=["mail_4xx", "dot_drop"]), FaultPlan(script=["rcpt_4xx"])
    first.for_mail()
    second.take_over(first)
    assert of_mails(second, 3) == ["dot_drop", "rcpt_4xx", None]
