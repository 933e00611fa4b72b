"""Two copies of one data set that differ in a secret, behind two applications that are asked the same things."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import unified_diff
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Settings
from tests.support.application import database_of, own_app
from tests.support.databases import TestCluster
from tests.support.settings import on_database
from tests.support.sign_in import sign_in
from tracker.accounts.cookies import cookie_name
from tracker.accounts.models import Person
from tracker.core import clock, ids
from tracker.core.actor import OPERATOR

_DIFFER_BY_NATURE = re.compile(
    r"<code>[0-9a-f]{16}</code>"  # number of the request, on error pages
    r"|[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}"  # CSRF token
    r"|nonce-[\w-]+"
    r"|invitation\?key=[\w-]+"
    r"|(?<![a-z0-9])[2-9a-z]{5}(?:-[2-9a-z]{5}){3}\b"  # recovery code
)
_DRAWN_BY_THE_DATABASE = re.compile(
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<number>\b[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}\b)"
)
_PLACE_IN_A_LIST = re.compile(r"cursor=([\w-]{20,})")
UNASSURED = "a member without a passkey"
"""The visitor whose session is not assured."""
STRANGER = "a stranger"
"""The visitor who is not signed in."""
_NOT_COMPARED = {"date", "set-cookie", "x-request-id"}


@dataclass(frozen=True)
class Twins:
    """`without` and `having` the secret. Everybody in `visitors` has the same session in both.

    `compared`: how many answers of each kind were compared. `names_ids`: whether rows that the database itself gave a
    random id may stand in the answers; then ids and numbers count by their order alone.
    """

    without: Flask
    having: Flask
    visitors: dict[str, Person]
    clients: dict[str, tuple[FlaskClient, FlaskClient]]
    now: datetime
    seeds: Iterator[int] = field(default_factory=lambda: count(1))
    compared: Counter[str] = field(default_factory=Counter)
    names_ids: bool = False

    def differences(self, visitor: str, path: str, **said: Any) -> list[str]:
        """How the answers to `visitor` differ, as lines; none where they are one. Chance is the same for both.

        The number of statements is a part of the answer: a page that looks twice where there is a secret tells of it.
        `there`: address and data for the other copy, where rows to which the database gave an id stand in them.
        """
        with _counting(self.without) as one, _counting(self.having) as other:
            first, second = self.ask(visitor, path, **said)
        method = said.get("method", "GET")
        name = f"{method} {path} as {visitor}"
        self.compared[f"{method} {first.status_code}"] += 1
        found = differences(name, first, second, veil if self.names_ids else None)
        if len(one) != len(other):
            found.append(f"{name}: {len(one)} statements without, {len(other)} with")
        return found

    def ask(
        self, visitor: str, path: str, there: tuple[str, Any] | None = None, **said: Any
    ) -> tuple[TestResponse, TestResponse]:
        """What the two answer."""
        one, other = self.clients[visitor]
        seed = next(self.seeds)
        first = self._ask(one, path, said, seed)
        if there is None:
            return first, self._ask(other, path, said, seed)
        return first, self._ask(other, there[0], {**said, "data": there[1]}, seed)

    def only_having(self, visitor: str, path: str, **said: Any) -> TestResponse:
        """What the copy with the secret answers; the other one is not asked."""
        return self._ask(self.clients[visitor][1], path, said, next(self.seeds))

    def _ask(self, client: FlaskClient, path: str, said: Mapping[str, Any], seed: int) -> TestResponse:
        with clock.fixed(self.now), ids.seeded(seed):
            return client.open(path, **said)

    def close(self) -> None:
        """Let go of both databases."""
        for app in (self.without, self.having):
            database_of(app).dispose()

    def at(self, now: datetime) -> Twins:
        """The same at another instant, with new sessions."""
        apps = (self.without, self.having)
        clients: dict[str, Any] = {STRANGER: tuple(app.test_client() for app in apps)}
        with clock.fixed(now):
            for visitor, person in self.visitors.items():
                clients[visitor] = tuple(
                    sign_in(app.test_client(), person, is_assured=visitor != UNASSURED) for app in apps
                )
        return replace(self, clients=clients, now=now)

    @contextmanager
    def acting(self, who: Any) -> Iterator[tuple[Session, Session]]:
        """A unit of work in each, acting as `who`, in which the clock stands still."""
        with (
            clock.fixed(self.now),
            database_of(self.without).unit_of_work(who) as first,
            database_of(self.having).unit_of_work(who) as second,
        ):
            yield first, second


def veil(text: str) -> str:
    """`text` with a count in place of each id and each number of a mail: the same one for the same."""
    known: dict[str, str] = {}
    text = _PLACE_IN_A_LIST.sub(lambda found: f"cursor={_opened(found[1])}", text)
    return _DRAWN_BY_THE_DATABASE.sub(lambda found: known.setdefault(found[0], f"{found.lastgroup} {len(known)}"), text)


def _opened(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def differences(
    name: str, first: TestResponse, second: TestResponse, veiled: Callable[[str], str] | None = None
) -> list[str]:
    """Lines that say how two answers differ, but for token, nonce and date."""
    found = []
    if first.status_code != second.status_code:
        found.append(f"{name}: {first.status_code} without, {second.status_code} with")
    plain = veiled or str
    if _headers(first, plain) != _headers(second, plain):
        found.append(f"{name}: headers {set(_headers(first, plain)) ^ set(_headers(second, plain))}")
    if _is_text(first) and _is_text(second):
        one, other = plain(_body(first)), plain(_body(second))
    elif first.data == second.data:
        return found
    else:
        one, other = _unzipped(first.data), _unzipped(second.data)
    if one != other or not _is_text(first):
        found.append(f"{name}:\n  " + "\n  ".join(lines_between(one, other)))
    return found


def lines_between(one: str, other: str, most: int = 12) -> list[str]:
    """The first lines in which two texts differ."""
    lines = unified_diff(one.splitlines(), other.splitlines(), "without", "with", n=0, lineterm="")
    return [line.strip()[:200] for line in lines][2 : 2 + most]


def _headers(answer: TestResponse, plain: Callable[[str], str]) -> list[tuple[str, str]]:
    """`Content-Length` too: tokens are of one length."""
    return sorted(
        (name, plain(_DIFFER_BY_NATURE.sub("", said)))
        for name, said in answer.headers
        if name.lower() not in _NOT_COMPARED
    )


def _is_text(answer: TestResponse) -> bool:
    return not (answer.mimetype or "").startswith("application/vnd.openxml")


def _body(answer: TestResponse) -> str:
    return _DIFFER_BY_NATURE.sub("", answer.get_data(as_text=True))


def _unzipped(packed: bytes) -> str:
    """The parts of a workbook, one after the other."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        return "\n".join(f"{name}\n{file.read(name).decode(errors='replace')}" for name in sorted(file.namelist()))


