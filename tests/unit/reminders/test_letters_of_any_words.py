"""Whatever people type: no header is made of it, nothing of it runs, and of restricted matters nothing goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.letter import HEAD, MESSAGE_ID, MOVED, NOW, PERIOD, WORK, about
from tracker.reminders import kinds
from tracker.reminders.letters import Because, LetterFacts, Matter, write

NASTY = (
    "\r\nBcc: thief@example.org",
    "\n.\n",
    "{{ 7*7 }}",
    "%(num)s %s",
    "<script>x</script>",
    "' onclick=x",
    "\u202e",
)
TYPED = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
WORDS = st.builds("".join, st.lists(st.one_of(TYPED, st.sampled_from(NASTY)), max_size=3))
FORMS = st.sampled_from(("work", "digest"))


class Tags(HTMLParser):
    """What a browser would make of the HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def facts_of(form: str, matter: Matter, language: str) -> LetterFacts:
    facts = about(matter, language)
    return facts if form == "work" else replace(facts, kind="digest", matter=None, lines=(matter,))


def read(facts: LetterFacts) -> tuple[bytes, EmailMessage]:
    content = write(facts, HEAD, "officer@example.org", MESSAGE_ID, NOW).as_bytes()
    return content, message_from_bytes(content, policy=policy.default)


def structure(facts: LetterFacts) -> Any:
    """Everything of a mail but its words: headers by name, types of parts, tags with the names of their attributes."""
    _, mail = read(facts)
    tags = Tags()
    tags.feed(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
    return mail.keys(), [part.get_content_type() for part in mail.walk()], tags.seen


@settings(max_examples=40)
@given(title=WORDS, reference=WORDS, case_title=WORDS, status=WORDS, form=FORMS, language=st.sampled_from(("en", "be")))
def test_words_change_nothing_but_words(
    title: str, reference: str, case_title: str, status: str, form: str, language: str
) -> None:
    for plain in (WORK, MOVED, PERIOD):
        said: dict[str, Any] = {"reference": f"R {reference}", "case_title": f"C {case_title}", "status": f"S {status}"}
        odd = replace(plain, **said, title=f"T {title}" if plain.title else "")
        assert structure(facts_of(form, odd, language)) == structure(facts_of(form, plain, language))
        content, mail = read(facts_of(form, odd, language))
        lines = content.split(b"\r\n")
        assert content.isascii() and max(map(len, lines)) <= 998 and b"\n" not in b"".join(lines)
        assert mail["To"] == "officer@example.org" and mail["Bcc"] is None


@settings(max_examples=40)
@given(title=WORDS, reference=WORDS, case_title=WORDS, status=WORDS, form=FORMS)
def test_words_of_a_restricted_matter_change_nothing_at_all(
    title: str, reference: str, case_title: str, status: str, form: str
) -> None:
    bare = replace(WORK, is_bare=True)
    odd = replace(bare, title=title, reference=reference, case_title=case_title, status=status)
    assert read(facts_of(form, odd, "en"))[0] == read(facts_of(form, bare, "en"))[0]


@pytest.mark.parametrize("words", NASTY)
def test_what_is_typed_arrives_as_it_was_typed_in_one_line(words: str) -> None:
    _, mail = read(about(replace(WORK, title=f"Ask {words} twice")))
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"Ask {' '.join(words.replace(chr(0x202E), ' ').split())} twice".replace("  ", " ") in text


@pytest.mark.long
def test_no_canary_is_in_ten_thousand_mails_about_restricted_matters() -> None:
    days = (None, date(2026, 11, 20), date(2026, 11, 24), date(2026, 12, 1))
    forms = list(product(kinds.KINDS, days, ("work", "digest"), ("en", "be", "pl"), Because))
    for place in range(10_000):
        kind, due_on, form, language, because = forms[place % len(forms)]
        canary = f"zx{place}canary"
        words = {"title": canary, "reference": canary.upper(), "case_title": canary, "status": canary, "change": canary}
        said: dict[str, Any] = words | {"since": date(1999, 9, 9), "case_id": uuid4(), "subject_id": uuid4()}
        matter = Matter(kind, "K7QX2-9MFTB", due_on, is_bare=True, because=because, **said)
        content, mail = read(facts_of(form, matter, language))
        shown = "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
        everything = (content.decode("ascii") + str(mail["Subject"]) + shown).lower()
        hidden = (canary, "1999-09", "september 1999", "верасня 1999", str(matter.case_id), str(matter.subject_id))
        assert not [one for one in hidden if one in everything]
