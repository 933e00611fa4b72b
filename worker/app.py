"""`celery -A worker.app worker` and `celery -A worker.app beat`."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging, worker_process_init, worker_ready, worker_shutting_down

from config import load_settings
from tracker.core import logs
from tracker.core.collector import settle_collector
from tracker.core.errors import NotConfigured
from tracker.core.standing import SILENT, fault_of
from tracker.pathways.faults import DefinitionFault
from tracker.reminders.nudge import TICK
from worker import ending
from worker.ground import ground
from worker.settings import celery_settings

log = logging.getLogger(__name__)

_settings = load_settings()

app = Celery("tracker", include=["worker.jobs"])
app.conf.update(celery_settings(_settings))


@setup_logging.connect
def _use_our_logging(**_: Any) -> None:
    logs.configure(as_json=_settings.is_production)


@celeryd_init.connect
def _keep_to_oneself(**_: Any) -> None:
    """No gossip and no mingling, also without the switches: each killed worker would leave a binding in the broker."""
    from celery.worker.consumer.gossip import Gossip
    from celery.worker.consumer.mingle import Mingle

    Gossip.compatible_transports = Mingle.compatible_transports = frozenset()


@celeryd_init.connect
def _keep_hands_free(**_: Any) -> None:
    """Of a worker that could not tell the broker that a job is done."""
    from kombu.transport.redis import Channel

    from worker.hands import FreeHands

    Channel.QoS = FreeHands


@celeryd_init.connect
def _refuse_to_start(**_: Any) -> None:
    """In production: with a login, a key or a database that is not the right one. Each process would find it later."""
    if _settings.is_production and (reason := _reason_not_to_start()) is not None:
        raise SystemExit(reason)


def _reason_not_to_start() -> str | None:
    try:
        reason = fault_of(ground().database)
        ground().database.dispose()
    except (NotConfigured, DefinitionFault) as fault:
        return str(fault)
    return None if reason == SILENT else reason  # it may come back


@worker_process_init.connect
def _forget_the_parent(**_: Any) -> None:
    """A forked process must not speak on its parent's connections."""
    ground.cache_clear()
    settle_collector()


@worker_ready.connect
def _tick_at_once(**_: Any) -> None:
    """What came due while no worker was there goes now, not with the next tick of beat."""
    try:
        app.send_task(TICK, kwargs={"origin": "start"}, retry=False)
    except Exception as error:
        log.info("no tick at the start, beat's will do: %s", type(error).__name__)


@worker_shutting_down.connect
def _end_after_this_mail(**_: Any) -> None:
    """Not when everything due is sent: whoever stops a worker doesn't wait that long, and kills."""
    ending.begin()
