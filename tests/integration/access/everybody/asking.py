"""Asking one thing as somebody, undoing what it did, and saying what came of it and which rows it touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.integration.access.everybody.expected import ALLOWED, FRESH, HIDDEN, INVALID, NOTHING, REFUSED, SIGN_IN
from tests.integration.access.everybody.people import House
from tracker.core import web
from tracker.core.database import rollback

BROKEN = "broken"
_WRITES = re.compile(
    r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)"
    r"|SELECT\s.*\b(app_(?:raise_level|(?:un)?merge_(?:case|contacts)|remove_case|hand_over_\w+|break_glass|carry_out_erasure"
    r"|destroy_file|take_comments_along))\b",
    re.S,
)
_LEADS_TO = re.compile(r'\b(?:href|action|formaction|value|data-url|hx-get|hx-post)="(/[^"?#]*|[0-9a-f-]{36})')
_PRIVATE = re.compile(r"hush-\w+@example\.org")
_BESIDE = {"sign_in_sessions", "audit_entries", "audit_reads"}
"""When somebody was last seen, and that they asked at all."""


@dataclass(frozen=True)
class Answered:
    """`touched`: tables that it wrote to, were it not undone; `offers`: where the page's forms and links lead."""

    outcome: str
    status: int
    touched: frozenset[str]
    offers: frozenset[str] = frozenset()

    def is_as(self, wanted: str) -> bool:
        """Whether this is what the table says. A form that does not hold is no refusal."""
        if wanted == NOTHING:
            return self.outcome in (ALLOWED, INVALID) and not self.touched
        return self.outcome == wanted or (wanted == ALLOWED and self.outcome == INVALID)


class Asking:
    """Asks the house; nothing that is asked stays done. `reads_pages`: says what they offer too."""

    def __init__(self, house: House, *, reads_pages: bool = False) -> None:
        self.house, self.reads_pages = house, reads_pages
        self._touched: set[str] = set()

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Each request's unit of work is looked at and rolled back instead of committed."""
        before = vars(web)["commit"]
        vars(web)["commit"] = _undo
        event.listen(Engine, "after_cursor_execute", self._note)
        try:
            yield
        finally:
            event.remove(Engine, "after_cursor_execute", self._note)
            vars(web)["commit"] = before

    def ask(self, visitor: str, path: str, method: str, body: dict[str, Any] | None = None, **said: Any) -> Answered:
        """What comes of it."""
        self._touched = set()
        answer = self.house.open(visitor, path, method, body if method == "POST" else None, **said)
        offers = _offers(answer) if self.reads_pages else frozenset()
        return Answered(_outcome(answer), answer.status_code, frozenset(self._touched), offers)

    def _note(self, _connection: Any, cursor: Any, statement: str, *_others: Any) -> None:
        found = _WRITES.match(statement)
        table = found.group(1) or found.group(2) if found is not None else None
        if table is not None and table not in _BESIDE and cursor.rowcount:
            self._touched.add(table)


def _undo(session: Session) -> None:
    session.flush()
    rollback(session)


def _offers(answer: TestResponse) -> frozenset[str]:
    """Addresses and ids in forms and links, and private words, on a page that is shown."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return frozenset()
    return frozenset(_LEADS_TO.findall(answer.text) + _PRIVATE.findall(answer.text))


def _outcome(answer: TestResponse) -> str:
    status, to = answer.status_code, answer.headers.get("Location", "")
    if status >= 500 and status != 503:
        return BROKEN
    if status == 404:
        return HIDDEN
    if status == 403:
        return FRESH if answer.request.path.endswith("/export") and "without" in answer.text else REFUSED
    if status == 401 and 'action="/confirm"' in answer.text:
        return FRESH
    if status == 401 or to.startswith("/sign-in"):
        return SIGN_IN
    if status in (400, 409, 422):
        return INVALID
    return FRESH if to.startswith("/confirm") else ALLOWED
