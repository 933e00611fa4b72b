"""How Celery is set up, each setting with its reason."""

from __future__ import annotations

from typing import Any

from config import Settings
from tracker.core.errors import NotConfigured
from tracker.reminders.terms import Terms
from worker.schedule import LONGEST_BUDGET_S, schedule


def celery_settings(settings: Settings) -> dict[str, Any]:
    """Celery's configuration. Raises NotConfigured without a broker."""
    if settings.broker_url is None:
        raise NotConfigured("No broker: set BROKER_URL, or start one with `make run`.")
    time_limit_s = _time_limit_s(Terms.of(settings))
    return {
        "broker_url": settings.broker_url,
        # Its command line takes BROKER_URL out of the environment, where the password may stand apart from it.
        "broker_read_url": settings.broker_url,
        "broker_write_url": settings.broker_url,
        "broker_transport_options": _transport_options(time_limit_s),
        # Forever: a worker that gives up has to be started by a hand.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A broker that answers with an error (its disk is full, it became a replica) is waited for like one that is
        # away: else the worker ends by the first such word.
        "broker_channel_error_retry": True,
        # A job is cut off only by its time limit: cancelled after the final dot of a mail, it would send it twice.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        # JSON alone: pickle in a broker is somebody else's code in this process.
        "task_serializer": "json",
        "accept_content": ["json"],
        # Nobody asks a job what came out; results would only pile up in the broker (celery#4660).
        "result_backend": None,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # Acknowledged when done, so that a killed worker's job comes back; every job may run twice with one effect.
        "task_acks_late": True,
        # But not one that took its process down with it: beat brings the next tick anyway.
        "task_reject_on_worker_lost": False,
        # One job at a time: what waits here could run elsewhere.
        "worker_prefetch_multiplier": 1,
        # Hard limit only. A soft one raises in the middle of an exchange with the relay, where it can't be answered.
        "task_time_limit": time_limit_s,
        # One of its processes killed while a worker starts must not end it.
        "worker_pool": "worker.pool:SteadyPool",
        # Workers grow (celery#8521); a fresh process costs a second.
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 400_000,  # kilobytes
        # Nobody listens to these, and each is a key or a message in the broker.
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        "worker_enable_remote_control": False,
        # Celery counts in UTC; people's zones are the business of tracker.reminders.planning.rules.
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule": schedule(settings),
        # The schedule is two intervals: nothing is worth a file that a kill -9 can corrupt, or a clock set forward
        # can date into the future. Counted by a clock that nobody can set.
        "beat_scheduler": "worker.beat:SteadyScheduler",
        "beat_max_loop_interval": 15,
        # Our own logging (tracker.core.logs): ids and codes only.
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }


def _time_limit_s(terms: Terms) -> int:
    """A tick stops taking work after its budget; then it may finish one exchange, and write down what came out."""
    return int(LONGEST_BUDGET_S + 2 * terms.lease_s + terms.settling_s)


def _transport_options(time_limit_s: int) -> dict[str, Any]:
    return {
        # After this a job that nobody acknowledged is handed out again (kombu#1836: an hour by default). Longer than
        # the time limit, so never while it still runs.
        "visibility_timeout": time_limit_s + 60,
        # Without these a broker that vanished without a word hangs a worker for good (celery#8030, #9054).
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "retry_on_timeout": True,
    }
