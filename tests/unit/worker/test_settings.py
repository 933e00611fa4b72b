"""How Celery is set up: what must hold whatever else is tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import make_settings
from tracker.core.errors import NotConfigured
from tracker.reminders import outbox, relay
from tracker.reminders.nudge import TICK
from worker import jobs
from worker.jobs.tick import BUDGET_S
from worker.schedule import SCHEDULE
from worker.settings import TIME_LIMIT_S, celery_settings


def test_the_broker_carries_json_without_results_and_gets_jobs_back(tmp_path: Path) -> None:
    said = celery_settings(make_settings(tmp_path, broker_url="redis+socket:///tmp/x.sock?virtual_host=0"))
    assert (said["task_serializer"], said["accept_content"], said["result_backend"]) == ("json", ["json"], None)
    assert said["task_acks_late"] is True and said["worker_prefetch_multiplier"] == 1
    assert said["broker_transport_options"]["visibility_timeout"] > TIME_LIMIT_S
    assert Path(said["beat_schedule_filename"]).is_relative_to(tmp_path)


def test_without_a_broker_the_worker_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="BROKER_URL"):
        celery_settings(make_settings(tmp_path))


def test_every_scheduled_job_exists_and_its_messages_expire_before_the_next() -> None:
    names = {getattr(jobs, name).name for name in jobs.__all__}
    assert TICK in names
    for entry in SCHEDULE.values():
        assert entry["task"] in names
        assert entry["options"]["expires"] < entry["schedule"]


def test_a_lease_outlasts_the_slowest_mail_and_a_job_its_last_one() -> None:
    words_before_the_dot = 6  # MAIL again after a hang-up, RCPT, DATA, content, and a reconnection's two
    slowest = words_before_the_dot * relay.TIMEOUT_S + relay.DOT_TIMEOUT_S
    assert slowest < outbox.LEASE_S
    assert BUDGET_S + outbox.LEASE_S < TIME_LIMIT_S
