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
from uuid import uuid4

import pytest

from tests.factories.letter import BARE, HEAD, LATE, LINES, MATTERS, MESSAGE_ID, NOW, NUMBER, WORK, about, every_letter
from tracker.reminders import kinds
from tracker.reminders.letters import BadAddress, LetterFacts, Letterhead, Matter, WeekFigures, write

SNAPSHOTS = Path(__file__).with_name("snapshots")
LETTERS = {(language, name): facts for language in ("en", "be") for name, facts in every_letter(language).items()}
CANARIES = ("zxtitle", "zxref", "zxcase", "zxstatus", "done", "lead", "2026-11-12", "0199c0de")
FULL_KINDS = sorted(set(kinds.KINDS) - {kinds.DIGEST, kinds.SUMMARY, kinds.WATCHDOG})


def letter(facts: LetterFacts, recipient: str = "officer@example.org", now: datetime = NOW) -> EmailMessage:
    """The mail as it arrives: through bytes and back."""
    return message_from_bytes(raw(facts, recipient, now), policy=policy.default)


def raw(facts: LetterFacts, recipient: str = "officer@example.org", now: datetime = NOW) -> bytes:
    return write(facts, HEAD, recipient, MESSAGE_ID, now).as_bytes()


def parts_of(mail: EmailMessage) -> dict[str, str]:
    """Content by type."""
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in leaves}


def words_of(mail: EmailMessage) -> str:
    """Every header and every part, as the reader's program shows them."""
    headers = [f"{name}: {value}" for name, value in mail.items()]
    contents = [f"---- {kind}\n{content}" for kind, content in parts_of(mail).items()]
    return "\n".join([*headers, "", *contents])


def everything(facts: LetterFacts) -> str:
    """Whatever can be read in a mail, by people and by machines."""
    return words_of(letter(facts)) + raw(facts).decode("ascii")


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_every_mail_reads_as_it_was_looked_at(language: str, name: str) -> None:
    words = words_of(letter(LETTERS[language, name]))
    kept = SNAPSHOTS / language / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(words, encoding="utf-8")
    assert words == kept.read_text(encoding="utf-8")


def test_every_kind_of_reminder_has_its_mail() -> None:
    assert {facts.kind for facts in every_letter("en").values()} == set(kinds.KINDS)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("before", "[Tracker] Follow-up due 2026-12-01 · ICC-K7QX"),
        ("overdue", "[Tracker] Follow-up overdue since 2026-11-20 · ICC-K7QX"),
        ("escalation_lead", "[Tracker] Overdue since 2026-11-20 · ICC-K7QX"),
        ("waiting", "[Tracker] Waiting since 2026-11-12 · ICC-K7QX"),
        ("commitment", "[Tracker] Commitment due 2026-11-24 · ICC-K7QX"),
        ("period", "[Tracker] Period ends 2026-12-01 · SAN-3FW2"),
        ("status_changed", "[Tracker] Status changed · ICC-K7QX"),
        ("bare", "[Tracker] Follow-up due 2026-12-03 · 3XW4N-7QRTP"),
        ("bare_without_date", "[Tracker] Reminder · 3XW4N-7QRTP"),
        ("digest", "[Tracker] 9 reminders"),
        ("digest_of_one", "[Tracker] 1 reminder"),
        ("summary", "[Tracker] Weekly summary 2026-W48"),
        ("watchdog", "[Tracker] Mail is stuck"),
    ],
)
def test_the_subject_is_neutral(name: str, subject: str) -> None:
    assert letter(LETTERS["en", name])["Subject"] == subject


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_no_subject_and_no_header_holds_a_title(language: str, name: str) -> None:
    headers = "\n".join(str(value) for _, value in letter(LETTERS[language, name]).items())
    assert not re.search("ministry|Canaria|governor|listing|submission|joined", headers, re.IGNORECASE)


# What stays inside


@pytest.mark.parametrize("kind", FULL_KINDS)
@pytest.mark.parametrize("due_on", [date(2026, 11, 20), date(2026, 12, 1), None])
def test_a_mail_about_a_restricted_matter_holds_number_date_and_link_alone(kind: str, due_on: date | None) -> None:
    words: dict[str, Any] = {"title": "Zxtitle", "reference": "ZXREF-22", "case_title": "Zxcase", "status": "Zxstatus"}
    since = date(2026, 11, 12)
    facts = about(
        replace(WORK, kind=kind, due_on=due_on, is_bare=True, since=since, change="done", number=NUMBER, **words)
    )
    said = everything(facts)
    assert not [canary for canary in CANARIES if canary in said.lower()]
    mail = letter(facts)
    assert NUMBER in mail["Subject"] and all(
        f"/r/{NUMBER}" in parts_of(mail)[f"text/{form}"] for form in ("plain", "html")
    )
    assert "References" not in mail and "In-Reply-To" not in mail


