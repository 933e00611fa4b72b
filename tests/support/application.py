"""One application for all tests of a process, as good as new for each: making one and warming it up costs the most.

What a request leaves in an application is what production keeps too: compiled templates and statements, connections.
Anything else that a test leaves there is an error of that test.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from sqlalchemy.engine import Engine

from config import Settings
from embedded.processes import wait_until
from tests.support.databases import WorkerDatabase
from tracker import create_app
from tracker.core import encryption, logs
from tracker.core.database import Database
from tracker.core.web import _EXTENSION
from tracker.pathways.models import StoredDefinition
from tracker.pathways.store import definitions, use_store
from tracker.reminders import nudge

_SETTINGS = "tracker.settings"
WRITTEN_AT_START = StoredDefinition.__tablename__
"""Half a megabyte: writing it and deleting it again for each test costs more than all other sweeping."""
_IDLE_WITHIN_S = 10


class CompiledTemplates(BytecodeCache):
    """The code of templates, which all applications of a process share; a template that changed is another key."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._code.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = CompiledTemplates()


def database_of(app: Flask) -> Database:
    """The database that `app` works with."""
    database: Database = app.extensions[_EXTENSION]
    return database


def own_app(settings: Settings) -> Flask:
    """An application of the test's own; whoever asks disposes of its database."""
    app = create_app(settings)
    app.config.update(TESTING=True)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


class KeptApplication:
    """The application of one test process, made on the process's database when that is as the migrations left it."""

    def __init__(self, settings: Settings, worker_database: WorkerDatabase) -> None:
        self.app = own_app(settings)
        self._settings = settings
        self._database = database_of(self.app)
        self._ring = encryption.current_ring()
        self._definitions = definitions()
        self._worker_database = worker_database
        self._stored = worker_database.rows.read(WRITTEN_AT_START)
        for engine in engines_of(self._database):
            event.listen(engine, "connect", self._note_connection)
        self._state = _state_of(self.app)

    def suits(self, settings: Settings) -> bool:
        """Whether an application for `settings` would be like this one: a page never looks at the data folder."""
        return replace(settings, data_dir=self._settings.data_dir) == self._settings

    def begin(self, settings: Settings) -> Flask:
        """The application, its database and the process's globals, as `create_app` leaves them."""
        self.app.extensions[_SETTINGS] = settings
        encryption.use_ring(self._ring)
        nudge.init_app(self.app)
        logs.configure(as_json=settings.is_production)
        use_store(copy.copy(self._definitions))
        if not self._worker_database.rows.has(WRITTEN_AT_START):
            self._worker_database.rows.write(WRITTEN_AT_START, self._stored)
            self._worker_database.rows.know(WRITTEN_AT_START)
        return self.app

    def faults(self, settings: Settings) -> list[str]:
        """What the test left behind in the application that it must not."""
        engines = engines_of(self._database)
        found = []
        if not wait_until(lambda: sum(map(_connections_in_use, engines)) == 0, _IDLE_WITHIN_S):
            found.append("connections that were not given back")
        if self.app.extensions.get(_SETTINGS) is not settings:
            found.append("other settings")
        now = _state_of(self.app)
        return found + [name for name, state in self._state.items() if now[name] != state]

    def close(self) -> None:
        """Close its connections."""
        self._database.dispose()

    def _note_connection(self, connection: Any, _record: object) -> None:
        self._worker_database.kept.add(connection.info.backend_pid)


def engines_of(database: Database) -> list[Engine]:
    """The owner's, and the web's where that has a login of its own."""
    return [database.engine] + ([database.app_engine] if database.app_engine is not database.engine else [])


def _connections_in_use(engine: Engine) -> int:
    return int(engine.pool.checkedout())  # type: ignore[attr-defined]


def _state_of(app: Flask) -> dict[str, Any]:
    """What a test could change in `app`, by name."""
    return {
        "config": dict(app.config),
        "extensions": {name: id(extension) for name, extension in app.extensions.items() if name != _SETTINGS},
        "routes": len(list(app.url_map.iter_rules())),
        "views": dict(app.view_functions),
        "functions around requests": [
            _copied(functions)
            for functions in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
        ],
        "error handlers": _copied(app.error_handler_spec),
        "context processors": _copied(app.template_context_processors),
        "teardown": list(app.teardown_appcontext_funcs),
        "session interface": id(app.session_interface),
        "wsgi_app": id(app.wsgi_app),
        "template globals": dict(app.jinja_env.globals),
        "template filters": dict(app.jinja_env.filters),
        "listeners of the engines": [_listeners(engine) for engine in engines_of(database_of(app))],
    }


def _listeners(engine: Engine) -> list[int]:
    events = (engine.dispatch.before_cursor_execute, engine.dispatch.after_cursor_execute)
    of_pool = (engine.pool.dispatch.connect, engine.pool.dispatch.checkout, engine.pool.dispatch.checkin)
    return [len(listeners) for listeners in (*events, *of_pool)]


def _copied(functions: Any) -> Any:
    """A copy of nested dictionaries and lists, of the functions in them only the names of their places."""
    if isinstance(functions, dict):
        copied = {key: _copied(value) for key, value in functions.items()}
        return {key: value for key, value in copied.items() if value}  # looking something up leaves an empty place
    if isinstance(functions, list):
        return list(functions)
    return functions
