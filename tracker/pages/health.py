"""For operators and their load balancers: does the process live, and is what it needs there?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import redis
from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config import Settings
from tracker.access.entrance import ANYONE, entrance
from tracker.core.actor import WATCHER
from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.core.metrics_token import has_metrics_token
from tracker.core.web import database
from tracker.pages.deadline import Question
from tracker.reminders.models import Sighting
from tracker.reminders.queries import last_sent_at, oldest_unsent_s, tick_age_s

SEEN_WITHIN = timedelta(minutes=2)
DATABASE_MILLISECONDS = 2000
DEADLINE_SECONDS = 3.0
"""For the whole answer of the database, kept on this side: a frozen server enforces no timeout of its own."""
BROKER_SECONDS = 1.0

_QUESTION = "tracker.readiness"

blueprint = Blueprint("health", __name__)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_QUESTION] = Question[dict[str, Any] | None](DEADLINE_SECONDS)


@blueprint.get("/healthz")
@entrance(ANYONE)
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process lives and answers; nothing else is looked at."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@entrance(ANYONE)
def readyz() -> tuple[dict[str, Any], int]:
    """200 when database and broker answer, else 503; worker, ticks and unsent mail are told, and fail nothing.

    How old mail is says something about everybody's mails: production tells it to whoever has METRICS_TOKEN alone.
    """
    asked = _ask_database()
    broker = _broker_answers()
    seen = _in_time(asked)
    report: dict[str, Any] = {
        "database": seen is not None,
        "broker": broker,
        "worker": bool(seen and seen["worker"]),
        "oldest_unsent_s": seen["oldest_unsent_s"] if seen else None,
        "tick_age_s": seen["tick_age_s"] if seen else None,
        "last_sent_at": seen["last_sent_at"] if seen else None,
    }
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    if settings.is_production and not has_metrics_token(settings):
        report |= {"oldest_unsent_s": None, "last_sent_at": None}
    return report, 200 if report["database"] and report["broker"] else 503


def _ask_database() -> Callable[[], dict[str, Any] | None]:
    question = cast("Question[dict[str, Any] | None]", current_app.extensions[_QUESTION])
    of = database()  # the thread that asks has no application context
    return question.ask(lambda: _known_to(of))


def _in_time(asked: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    try:
        return asked()
    except TimeoutError:
        return None


def _known_to(asked: Database) -> dict[str, Any] | None:
    """What the database knows; None when it refuses."""
    try:
        with asked.unit_of_work(WATCHER) as session:
            session.execute(text(f"SET LOCAL statement_timeout = {DATABASE_MILLISECONDS}"))
            sent_at = last_sent_at(session)
            return {
                "worker": _worker_was_seen(session),
                "oldest_unsent_s": oldest_unsent_s(session),
                "tick_age_s": tick_age_s(session),
                "last_sent_at": None if sent_at is None else sent_at.isoformat(timespec="seconds"),
            }
    except (SQLAlchemyError, NotConfigured):
        return None


def _worker_was_seen(session: Session) -> bool:
    """By the database's clock: ours may be wrong, and says nothing about the worker then."""
    recent = Sighting.seen_at >= func.now() - SEEN_WITHIN
    return session.scalar(select(Sighting.name).where(Sighting.name == "worker", recent)) is not None


def _broker_answers() -> bool:
    url = cast(Settings, current_app.extensions["tracker.settings"]).redis_url
    if url is None:
        return False
    client = redis.Redis.from_url(
        url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
