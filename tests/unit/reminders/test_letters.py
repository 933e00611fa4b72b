"""The mails themselves, word for word. `UPDATE_SNAPSHOTS=1 pytest …` writes them anew; then look at the difference."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tracker.reminders.letters import BadAddress, LetterFacts, Letterhead, write

SNAPSHOTS = Path(__file__).with_name("snapshots")
HEAD = Letterhead.of("Tracker <reminders@example.org>", "https://tracker.example.org/")
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
MESSAGE_ID = UUID("5f0c2e9e-3a0b-4a58-9a53-0b6f4f2f8f11")
OPEN = LetterFacts(
    kind="before",
    number="K7QX2-9MFTB",
    due_on=date(2026, 12, 1),
    title="Ask the ministry <b>& co</b>",
    reference="ICC-K7QX",
    case_title="Situation in Canaria",
    is_bare=False,
    language="en",
    time_zone="Europe/Warsaw",
)
BARE = replace(OPEN, is_bare=True)
CANARIES = ("ministry", "ICC", "K7QX\r", "Canaria", "ICC-K7QX", "overdue", "given")


def letter(facts: LetterFacts, recipient: str = "officer@example.org", now: datetime = NOW) -> EmailMessage:
    """The mail as it arrives: through bytes and back."""
    raw = write(facts, HEAD, recipient, MESSAGE_ID, now).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def words_of(mail: EmailMessage) -> str:
    """Headers that people see, the text, the HTML; without the boundary, which is drawn by lot."""
    names = ("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted")
    parts = [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]
    return "\n".join([*(f"{name}: {mail[name]}" for name in names), "", "---- text", parts[0], "---- html", parts[1]])


CASES = {
    "before": OPEN,
    "tomorrow": replace(OPEN, due_on=date(2026, 11, 25)),
    "on_the_day": replace(OPEN, kind="on_the_day", due_on=date(2026, 11, 24)),
    "overdue": replace(OPEN, kind="overdue", due_on=date(2026, 11, 20)),
    "assigned": replace(OPEN, kind="assigned"),
    "assigned_without_date": replace(OPEN, kind="assigned", due_on=None),
    "bare": BARE,
    "bare_without_date": replace(BARE, kind="assigned", due_on=None),
}


@pytest.mark.parametrize("name", CASES)
def test_every_mail_reads_as_it_was_looked_at(name: str) -> None:
    words = words_of(letter(CASES[name]))
    kept = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(words, encoding="utf-8")
    assert words == kept.read_text(encoding="utf-8")


def test_the_subject_is_neutral_and_names_day_and_case() -> None:
    assert letter(OPEN)["Subject"] == "[Tracker] Follow-up due 2026-12-01 · ICC-K7QX"


@pytest.mark.parametrize("kind", ["before", "on_the_day", "overdue", "assigned"])
@pytest.mark.parametrize("due_on", [date(2026, 11, 20), date(2026, 12, 1), None])
def test_a_mail_about_a_restricted_matter_holds_number_date_and_link_alone(kind: str, due_on: date | None) -> None:
    mail = write(replace(BARE, kind=kind, due_on=due_on), HEAD, "officer@example.org", MESSAGE_ID, NOW)
    decoded = str(mail["Subject"]) + "".join(part.get_content() for part in mail.iter_parts())
    everything = decoded + mail.as_bytes().decode("ascii")
    assert not [canary for canary in CANARIES if canary in everything]
    assert "K7QX2-9MFTB" in mail["Subject"] and "/r/K7QX2-9MFTB" in decoded
    assert "References" not in mail and "In-Reply-To" not in mail


@pytest.mark.parametrize("kind", ["before", "on_the_day", "overdue", "assigned"])
def test_restricted_mails_of_every_kind_look_alike(kind: str) -> None:
    assert words_of(letter(replace(BARE, kind=kind))) == words_of(letter(BARE))


def test_text_and_html_say_the_same_and_html_is_escaped() -> None:
    text, html = (part.get_content() for part in letter(OPEN).iter_parts())
    for said in ("ICC-K7QX", "Situation in Canaria", "https://tracker.example.org/r/K7QX2-9MFTB"):
        assert said in text and said in html
    assert "<b>& co</b>" in text and "&lt;b&gt;&amp; co&lt;/b&gt;" in html


def test_headers_identify_the_mail_and_keep_machines_from_answering() -> None:
    mail = letter(OPEN)
    assert mail["Message-ID"] == f"<{MESSAGE_ID}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "multipart/alternative"


def test_the_reader_learns_why_and_how_to_change_it() -> None:
    text, html = (part.get_content() for part in letter(OPEN).iter_parts())
    for part in (text, html):
        assert "because the follow-up is assigned to you" in part
        assert "https://tracker.example.org/preferences/reminders" in part


def test_days_are_counted_in_the_readers_zone() -> None:
    late_evening = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert "due today" in str(letter(OPEN, now=late_evening).get_body(("plain",)))
    new_york = replace(OPEN, time_zone="America/New_York")
    assert "due tomorrow" in str(letter(new_york, now=late_evening).get_body(("plain",)))


@pytest.mark.parametrize("field", ["title", "reference", "case_title"])
def test_line_ends_in_what_people_typed_make_no_header_and_no_line(field: str) -> None:
    spoilt: dict[str, Any] = {field: "Harmless\r\nBcc: thief@example.org\r\n\r\nOwn body"}
    mail = letter(replace(OPEN, **spoilt))
    assert mail["Bcc"] is None
    assert not [line for line in str(mail.get_body(("plain",)).get_content()).splitlines() if line.startswith("Bcc")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: thief@example.org", "no-at-sign", "", "zażółć@example.org", "a@b, c@d"]
)
def test_an_address_that_can_not_stand_in_a_mail_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        write(OPEN, HEAD, address, MESSAGE_ID, NOW)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert "Follow-up due" in letter(replace(OPEN, language="xx-nonsense"))["Subject"]


@pytest.mark.parametrize("name", CASES)
def test_whoever_reads_belarusian_gets_no_english_sentence(name: str) -> None:
    facts = replace(CASES[name], language="be", title="Запытаць міністэрства", case_title="Сітуацыя ў Канарыі")
    mail = letter(facts)
    shown = [str(mail["Subject"]), *(part.get_content() for part in mail.iter_parts())]
    words = re.sub(r"(?s)<style.*?</style>|https?://\S+|<[^>]*>|&\w+;", " ", "\n".join(shown))
    assert re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", words) == []
    assert "Даручэнне" in words
