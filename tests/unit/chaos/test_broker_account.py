"""What a run leaves in the broker: no new key, none that has grown, and of its work no more than is in hand."""

from __future__ import annotations

from chaos.broker_account import broker_faults, most_at_work
from worker.beat import MOST_WAITING

BEFORE = {"_kombu.binding.celery": 1, "celery": 2}
MOST = most_at_work(4)


def test_what_is_as_it_was_passes_and_so_does_work_in_hand() -> None:
    assert broker_faults(BEFORE, BEFORE, MOST) == []
    assert broker_faults(BEFORE, BEFORE | {"celery": MOST_WAITING, "unacked": 4, "unacked_index": 4}, MOST) == []
    assert broker_faults(BEFORE, {}, MOST) == [], "FLUSHALL took it; the next worker brings it back"


def test_a_new_key_is_a_fault() -> None:
    assert broker_faults(BEFORE, BEFORE | {"_kombu.binding.celeryev": 1}, MOST) == [
        "new keys in the broker: _kombu.binding.celeryev"
    ]


def test_a_set_that_each_killed_worker_adds_to_is_a_fault_though_its_name_is_old() -> None:
    assert broker_faults(BEFORE, BEFORE | {"_kombu.binding.celery": 9}, MOST) == [
        "_kombu.binding.celery in the broker holds 9, not at most 1"
    ]


def test_jobs_that_nobody_gives_back_are_a_fault_once_their_time_has_passed() -> None:
    left = BEFORE | {"unacked": 9, "unacked_index": 9}
    assert len(broker_faults(BEFORE, left, MOST)) == 2
    assert broker_faults(BEFORE, left, most_at_work(4, left_by_killed=5)) == []


def test_a_queue_that_grew_is_a_fault() -> None:
    assert broker_faults(BEFORE, {"celery": 5000}, MOST) != []
