"""How Celery is set up: what must hold whatever else is tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import make_settings
from tracker.core.errors import NotConfigured
from tracker.reminders.nudge import TICK
from tracker.reminders.terms import Terms
from worker import jobs
from worker.schedule import LONGEST_BUDGET_S, schedule
from worker.settings import celery_settings


def test_the_broker_carries_json_without_results_and_gets_jobs_back(tmp_path: Path) -> None:
    said = celery_settings(make_settings(tmp_path, broker_url="redis+socket:///tmp/x.sock?virtual_host=0"))
    assert (said["task_serializer"], said["accept_content"], said["result_backend"]) == ("json", ["json"], None)
    assert said["task_acks_late"] is True and said["worker_prefetch_multiplier"] == 1
    assert said["broker_transport_options"]["visibility_timeout"] > said["task_time_limit"]
    assert not list(tmp_path.iterdir()), "a beat has no folder that it could write to"


def test_without_a_broker_the_worker_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="BROKER_URL"):
        celery_settings(make_settings(tmp_path))


def test_every_scheduled_job_exists_and_none_of_its_messages_expires_by_a_clock(tmp_path: Path) -> None:
    names = {getattr(jobs, name).name for name in jobs.__all__}
    entries = schedule(make_settings(tmp_path, reminder_tick_s=7, clamav_socket=tmp_path / "clamd"))
    assert TICK in names and entries["tick"]["schedule"] == 7 and "files" in entries
    assert "files" not in schedule(make_settings(tmp_path))
    for entry in entries.values():
        assert entry["task"] in names
        assert "expires" not in entry["options"]


@pytest.mark.parametrize("lease_s", [3, 60, 600])
def test_a_lease_outlasts_the_slowest_mail_and_a_job_its_last_one(lease_s: int, tmp_path: Path) -> None:
    terms = Terms(lease_s=lease_s)
    assert terms.lease_s / 4 + terms.exchange_s < terms.lease_s, "the fence finds the lease alive"
    assert terms.dot_s < terms.lease_s
    said = celery_settings(make_settings(tmp_path, broker_url="redis://x", reminder_lease_s=lease_s))
    assert LONGEST_BUDGET_S + terms.lease_s + terms.dot_s + terms.settling_s < said["task_time_limit"]
