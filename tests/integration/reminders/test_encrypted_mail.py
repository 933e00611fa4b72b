"""Mail to people with an OpenPGP key: what stands outside, what inside, and what nobody writes at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from pysequoia import Tsk, decrypt

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.openpgp import keep_key, make_secret, public, revoked
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_promise, make_reminder
from tests.support.smtp import SmtpSink
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
DUE = date(2026, 12, 1)
TITLE, CASE_TITLE = "Ask the ministry", "Situation in Canaria"
SECRET = make_secret()
Run = Callable[..., Any]


@pytest.fixture
def written(database: Database, tick: Run, smtp_sink: SmtpSink) -> Callable[..., EmailMessage]:
    """`written(level, key)`: the mail about one follow-up that goes to somebody with this key."""

    def send(level: str, key: bytes | None) -> EmailMessage:
        with database.unit_of_work(OPERATOR) as session:
            officer = officer_with(session, key)
            case = make_case(session, lead=officer, title=CASE_TITLE, level=level)
            work = make_due_work(session, case, officer, DUE, title=TITLE, next_plan_at=None)
            make_reminder(session, work, officer)
        assert tick().sent == 1
        return smtp_sink.mails[-1].message

    return send


def officer_with(session: Any, key: bytes | None) -> Person:
    officer = make_person(session, "head", name="Olga Officer")
    if key is not None:
        keep_key(session, officer, key)
    return officer


def opened(mail: EmailMessage, secret: Tsk = SECRET) -> EmailMessage:
    """What the owner of the key reads."""
    version, envelope = mail.iter_parts()
    assert version.get_content_type() == "application/pgp-encrypted"
    assert version.get_payload(decode=True) == b"Version: 1\r\n"
    content = decrypt(envelope.get_payload(decode=True), decryptor=secret.decryptor()).bytes  # type: ignore[arg-type]
    assert content is not None
    return message_from_bytes(content, policy=default)


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["Subject"]) + str(body.get_content())


@pytest.mark.parametrize("level", ["internal", "restricted"])
def test_with_a_key_a_mail_is_whole_inside_and_says_nothing_outside(level: str, written: Run) -> None:
    mail = written(level, public(SECRET))
    assert mail.get_content_type() == "multipart/encrypted"
    assert mail.get_param("protocol") == "application/pgp-encrypted"
    assert mail["Subject"] == "[Tracker] Message"
    outside = {"From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Subject"}
    assert set(mail.keys()) == outside | {"MIME-Version", "Content-Type"}
    inner = opened(mail)
    assert TITLE in words_of(inner) and CASE_TITLE in words_of(inner)
    assert inner["Message-ID"] == mail["Message-ID"] and inner["References"] is not None
    assert inner.get_param("protected-headers") == "v1" and inner.get_param("hp") == "cipher"
    assert f"Subject: {mail['Subject']}" in inner.get_all("HP-Outer", [])


def test_a_mail_about_a_sealed_case_stays_bare_inside(written: Run) -> None:
    mail = written("sealed", public(SECRET))
    words = words_of(opened(mail))
    assert mail["Subject"] == "[Tracker] Message"
    assert TITLE not in words and CASE_TITLE not in words and "https://tracker.example.org/r/" in words


@pytest.mark.parametrize("level", ["internal", "restricted", "sealed"])
def test_a_revoked_key_makes_every_mail_bare(level: str, written: Run) -> None:
    mail = written(level, revoked(make_secret()))
    assert mail.get_content_type() != "multipart/encrypted"
    assert TITLE not in words_of(mail) and CASE_TITLE not in words_of(mail) and mail["References"] is None


def test_an_expired_key_makes_every_mail_bare(database: Database, tick: Run, smtp_sink: SmtpSink) -> None:
    later = clock.now() + timedelta(days=366)
    with database.unit_of_work(OPERATOR) as session:
        officer = officer_with(session, public(SECRET))
        case = make_case(session, lead=officer, title=CASE_TITLE)
        work = make_due_work(session, case, officer, DUE, title=TITLE, next_plan_at=None)
        make_reminder(session, work, officer)
        make_reminder(session, work, officer, kind="overdue", due_key="1:+1")
        make_promise(session, officer, "summary", "summary", due_key="2027-W47")
    tick(later)
    assert smtp_sink.mails
    for mail in smtp_sink.mails:
        assert TITLE not in str(mail.message) and CASE_TITLE not in str(mail.message)
        assert case.reference not in str(mail.message)


def test_whoever_never_gave_a_key_gets_mail_as_before(written: Run) -> None:
    assert TITLE in words_of(written("internal", None))
    assert TITLE not in words_of(written("restricted", None))


@pytest.mark.parametrize("key", [None, public(SECRET)], ids=["without a key", "with a key"])
def test_a_house_may_write_nothing_of_any_matter_into_an_open_mail(
    key: bytes | None, database: Database, tick: Run, smtp_sink: SmtpSink
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer = officer_with(session, key)
        case = make_case(session, lead=officer, title=CASE_TITLE)
        make_reminder(session, make_due_work(session, case, officer, DUE, title=TITLE, next_plan_at=None), officer)
        make_promise(session, officer, "summary", "summary", due_key="2027-W47")
    assert tick(mail_without_key="minimal").sent == 2
    for mail in smtp_sink.mails:
        outside = mail.message.as_string()
        assert not any(word in outside for word in (TITLE, CASE_TITLE, case.reference, "https://tracker.example.org/c"))
    if key is not None:
        assert any(TITLE in words_of(opened(mail.message)) for mail in smtp_sink.mails)


@pytest.mark.parametrize(
    ("key", "level", "house", "is_told"),
    [
        (None, "internal", "full", True),
        (None, "internal", "minimal", False),
        (None, "restricted", "full", False),
        (revoked(make_secret()), "internal", "full", False),
        (public(SECRET), "restricted", "minimal", True),
        (public(SECRET), "sealed", "full", False),
    ],
)
def test_a_commitment_that_no_follow_up_asks_about_is_written_by_the_same_rule(
    key: bytes | None, level: str, house: str, is_told: bool, database: Database, tick: Run, smtp_sink: SmtpSink
) -> None:
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        officer = officer_with(session, key)
        case = make_case(session, lead=officer, title=CASE_TITLE, level=level)
        meeting = make_engagement(session, case, created_by_id=officer.id)
        make_commitment(session, meeting, text=TITLE, due_on=DUE, created_by_id=officer.id, created_at=NOW)
    tick(NOW, mail_without_key=house)
    assert tick(NOW + timedelta(days=8), mail_without_key=house).sent == 1
    mail = smtp_sink.mails[-1].message
    inside = opened(mail) if mail.get_content_type() == "multipart/encrypted" else mail
    assert (TITLE in words_of(inside)) == is_told
    assert inside is mail or TITLE not in mail.as_string()


def test_nobody_but_the_owner_opens_it(written: Run) -> None:
    mail = written("internal", public(SECRET))
    with pytest.raises(RuntimeError):
        opened(mail, make_secret("Other <other@example.org>"))


def test_a_mail_that_can_not_be_encrypted_does_not_go(
    database: Database, tick: Run, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("tracker.reminders.delivery.openpgp_mail.encrypt", fail)
    with database.unit_of_work(OPERATOR) as session:
        officer = officer_with(session, public(SECRET))
        case = make_case(session, lead=officer, title=CASE_TITLE)
        join(session, case, make_person(session, "legal_officer"), "member")
        make_reminder(session, make_due_work(session, case, officer, DUE, next_plan_at=None), officer)
    report = tick()
    assert (report.sent, report.deferred) == (0, 1) and smtp_sink.mails == []