@pytest.mark.parametrize("kind", FULL_KINDS)
def test_restricted_mails_of_every_kind_look_alike(kind: str) -> None:
    assert everything(about(replace(BARE, kind=kind))) == everything(about(BARE))


def test_a_restricted_line_of_a_digest_holds_number_date_and_link_alone() -> None:
    spoilt = replace(WORK, is_bare=True, title="Zxtitle", reference="ZXREF-22", case_title="Zxcase", status="Zxstatus")
    facts = replace(LETTERS["en", "digest"], lines=(spoilt, replace(LINES[1], because=spoilt.because)))
    said = everything(facts).lower()
    assert not [canary for canary in CANARIES[:4] if canary in said]
    assert f"/r/{NUMBER}".lower() in said and "1 dec 2026" in said


def test_ids_of_cases_and_follow_ups_stand_in_no_mail() -> None:
    for name in ("before", "period", "status_changed", "digest"):
        assert "0199c0de" not in everything(LETTERS["en", name])


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_nobody_but_the_recipient_is_named(language: str, name: str) -> None:
    addresses = re.findall(r"[\w.+-]+@[\w.-]+", words_of(letter(LETTERS[language, name])))
    own = [one for one in addresses if not re.match(r"[0-9a-f-]{32,36}@|case\.", one)]
    assert set(own) == {"reminders@example.org", "officer@example.org"}


# Threads


def test_mails_of_one_case_thread_and_those_of_two_do_not() -> None:
    other = replace(WORK, number="Z9999-99999", kind="overdue", subject_id=uuid4())
    elsewhere = replace(WORK, case_id=uuid4())
    thread = letter(about(WORK))["References"]
    assert re.fullmatch(r"<case\.[0-9a-f]{32}@example\.org>", thread)
    assert letter(about(other))["References"] == thread == letter(about(WORK))["In-Reply-To"]
    assert letter(about(elsewhere))["References"] != thread


def test_another_installation_gives_the_same_case_another_thread() -> None:
    elsewhere = replace(HEAD, secret="another")
    assert (
        write(about(WORK), elsewhere, "officer@example.org", MESSAGE_ID, NOW)["References"]
        != letter(about(WORK))["References"]
    )


# Headers


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_headers_identify_the_mail_and_keep_machines_from_answering(language: str, name: str) -> None:
    mail = letter(LETTERS[language, name])
    assert mail["Message-ID"] == f"<{MESSAGE_ID}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW and str(mail["Date"]).endswith("+0100")
    assert mail["From"] == "Tracker <reminders@example.org>"
    assert not mail.defects and not [defect for part in mail.walk() for defect in part.defects]


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_only_digests_and_summaries_say_how_to_unsubscribe_and_none_by_a_post_without_sign_in(
    language: str, name: str
) -> None:
    mail = letter(LETTERS[language, name])
    expected = "<https://tracker.example.org/preferences/reminders>" if name.startswith(("digest", "summary")) else None
    assert mail["List-Unsubscribe"] == expected
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_what_goes_over_the_wire_is_ascii_in_short_lines_and_what_the_library_would_write(
    language: str, name: str
) -> None:
    mail = write(LETTERS[language, name], HEAD, "officer@example.org", MESSAGE_ID, NOW)
    content = mail.as_bytes()
    assert content.isascii() and max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    again = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert words_of(again) == words_of(message_from_bytes(content, policy=policy.default))


def test_the_name_of_the_installation_stands_in_front_of_its_address() -> None:
    head = Letterhead.of("Супраціў <reminders@example.org>", "https://tracker.example.org/")
    mail = message_from_bytes(
        write(about(WORK), head, "a@example.org", MESSAGE_ID, NOW).as_bytes(), policy=policy.default
    )
    assert str(mail["From"]) == "Супраціў <reminders@example.org>"
    assert Letterhead.of("reminders@example.org", "").name == "Tracker"


def test_a_long_address_stands_unbroken() -> None:
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example.org"
    head = Letterhead.of(f"Tracker <reminders@{'d' * 60}.{'e' * 60}.org>", "https://tracker.example.org")
    content = write(about(WORK), head, address, MESSAGE_ID, NOW).as_bytes().decode()
    assert f"To: {address}\r\n" in content and f"Message-ID: <{MESSAGE_ID}@{head.domain}>\r\n" in content
    assert f"@{head.domain}>\r\n" in content.partition("References:")[2].partition("MIME")[0]


