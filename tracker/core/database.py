"""Engine, session, unit of work, and the acting person of each transaction.

Every transaction starts by becoming a role that owns nothing (`SET LOCAL ROLE`, through set_config) and by naming the
acting person, so that row-level security applies even to a query that forgot the visibility rule.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from psycopg import _queries
from sqlalchemy import DateTime, MetaData, String, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from tracker.core.actor import Actor
from tracker.core.encryption import ring_name
from tracker.core.errors import NotConfigured
from tracker.core.events import Handlers, attach_handlers
from tracker.core.ids import new_id
from tracker.core.logins import OF_WEB, STANDING, Standing, refuse_wide

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Ids and defaults are made in Python: row-level security would stop an INSERT … RETURNING."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        str: String(),
    }
    __mapper_args__ = {"eager_defaults": False}


class Identified:
    """A row with a UUIDv7 made in Python."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)


_SETTINGS = "-c timezone=UTC -c plan_cache_mode=force_generic_plan"
"""Plans of prepared statements are kept. With the row policies in them, most queries take several times longer to plan
than to run, and PostgreSQL would plan each anew for its values: 12 ms for home, 2 to 4 for a list (100,000 cases)."""
_BECOME = """
    SELECT set_config('role', %(role)s, true), set_config('app.person', %(person)s, true),
           set_config('app.assured', %(assured)s, true), set_config('application_name', %(name)s, false)
    """
_queries.MAX_CACHED_STATEMENT_LENGTH = 32_768
"""psycopg reads a statement that is longer anew each time: what a page asks for in one round (core.reads) is 16,000
letters long, and always the same."""
HOST = socket.gethostname()[:24]
_ACTOR = "actor"
_AFTER_COMMIT = "after_commit_callbacks"