def make_twins(
    cluster: TestCluster,
    settings: Settings,
    name: str,
    fill: Callable[[Session], tuple[dict[str, Person], Any]],
    add_secret: Callable[[Session, Any], None],
) -> tuple[Twins, Any]:
    """Two databases out of one that `fill` filled as the operator; `add_secret` then acts on one of them alone.

    `fill` returns the visitors and whatever it made, which is handed to `add_secret` and returned.
    """
    now = clock.now().replace(microsecond=0)
    base = own_app(on_database(settings, cluster.clone(f"{name}_base")))
    with base.app_context(), clock.fixed(now), database_of(base).unit_of_work(OPERATOR) as session:
        visitors, made = fill(session)
    signed_in = {
        visitor: sign_in(base.test_client(), person, is_assured=visitor != UNASSURED)
        for visitor, person in visitors.items()
    }
    with base.app_context():
        cookie = cookie_name("session")
    database_of(base).dispose()
    apps = [_copy(cluster, settings, f"{name}_base", f"{name}_{half}") for half in ("without", "having")]
    with apps[1].app_context(), clock.fixed(now), database_of(apps[1]).unit_of_work(OPERATOR) as session:
        add_secret(session, made)
    for half in ("without", "having"):
        with cluster.superuser(f"{name}_{half}") as connection:
            connection.execute("ANALYZE")
    clients = {
        visitor: tuple(_as_signed_in(app, client, cookie) for app in apps) for visitor, client in signed_in.items()
    }
    clients[STRANGER] = tuple(app.test_client() for app in apps)
    return Twins(apps[0], apps[1], visitors, clients, now), made  # type: ignore[arg-type]


@contextmanager
def _counting(app: Flask) -> Iterator[list[None]]:
    """One entry for each statement that `app` sends meanwhile."""
    sent: list[None] = []

    def note(*_: object) -> None:
        sent.append(None)

    database = database_of(app)
    engines = {database.engine, database.app_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def _copy(cluster: TestCluster, settings: Settings, source: str, name: str) -> Flask:
    cluster.drop(name)
    with cluster.superuser() as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
        owner = cluster.owner
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source), sql.Identifier(owner)))
    return own_app(on_database(settings, cluster.url(name)))


def _as_signed_in(app: Flask, like: FlaskClient, cookie: str) -> FlaskClient:
    client = app.test_client()
    kept = like.get_cookie(cookie)
    assert kept is not None
    client.set_cookie(cookie, kept.value)
    client.environ_base.update(like.environ_base)
    return client


def path_of(address: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