# Text and HTML


@pytest.mark.parametrize(("language", "name"), LETTERS)
def test_text_and_html_lead_to_the_same_places_and_html_loads_nothing(language: str, name: str) -> None:
    parts = parts_of(letter(LETTERS[language, name]))
    links = set(re.findall(r"https://\S+", parts["text/plain"]))
    linked = set(re.findall(r'href="([^"]+)"', parts["text/html"]))
    assert links <= linked, "the text may leave links of a summary's lines out"
    assert linked == links or name.startswith("summary")
    assert not re.search(r"<img|<script|<link|src=|url\(|http://", parts["text/html"])


def test_what_people_typed_is_escaped_in_html_alone() -> None:
    parts = parts_of(letter(about(WORK)))
    assert "<b>& co</b>" in parts["text/plain"] and "&lt;b&gt;&amp; co&lt;/b&gt;" in parts["text/html"]
    lines = parts_of(letter(replace(LETTERS["en", "digest"], lines=(LATE,))))
    assert "<b>& co</b>" in lines["text/plain"] and "&lt;b&gt;&amp; co&lt;/b&gt;" in lines["text/html"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("before", "because the follow-up is assigned to you"),
        ("substitute", "because you stand in for the person to whom"),
        ("escalation_lead", "because you lead the case"),
        ("escalation_coordinator", "because you are a coordinator"),
        ("follow_up_done", "because you watch the follow-up"),
        ("status_changed", "because you watch the case"),
        ("summary", "because you are a head"),
        ("watchdog", "because you are an administrator"),
        ("digest", "because you chose a digest"),
        ("commitment_itself", "because you recorded this commitment"),
        ("bare", "because you work on it or watch it"),
    ],
)
def test_the_reader_learns_why_and_how_to_change_it(name: str, reason: str) -> None:
    parts = parts_of(letter(LETTERS["en", name]))
    for part in (parts["text/plain"], parts["text/html"]):
        assert reason in part
        assert "https://tracker.example.org/preferences/reminders" in part


def test_days_are_counted_in_the_readers_zone() -> None:
    late_evening = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert "due today" in parts_of(letter(about(WORK), now=late_evening))["text/plain"]
    new_york = about(WORK, time_zone="America/New_York")
    assert "due tomorrow" in parts_of(letter(new_york, now=late_evening))["text/plain"]


def test_a_digest_begins_with_what_is_late_and_ends_with_news() -> None:
    text = parts_of(letter(LETTERS["en", "digest"]))["text/plain"]
    headings = re.findall(r"^\d+\. (.+)$", text, re.MULTILINE)
    assert headings[0] == "Overdue since 20 Nov 2026" and headings[1] == "Due today"
    assert headings[-2:] == ["New status: Preliminary examination", "Done"]


def test_a_digest_of_very_many_says_how_many_more_there_are() -> None:
    many = tuple(replace(WORK, number=f"A{place:04}-22222") for place in range(75))
    mail = letter(replace(LETTERS["en", "digest"], lines=many))
    assert mail["Subject"] == "[Tracker] 75 reminders"
    for kind in ("text/plain", "text/html"):
        assert parts_of(mail)[kind].count("/r/A") == 60 and "And 15 more" in parts_of(mail)[kind]


@pytest.mark.parametrize("field", ["title", "reference", "case_title", "status"])
@pytest.mark.parametrize("name", ["before", "status_changed", "period"])
def test_line_ends_in_what_people_typed_make_no_header_and_no_line(field: str, name: str) -> None:
    spoilt: dict[str, Any] = {field: "Harmless\r\nBcc: thief@example.org\r\n\r\nOwn body"}
    mail = letter(about(replace(MATTERS[name], **spoilt)))
    assert mail["Bcc"] is None
    for content in parts_of(mail).values():
        assert not [line for line in content.splitlines() if line.startswith(("Bcc", "Own"))]


def test_what_cannot_be_seen_is_left_out_and_what_is_too_long_is_cut_between_words() -> None:
    odd = replace(WORK, title="Pay\u202egnihton\u200b now \x07" + "word " * 200, case_title="ж" * 400)
    text = parts_of(letter(about(odd)))["text/plain"]
    (title,) = [line for line in text.splitlines() if line.startswith("Pay")]
    assert title.startswith("Pay gnihton now word") and title.endswith("word…") and len(title) <= 180
    assert "ж" * 119 + "…" in text and "ж" * 120 not in text


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: thief@example.org", "no-at-sign", "", "zażółć@example.org", "a@b, c@d"]
)
def test_an_address_that_can_not_stand_in_a_mail_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        write(about(WORK), HEAD, address, MESSAGE_ID, NOW)


