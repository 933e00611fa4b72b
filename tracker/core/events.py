"""Past-tense events of the domain, handled at once and in the same transaction (`tracker/wiring.py` says by whom)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]
Handlers = Mapping[type, Sequence[Handler]]

_HANDLERS = "domain_event_handlers"


def attach_handlers(session: Session, handlers: Handlers) -> None:
    """Tell `session` who listens to which event."""
    session.info[_HANDLERS] = handlers


def announce(session: Session, event: object) -> None:
    """Hand `event` to its handlers, inside the current transaction; a handler's error undoes the whole change."""
    for handler in session.info.get(_HANDLERS, {}).get(type(event), ()):
        handler(session, event)
