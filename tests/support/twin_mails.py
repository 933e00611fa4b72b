"""The mails of two copies: what each lets go through the days, and how they differ for whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from config import Settings
from tests.support.application import database_of
from tests.support.smtp import ReceivedMail, SmtpSink
from tests.support.twins import Twins, lines_between, veil
from tracker.core import clock
from tracker.reminders.delivery.tick import tick

NOBODY_LISTENS = "smtp://127.0.0.1:9"
"""A relay that can't be reached."""


@dataclass
class ChoosyRelay(SmtpSink):
    """A relay that refuses the mails to some. `refused`: address -> its answer."""

    refused: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> ChoosyRelay:
        super().__enter__()
        return self

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"


@dataclass(frozen=True)
class Post:
    """The relay of both copies, and which mails came from which."""

    relay: ChoosyRelay
    without: list[ReceivedMail] = field(default_factory=list)
    having: list[ReceivedMail] = field(default_factory=list)

    def tick(self, twins: Twins, at: datetime, *, is_away: bool = False) -> None:
        """One tick in each copy at `at`; `is_away`: neither reaches the relay."""
        for app, mails in ((twins.without, self.without), (twins.having, self.having)):
            settings = cast(Settings, app.extensions["tracker.settings"])
            reached = NOBODY_LISTENS if is_away else self.relay.url
            said: dict[str, Any] = {"smtp_url": reached, "base_url": "https://tracker.example.org"}
            with app.app_context(), clock.fixed(at):
                tick(database_of(app), replace(settings, **said))
            mails += self.relay.mails
            self.relay.mails.clear()

    def refuse(self, answers: dict[str, str]) -> None:
        """What the relay answers from now on to mails to these addresses; all others it takes."""
        self.relay.refused = answers

    def differences(self, members: Collection[str]) -> list[str]:
        """How the mails differ that went to everybody but the `members` (addresses)."""
        one, other = mails_of(self.without), mails_of(self.having)
        return [
            f"mail to {address}, {number} more {where}:\n  " + "\n  ".join(lines_between(nearest, text, 40))
            for address in sorted(set(one) | set(other))
            if address not in members
            for where, number, text, nearest in _between(one[address], other[address])
        ]

    def count(self) -> tuple[int, int]:
        """How many mails it took from each."""
        return len(self.without), len(self.having)


@contextmanager
def one_relay() -> Iterator[Post]:
    """It listens inside the block."""
    with ChoosyRelay() as relay:
        yield Post(relay)


def mails_of(mails: Iterable[ReceivedMail]) -> defaultdict[str, Counter[str]]:
    """Address -> its mails, whole, each as often as it came: envelope, headers and parts, without what is drawn."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mail in mails:
        for address in mail.recipients:
            found[address][f"from {veil(mail.sender)}\n{said_by(mail.message)}"] += 1
    return found


def said_by(mail: EmailMessage) -> str:
    """A mail as text: each part decoded, since a number in it moves the encoding of what follows."""
    lines = []
    boundaries = {part.get_boundary() for part in mail.walk()} - {None}
    for part in mail.walk():
        lines += [f"{name}: {_without(str(value), boundaries)}" for name, value in part.items()]
        lines.append("")
        if not part.is_multipart():
            lines.append(str(part.get_content()))
    return veil("\n".join(lines))


def _without(text: str, boundaries: Collection[str | None]) -> str:
    for one in boundaries:
        text = text.replace(str(one), "-")
    return text


def _between(one: Counter[str], other: Counter[str]) -> Iterator[tuple[str, int, str, str]]:
    """(where, how many more, the mail, the first that the other side has more of)."""
    more, fewer = other - one, one - other
    for where, these, those in (("with", more, fewer), ("without", fewer, more)):
        for text, number in these.items():
            yield where, number, text, next(iter(those), "")
