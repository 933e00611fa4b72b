"""Every word for people is in the catalogues, English and Belarusian are complete, and the catalogues hold no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from translations import catalogue, checks, lint

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = ("be",)
"""Languages that may lack nothing. English is the language of the sources."""
ALLOWED = frozenset({"LT", "FREQ=MONTHLY;BYDAY=-1FR"})
"""What a template shows in every language, as an example: the code of a country, a rule of RFC 5545."""
OF_OPERATORS = ("cli", "interchange", "pathways")
"""What these say is for operators, at the command line and in files of faults; it stays English (operator guide)."""


@pytest.fixture(scope="module")
def fresh() -> Catalog:
    return catalogue.collect()


def test_sources_and_catalogues_agree_and_are_well_formed(fresh: Catalog) -> None:
    """`.venv/bin/python translations/catalogue.py` brings them together."""
    assert catalogue.complaints(fresh) == []


def test_four_languages_are_set_up() -> None:
    assert catalogue.languages() == ["be", "en", "lt", "pl"]


@pytest.mark.parametrize("language", COMPLETE)
def test_no_string_is_without_a_translation(language: str) -> None:
    assert checks.untranslated(catalogue.read(language), language) == []


@pytest.mark.parametrize("path", lint.templates_of(ROOT), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_shows_no_word_past_the_catalogue(path: Path) -> None:
    assert lint.bare_words_of_template(path.read_text(encoding="utf-8"), ALLOWED) == []


def test_the_code_shows_no_sentence_past_the_catalogue() -> None:
    files = [path for path in (ROOT / "tracker").rglob("*.py") if path.relative_to(ROOT).parts[1] not in OF_OPERATORS]
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}:{words}"
        for path in files
        for words in lint.bare_words_of_python(path.read_text(encoding="utf-8"))
    ]
    assert found == []
