"""Asking a relay whether it accepted a mail: over HTTP, or in a Postfix log on this host.

The question holds the Message-ID without its angle brackets. Only a clear word counts: whatever else comes back, a
redirection too, means that nobody knows yet.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from config import Settings
from tracker.core.outgoing import Outgoing
from tracker.reminders.delivery.postfix_log import accepted_in
from tracker.reminders.delivery.relay_address import RelayAddress

ANSWER_S = 5.0
ACCEPTED = 200
NOT_ACCEPTED = 404


class Finding(StrEnum):
    """What is known of one Message-ID."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    UNKNOWN = "unknown"


class LookUp(Protocol):
    """A place to ask."""

    def ask(self, message_ids: Sequence[str], seconds: float) -> dict[str, Finding]:
        """What is known of each, found within `seconds`; what was not asked for lack of time is unknown."""


class HttpLookUp:
    """`GET url?message_id=…` answers 200 for accepted, 404 for not accepted. User and password may stand in the URL."""

    def __init__(self, url: str, answer_s: float = ANSWER_S) -> None:
        parts = urlsplit(url)
        self._url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        self._headers = _credentials(parts.username, parts.password)
        self._answer_s = answer_s
        # An operator named this host, and may mean this machine; whoever it redirects to knows nothing.
        self._outgoing = Outgoing(frozenset({(parts.hostname or "").lower()}), may_be_inside=True)

    def ask(self, message_ids: Sequence[str], seconds: float) -> dict[str, Finding]:
        """One request for each; after one that got no answer at all the others are not tried."""
        end = time.monotonic() + seconds
        findings = dict.fromkeys(message_ids, Finding.UNKNOWN)
        for message_id in message_ids:
            left_s = min(self._answer_s, end - time.monotonic())
            status = self._status(message_id, left_s) if left_s > 0 else None
            if status is None:
                break
            if status == ACCEPTED:
                findings[message_id] = Finding.ACCEPTED
            elif status == NOT_ACCEPTED:
                findings[message_id] = Finding.NOT_ACCEPTED
        return findings

    def _status(self, message_id: str, seconds: float) -> int | None:
        joint = "&" if "?" in self._url else "?"
        address = f"{self._url}{joint}message_id={quote(message_id, safe='')}"
        try:
            return self._outgoing.status_of(address, self._headers, seconds)
        except (OSError, HTTPException, ValueError):
            return None


class PostfixLookUp:
    """The log of a Postfix on this host, with the file that rotation put beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, message_ids: Sequence[str], seconds: float) -> dict[str, Finding]:  # noqa: ARG002  takes no long
        """One reading for all of them; unknown when the log can't be read."""
        try:
            accepted = accepted_in(self._path, set(message_ids))
        except OSError:
            return dict.fromkeys(message_ids, Finding.UNKNOWN)
        return {one: Finding.ACCEPTED if one in accepted else Finding.NOT_ACCEPTED for one in message_ids}


def look_ups(settings: Settings) -> dict[str, LookUp]:
    """Relay (`host:port`) -> where it can be asked; empty when none can."""
    urls = settings.relay_lookup_urls
    if not urls:
        return {}
    places = [RelayAddress.parse(url).place for url in settings.smtp_urls]
    return {place: look_up(urls[min(at, len(urls) - 1)]) for at, place in enumerate(places)}


def look_up(url: str) -> LookUp:
    """The place that one address of RELAY_LOOKUP_URL names."""
    parts = urlsplit(url)
    return PostfixLookUp(Path(unquote(parts.path))) if parts.scheme == "file" else HttpLookUp(url)


def _credentials(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
