"""A tap on the worker's shoulder when a mail should go at once. Losing it is harmless: the next tick finds the row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tracker.core import database

log = logging.getLogger(__name__)

TICK = "worker.jobs.tick"
"""The job's name; this package knows no more of the worker than that."""

MOST_WAITING = 20
"""When so many messages wait already, one more makes nobody come sooner. None of them expires: an expiry is a time of
day, which a host with a wrong clock misreads."""

Nudge = Callable[[], None]
_NUDGED = "reminders_nudged"
_nudge: Nudge | None = None


def use(nudge: Nudge | None) -> None:
    """Say how to nudge; None: not at all."""
    global _nudge
    _nudge = nudge


def init_app(app: Flask) -> None:
    """Nudge through the broker that the settings name, if they name one."""
    settings = app.extensions["tracker.settings"]
    use(through_broker(settings.broker_url) if settings.broker_url else None)


def after_commit(session: Session) -> None:
    """Nudge once this unit of work is committed: before, the worker would find nothing."""
    if _nudge is None or session.info.get(_NUDGED):
        return
    session.info[_NUDGED] = True
    database.after_commit(session, lambda: _tap(session))


def _tap(session: Session) -> None:
    session.info.pop(_NUDGED, None)
    if _nudge is None:
        return
    try:
        _nudge()
    except Exception as error:
        log.info("no nudge, the next tick will do: %s", type(error).__name__)


def through_broker(url: str) -> Nudge:
    """A nudge that sends the tick job by its name. It waits a second for the broker and no longer."""
    from celery import Celery

    options: dict[str, Any] = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0}
    producer = Celery("tracker-producer", broker=url, set_as_current=False)
    producer.conf.update(
        task_serializer="json",
        broker_transport_options=options,
        broker_connection_timeout=1.0,
        broker_pool_limit=2,
        task_ignore_result=True,
    )

    def tap() -> None:
        with producer.producer_pool.acquire(block=True, timeout=1.0) as sender:
            size = getattr(sender.channel, "_size", None)
            if size is None or size(producer.conf.task_default_queue) < MOST_WAITING:
                producer.send_task(TICK, kwargs={"origin": "nudge"}, producer=sender, retry=False, ignore_result=True)

    return tap
