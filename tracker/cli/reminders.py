"""`flask reminders …`: how the outbox does, and one tick in this process."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from tracker.access.policy import Action
from tracker.cli.acting import acting, as_option
from tracker.core import clock
from tracker.core.errors import NotVisible
from tracker.core.web import database
from tracker.reminders.delivery.bounces import Bounce, read, take
from tracker.reminders.delivery.tick import tick as run_tick
from tracker.reminders.queries import outbox_numbers

reminders_group = AppGroup("reminders", help="Mail that reminds people of what is due.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


class Instant(click.ParamType[datetime]):
    """A point in time as ISO 8601; without an offset it is UTC."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware instant. Fails as a usage error."""
        try:
            instant = datetime.fromisoformat(value)
            return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no point in time; write it like 2026-12-01T09:00+01:00", param, ctx)


@reminders_group.command("status")
@json_option
@as_option
def status(*, as_json: bool, as_email: str | None) -> None:
    """How many mails are planned, being sent, sent and dead; how long the oldest unsent one waits, in seconds.

    And how long ago the last whole tick ended and the last mail was sent.

    As a person: for administrators only, and without the mails of sealed cases.
    """
    with acting(as_email, needs=Action.MANAGE_MAIL) as (session, _actor):
        state = asdict(outbox_numbers(session))
    if as_json:
        click.echo(json.dumps(state, default=str))
        return
    for name, value in state.items():
        click.echo(f"{name:16} {'-' if value is None else value}")


@reminders_group.command("tick")
@click.option("--now", type=Instant(), default=None, help="Act as if it were this time; UTC unless it says otherwise.")
@json_option
@as_option
def tick(*, now: datetime | None, as_json: bool, as_email: str | None) -> None:
    """Plan what is due for planning and send what is due for sending, in this process.

    As a person: for administrators only. Whoever asks, the tick plans and sends everybody's mail, as the worker's does.
    """
    with acting(as_email, needs=Action.MANAGE_MAIL):
        pass  # the audit says who did this, whatever becomes of it
    settings = cast(Settings, current_app.extensions["tracker.settings"])
    if settings.smtp_url is None:
        click.echo("No mail relay, so nothing is sent: set SMTP_URL, or start one with `make run`.", err=True)
    with clock.fixed(now) if now is not None else nullcontext():
        report = run_tick(database(), settings)
    answer = {"planned": report.planned, "sent": report.sent, "deferred": report.deferred, "dead": report.dead}
    click.echo(json.dumps(answer) if as_json else ", ".join(f"{count} {name}" for name, count in answer.items()))


@reminders_group.command("bounce")
@click.argument("number", required=False)
@click.option("--status", default="5.0.0", show_default=True, help="Why it came back, as in RFC 3463.")
@json_option
@as_option
def bounce(*, number: str | None, status: str, as_json: bool, as_email: str | None) -> None:
    """Note that mail came back: reads the bounce from stdin, as a mail server's pipe gives it, or takes the NUMBER.

    Ends with 0 for whatever it could read: a mail server would answer an error with one more bounce.
    """
    came = Bounce(number, status, True) if number else read(sys.stdin.buffer.read())
    answer = _noted(came, as_email)
    click.echo(json.dumps({"answer": answer, "number": came.number, "status": came.status}) if as_json else answer)


def _noted(came: Bounce, as_email: str | None) -> str:
    with acting(as_email, needs=Action.MANAGE_MAIL) as (session, actor):
        if came.number is None:
            return "unknown"
        if not came.is_permanent:
            return "not permanent"
        try:
            return "marked" if take(session, actor, came.number, came.status or "5.0.0") else "marked before"
        except NotVisible:
            return "unknown"
