"""One unit of work per request: opened at the first use, committed after a good answer, undone after a bad one.

Views ask `db()` for the session and `actor()` for who acts; they never commit.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, g
from sqlalchemy.orm import Session

from tracker.core.actor import NOBODY, Actor
from tracker.core.database import Database, become, commit, note_actor, rollback

_EXTENSION = "tracker.database"


def init_app(app: Flask, database: Database) -> None:
    """Give `app` its database and end each request's unit of work."""
    app.extensions[_EXTENSION] = database
    app.after_request(_end_unit_of_work)
    app.teardown_appcontext(_close)


def database() -> Database:
    return cast(Database, current_app.extensions[_EXTENSION])


def db() -> Session:
    """The session of this request; it acts as `actor()`."""
    if "db_session" not in g:
        g.db_session = database().session(actor())
        g.db_session.info["request_id"] = g.get("request_id")
    return cast(Session, g.db_session)


def actor() -> Actor:
    """Who acts in this request; nobody until somebody is recognised."""
    return cast(Actor, g.get("actor", NOBODY))


def act_as(new_actor: Actor) -> None:
    """From here on this request acts as `new_actor`, in the running transaction too."""
    g.actor = new_actor
    if "db_session" in g:
        become(g.db_session, new_actor)


def acts_as(known: Actor) -> None:
    """This request acts as `known`, and its running transaction does already."""
    g.actor = known
    note_actor(db(), known)


def _end_unit_of_work(response: Response) -> Response:
    session: Session | None = g.get("db_session")
    if session is not None:
        if response.status_code < 400:
            commit(session)
        else:
            rollback(session)
    return response


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("db_session", None)
    if session is not None:
        rollback(session)
        session.close()