def _become_actor(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    become(session, actor_of(session), connection)


def become(session: Session, actor: Actor, connection: Connection | None = None) -> None:
    """Let the current transaction act as `actor` from here on, and the session's next ones too."""
    note_actor(session, actor)
    if connection is None and not session.in_transaction():
        return
    target = connection or session.connection()
    person, assured = str(actor.person_id or ""), "on" if actor.is_assured else "off"
    said = {"role": actor.database_role, "person": person, "assured": assured, "name": process_name()}
    target.exec_driver_sql(_BECOME, said)


def process_name() -> str:
    """What PostgreSQL shows of a connection: which process it is of, and which field keys that works with."""
    return f"tracker {os.getpid()}@{HOST} {ring_name()}"


def note_actor(session: Session, actor: Actor) -> None:
    """Remember for whom `session` acts, where the running transaction acts as them already."""
    session.info[_ACTOR] = actor


def actor_of(session: Session) -> Actor:
    """The actor whom `session` acts for."""
    actor: Actor = session.info[_ACTOR]
    return actor


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Run `callback` once the unit of work is committed; never when it is rolled back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


def _run_callbacks(session: Session) -> None:
    for callback in session.info.pop(_AFTER_COMMIT, []):
        callback()


def _drop_callbacks(session: Session) -> None:
    session.info.pop(_AFTER_COMMIT, None)


class Database:
    """The database of one process: engines, sessions, units of work.

    `app_url`: the login by which people act, and what watches; without one they act by that of `url`.
    `bound_to`: the roles that the login of `url` may become; where it is more than that, the first connection raises
    NotConfigured. None: it may be the owner's.
    """

    def __init__(
        self,
        url: str,
        app_url: str | None = None,
        handlers: Handlers | None = None,
        *,
        bound_to: frozenset[str] | None = None,
        **engine_options: Any,
    ) -> None:
        self.engine = self._engine(url, bound_to, **engine_options)
        bound = None if bound_to is None else OF_WEB
        self.app_engine = self._engine(app_url, bound, **engine_options) if app_url else self.engine
        self.handlers: Handlers = handlers or {}

    @staticmethod
    def _engine(url: str, bound_to: frozenset[str] | None, **options: Any) -> Engine:
        defaults: dict[str, Any] = {
            "hide_parameters": True,
            "pool_size": 8,
            "max_overflow": 8,
            "pool_recycle": 1800,
            "pool_use_lifo": True,  # few connections that keep their plans, instead of eight that rest
        }
        connect_args: dict[str, Any] = {"application_name": "tracker", "options": _SETTINGS, "connect_timeout": 10}
        connect_args["prepare_threshold"] = 1  # planned anew for the first five, a page would take five times as long
        engine = create_engine(url, connect_args=connect_args, **(defaults | options))
        event.listen(engine, "first_connect", refuse_unprotected)
        if bound_to is not None:
            event.listen(engine, "first_connect", partial(_refuse_wide, bound_to))
        event.listen(engine, "checkout", _refuse_dead)
        event.listen(engine, "checkin", _note_checkin)
        return engine

    def session(self, actor: Actor) -> Session:
        """A session that acts as `actor`; whoever opens it commits and closes it."""
        engine = self.app_engine if actor.database_role in OF_WEB else self.engine
        session = Session(engine, expire_on_commit=False, autoflush=True)
        session.info[_ACTOR] = actor
        attach_handlers(session, self.handlers)
        event.listen(session, "after_begin", _become_actor)
        return session

    @contextmanager
    def unit_of_work(self, actor: Actor) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back on an error, callbacks after the commit."""
        session = self.session(actor)
        try:
            yield session
            commit(session)
        finally:
            _drop_callbacks(session)
            session.close()

    def dispose(self) -> None:
        self.engine.dispose()
        if self.app_engine is not self.engine:
            self.app_engine.dispose()


PING_AFTER_REST = 1.0
"""Seconds that a connection may rest before PostgreSQL is asked whether it still answers."""
_RESTS_SINCE = "tracker.rests_since"


def _note_checkin(_dbapi_connection: Any, record: Any) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _refuse_dead(dbapi_connection: Any, record: Any, _proxy: object) -> None:
    """Let the pool open new connections when PostgreSQL has closed this one, as after a restart of it.

    What is closed can be read from: the end of the stream, or PostgreSQL's last words. That costs a system call, where
    a ping costs each request a round trip; one that rested is pinged: firewalls close in silence, kills take a moment.
    """
    rested = time.monotonic() - record.info.get(_RESTS_SINCE, time.monotonic())
    if (
        dbapi_connection.closed
        or _has_last_words(dbapi_connection)
        or (rested > PING_AFTER_REST and not _answers(dbapi_connection))
    ):
        raise InvalidatePoolError


def _has_last_words(dbapi_connection: Any) -> bool:
    poll = select.poll()
    poll.register(dbapi_connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(dbapi_connection: Any) -> bool:
    try:
        dbapi_connection.execute("SELECT 1")
        dbapi_connection.commit()  # a rollback would make psycopg forget every plan that this connection keeps
    except Exception:  # whatever it is, another connection is better
        return False
    return True


_PROTECTION = """
    WITH narrow AS (SELECT * FROM pg_roles
                     WHERE rolname IN ('tracker_app', 'tracker_planner', 'tracker_watcher', 'tracker_auditor'))
    SELECT coalesce(bool_or(r.rolsuper OR r.rolbypassrls), false)
           OR EXISTS (SELECT 1 FROM pg_class c JOIN narrow o ON o.oid = c.relowner WHERE c.relkind IN ('r', 'p'))
    FROM narrow r
    """


def refuse_unprotected(dbapi_connection: Any, _record: object) -> None:
    """At a process's first connection: raise NotConfigured when the app's roles could go round row-level security."""
    with dbapi_connection.cursor() as cursor:
        unprotected = cursor.execute(_PROTECTION).fetchone()[0]
    dbapi_connection.rollback()
    if unprotected:
        raise NotConfigured(
            "The role tracker_app, _planner, _watcher or _auditor is a superuser, bypasses row-level security or "
            "owns tables: need-to-know would not hold. Take that away from it (ALTER ROLE … NOSUPERUSER NOBYPASSRLS)."
        )


def _refuse_wide(bound_to: frozenset[str], dbapi_connection: Any, _record: object) -> None:
    with dbapi_connection.cursor() as cursor:
        standing = Standing(*cursor.execute(STANDING).fetchone())
    dbapi_connection.rollback()
    refuse_wide(standing, bound_to)


def commit(session: Session) -> None:
    """End the unit of work: commit, then run what waited for it. Only the owner of the session calls this."""
    session.commit()
    _run_callbacks(session)


def rollback(session: Session) -> None:
    """Undo the unit of work and forget what waited for its commit."""
    _drop_callbacks(session)
    session.rollback()