# Languages


def test_an_unknown_language_is_answered_in_english() -> None:
    assert "Follow-up due" in letter(about(WORK, language="xx-nonsense"))["Subject"]


def retitled(facts: LetterFacts) -> LetterFacts:
    """The same with what people typed in Belarusian."""

    def told(one: Matter) -> Matter:
        said: dict[str, Any] = {"title": "Запытаць міністэрства", "case_title": "Сітуацыя ў Канарыі"}
        return replace(one, **{name: text for name, text in said.items() if getattr(one, name)})

    def named(week: WeekFigures) -> WeekFigures:
        parts: dict[str, Any] = {
            part: tuple(replace(line, title="Сітуацыя") for line in getattr(week, part))
            for part in ("overdue_lines", "due_soon_lines", "moved_lines", "ending_lines")
        }
        return replace(week, **parts)

    return replace(
        facts,
        matter=told(facts.matter) if facts.matter else None,
        lines=tuple(told(one) for one in facts.lines),
        week=named(facts.week) if facts.week else None,
    )


@pytest.mark.parametrize("name", every_letter("be"))
def test_whoever_reads_belarusian_gets_no_english_sentence(name: str) -> None:
    mail = letter(retitled(LETTERS["be", name]))
    parts = parts_of(mail)
    shown = [str(mail["Subject"]), parts["text/plain"], parts["text/html"]]
    words = re.sub(r"(?s)<style.*?</style>|https?://\S+|<[^>]*>|&\w+;", " ", "\n".join(shown))
    assert re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", words) == []
    assert re.search("[а-яўі]{4,}", words)


# The calendar entry


@pytest.mark.parametrize(
    "name", ["before", "on_the_day", "assigned", "commitment_soon", "renewal", "period", "bare", "substitute"]
)
def test_where_a_date_is_meant_it_comes_as_a_calendar_entry_of_one_whole_day(name: str) -> None:
    mail = letter(LETTERS["en", name])
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "text/calendar" and part.get_param("method") == "PUBLISH"
    lines = dict(line.partition(":")[::2] for line in part.get_content().splitlines())
    due_on = MATTERS[name].due_on
    assert due_on is not None
    assert lines["DTSTART;VALUE=DATE"] == due_on.strftime("%Y%m%d")
    assert lines["DTSTAMP"] == "20261124T080000Z" and lines["METHOD"] == "PUBLISH"
    assert lines["SEQUENCE"] == str(MATTERS[name].version) and re.fullmatch(r"[0-9a-f]{32}@example\.org", lines["UID"])
    assert "ATTENDEE" not in lines and "ORGANIZER" not in lines


@pytest.mark.parametrize(
    "name",
    ["overdue", "escalation_lead", "waiting", "status_changed", "follow_up_moved", "assigned_without_date", "digest"],
)
def test_where_no_day_is_announced_there_is_no_calendar_entry(name: str) -> None:
    assert list(letter(LETTERS["en", name]).iter_attachments()) == []


def test_a_moved_day_is_a_later_version_of_the_same_entry() -> None:
    def entry(matter: Matter) -> dict[str, str]:
        (part,) = letter(about(matter)).iter_attachments()
        return dict(line.partition(":")[::2] for line in part.get_content().splitlines())

    first, moved = entry(WORK), entry(replace(WORK, version=4, due_on=date(2026, 12, 24), number="X2222-33333"))
    assert first["UID"] == moved["UID"] and int(first["SEQUENCE"]) < int(moved["SEQUENCE"])
    assert entry(replace(WORK, subject_id=uuid4()))["UID"] != first["UID"]


@pytest.mark.parametrize("name", ["bare", "before"])
def test_two_mailboxes_side_by_side_do_not_tell_that_their_entries_are_about_one_matter(name: str) -> None:
    def uid(recipient: str) -> str:
        (part,) = letter(LETTERS["en", name], recipient).iter_attachments()
        return str(next(line for line in part.get_content().splitlines() if line.startswith("UID:")))

    assert uid("officer@example.org") == uid("officer@example.org") != uid("lead@example.org")


def test_titles_in_a_calendar_entry_are_escaped_and_folded() -> None:
    long = replace(WORK, title="Першае, другое; трэцяе \\ " + "чацвёртае " * 12)
    (part,) = letter(about(long)).iter_attachments()
    content = part.get_content()
    assert max(len(line.encode()) for line in content.splitlines()) <= 75
    assert "SUMMARY:Першае\\, другое\\; трэцяе \\\\ чацвёртае" in content.replace("\r\n ", "").replace("\n ", "")
