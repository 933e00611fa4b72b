"""`flask reminders …`: answers that scripts can rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from tests.integration.reminders.web.conftest import Office
from tests.support.smtp import SmtpSink
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.reminders.models import Reminder


@pytest.fixture
def settings(settings: Settings, smtp_sink: SmtpSink) -> Settings:
    return replace(settings, smtp_url=smtp_sink.url)


def answer(app: Flask, *words: str) -> Any:
    result = app.test_cli_runner().invoke(args=["reminders", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_tick_sends_and_status_counts(app: Flask, office: Office, smtp_sink: SmtpSink) -> None:
    before = answer(app, "status")
    figures = {"planned", "sending", "committing", "sent", "dead", "oldest_unsent_s", "tick_age_s", "last_sent_at"}
    assert before.keys() == figures
    assert (before["tick_age_s"], before["last_sent_at"]) == (None, None)
    assert (before["planned"], before["sent"]) == (3, 0) and before["oldest_unsent_s"] >= 60
    assert answer(app, "tick") == {"planned": 0, "sent": 3, "deferred": 0, "dead": 0}
    assert len(smtp_sink.mails) == 3
    after = answer(app, "status")
    assert (after["planned"], after["sent"], after["oldest_unsent_s"]) == (0, 3, None)
    assert 0 <= after["tick_age_s"] < 60 and datetime.fromisoformat(after["last_sent_at"]).utcoffset() is not None


def test_tick_acts_as_if_it_were_another_time(
    app: Flask, office: Office, database: Database, smtp_sink: SmtpSink
) -> None:
    answer(app, "tick")
    with database.unit_of_work(OPERATOR) as session:
        session.execute(select(func.app_plan_again(office.lead.id, datetime(2026, 11, 1, tzinfo=UTC))))
    planned = answer(app, "tick", "--now", "2026-11-23T00:00Z")
    assert planned["planned"] >= 9 and planned["sent"] == 0
    assert answer(app, "tick", "--now", "2026-11-24T08:59+01:00")["sent"] == 0
    assert answer(app, "tick", "--now", "2026-11-24T09:00+01:00")["sent"] == 3
    assert answer(app, "tick", "--now", "2026-11-24T09:00+01:00")["sent"] == 0
    assert smtp_sink.mails[-1].message["Date"].datetime.date() == date(2026, 11, 24)


def test_what_is_no_point_in_time_is_refused(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["reminders", "tick", "--now", "tomorrow"])
    assert result.exit_code == 2 and "2026-12-01T09:00" in result.output


def test_every_use_is_in_the_audit(app: Flask, office: Office, database: Database) -> None:
    answer(app, "tick")
    answer(app, "status")
    with database.unit_of_work(OPERATOR) as session:
        used = list(session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "operator.command")))
    assert len(used) == 2


@pytest.mark.parametrize("command", ["status", "tick"])
def test_only_those_with_the_right_for_mail_may_ask_as_themselves(
    app: Flask, office: Office, smtp_sink: SmtpSink, command: str
) -> None:
    for role in ("legal_officer", "head", "outside_counsel"):
        refused = app.test_cli_runner().invoke(args=["reminders", command, "--as", office.people[role].email])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "Your role does not allow this." in refused.stderr
    assert not smtp_sink.mails
    assert answer(app, command, "--as", office.people["administrator"].email)


def test_an_administrator_counts_no_mail_of_sealed_cases(app: Flask, office: Office) -> None:
    assert answer(app, "status")["planned"] == 3
    assert answer(app, "status", "--as", office.people["administrator"].email)["planned"] == 2


@pytest.fixture(autouse=True)
def no_relay_left(smtp_sink: SmtpSink) -> Iterator[None]:
    yield
    assert all(mail.message["Auto-Submitted"] == "auto-generated" for mail in smtp_sink.mails)


def test_a_bounce_is_read_from_stdin_or_named_and_never_answered_with_an_error(
    app: Flask, office: Office, smtp_sink: SmtpSink, database: Database
) -> None:
    answer(app, "tick")
    with database.unit_of_work(OPERATOR) as session:
        number = session.scalars(select(Reminder.number).where(Reminder.status == "sent").limit(1)).one()
    runner = app.test_cli_runner()
    mail = (
        f"To: bounces+{number}@example.org\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; a@b.c\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    said = runner.invoke(args=["reminders", "bounce"], input=mail)
    assert (said.exit_code, said.stdout) == (0, "marked\n")
    assert answer(app, "bounce", number)["answer"] == "marked before"
    assert answer(app, "bounce", "ZZZZZ-ZZZZZ")["answer"] == "unknown"
    said = runner.invoke(args=["reminders", "bounce"], input="hello")
    assert (said.exit_code, said.stdout) == (0, "unknown\n")
