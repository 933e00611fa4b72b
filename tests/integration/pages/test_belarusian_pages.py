"""Whoever reads Belarusian meets no English sentence, on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.person import make_person
from tests.integration.access.conftest import ActAs, act_as  # noqa: F401
from tests.integration.access.sample import NOTE, Sample, make_sample
from tests.support.sign_in import sign_in
from tracker.clocks.rulebook import own_examples
from tracker.core.actor import OPERATOR
from tracker.core.database import Base
from tracker.pathways.registry import load_default
from translations import catalogue

SHOWN = {"title", "alt", "aria-label", "placeholder", "data-confirm", "label"}
SEVERAL_WORDS = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
ALWAYS_LATIN = re.compile(
    r"\S+@\S+|https?://\S+|[A-Z]\w+/[\w/ -]+|\b[A-Z]{2,4}-[A-Z0-9]{4,}\b|\bSMTP_URL\b"
    r"|English|Polski|Lietuvių|Aegis, 2FAS|Google Authenticator"
    r"|(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}|-----BEGIN PGP PUBLIC KEY BLOCK-----"
)
"""Addresses, references, time zones, names of settings, languages and programs, secrets for codes, marks of keys."""


class _Texts(HTMLParser):
    """Every text that a page shows or reads out."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(" ".join(data.split()))


@cache
def english() -> frozenset[str]:
    """Strings of the sources that read otherwise in Belarusian."""
    known = catalogue.read("be")
    return frozenset(row.id for row in known if row.id and isinstance(row.id, str) and row.id != row.string)


def data_of(session: Session) -> list[str]:
    """Every text in the database that a page can show, the longest first: what people wrote is shown as written."""
    found = {NOTE}
    for table in Base.metadata.sorted_tables:
        if not session.scalar(select(func.has_table_privilege(table.name, "SELECT"))):
            continue
        for column in table.columns:
            if isinstance(column.type, String | Text) and column.key not in ("status", "pathway", "language"):
                found |= {value for value in session.scalars(select(column).distinct()) if value and " " in value}
    # The law is cited as it is written.
    for definition in load_default(None).all():
        found |= {definition.source, *(clock.source for clock in definition.clocks)}
    found |= {example.source for example in own_examples()}
    return sorted(found, key=len, reverse=True)


def english_in(page: str, data: list[str]) -> Iterator[str]:
    for shown in _Texts(page).found:
        rest = shown
        for words in data:
            rest = rest.replace(words, "·")
        rest = ALWAYS_LATIN.sub("·", rest)
        if rest in english() or SEVERAL_WORDS.search(rest):
            yield shown


@pytest.fixture
def sample(act_as: ActAs) -> tuple[Sample, list[str], dict[str, int]]:  # noqa: F811
    with act_as(OPERATOR) as session:
        lead = make_person(session, "legal_officer", "coordinator", "head", name="Алесь Прыклад")
        lead.language = "be"
        administrator = make_person(session, "administrator", name="Ніна Прыклад")
        administrator.language = "be"
        made = make_sample(session, "internal", lead, {})
        return made, data_of(session), {"lead": lead, "administrator": administrator}  # type: ignore[dict-item]


@pytest.fixture
def readers(app: Flask, sample: tuple[Sample, list[str], dict[str, object]]) -> dict[str, FlaskClient]:
    return {name: sign_in(app.test_client(), person) for name, person in sample[2].items()}  # type: ignore[arg-type]


def pages_of(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]


def test_no_page_shows_an_english_sentence(
    app: Flask, sample: tuple[Sample, list[str], dict[str, object]], readers: dict[str, FlaskClient]
) -> None:
    made, data, _ = sample
    left, seen = [], 0
    for rule in pages_of(app):
        for name, client in readers.items():
            answer = client.get(made.address(app, rule))
            if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
                continue
            seen += answer.status_code == 200
            left += [f"{rule.rule} ({name}): {words}" for words in english_in(answer.text, data)]
    assert seen > 40
    assert left == [], "\n".join(left)


def test_the_page_says_which_language_it_speaks(readers: dict[str, FlaskClient]) -> None:
    page = readers["lead"].get("/").text
    assert '<html lang="be"' in page
    assert "Мая праца" in page


def test_before_signing_in_the_browser_chooses(client: FlaskClient, app: Flask, act_as: ActAs) -> None:  # noqa: F811
    with act_as(OPERATOR) as session:
        make_person(session, "administrator")
    page = client.get("/sign-in", headers={"Accept-Language": "be,en;q=0.5"}).text
    assert list(english_in(page, [])) == []
    assert "Увайсці" in page
    assert "Sign in" in client.get("/sign-in", headers={"Accept-Language": "de"}).text
