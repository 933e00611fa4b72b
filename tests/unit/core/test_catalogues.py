from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from flask import Flask

from tracker.core import languages
from tracker.core.catalogues import is_complete, translations_of


def write(folder: Path, suffix: str, **words: str) -> Path:
    """A catalogue of Belarusian words; its time is that of the year 2001 when compiled."""
    catalogue = Catalog(locale="be")
    for source, translation in words.items():
        catalogue.add(source, translation)
    kept = BytesIO()
    (write_po if suffix == ".po" else write_mo)(kept, catalogue)
    path = folder / "be" / "LC_MESSAGES" / f"messages{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(kept.getvalue())
    return path


def test_a_catalogue_speaks_without_being_compiled(tmp_path: Path) -> None:
    write(tmp_path, ".po", Save="Захаваць")
    assert translations_of(Locale("be"), tmp_path).gettext("Save") == "Захаваць"


def test_a_compiled_catalogue_that_is_older_is_not_believed(tmp_path: Path) -> None:
    compiled = write(tmp_path, ".mo", Save="Учора")
    write(tmp_path, ".po", Save="Захаваць")
    os.utime(compiled, (1, 1))
    assert translations_of(Locale("be"), tmp_path).gettext("Save") == "Захаваць"


def test_a_compiled_catalogue_as_new_as_its_source_is_used(tmp_path: Path) -> None:
    os.utime(write(tmp_path, ".po", Save="Захаваць"), (1, 1))
    write(tmp_path, ".mo", Save="Хутка")
    assert translations_of(Locale("be"), tmp_path).gettext("Save") == "Хутка"


def test_what_has_no_translation_stays_english(tmp_path: Path) -> None:
    write(tmp_path, ".po", Save="Захаваць", Close="")
    assert translations_of(Locale("be"), tmp_path).gettext("Close") == "Close"
    assert translations_of(Locale("de"), tmp_path).gettext("Save") == "Save"
    assert translations_of(Locale("en"), tmp_path).gettext("Save") == "Save"


def test_a_catalogue_with_a_gap_is_not_complete(tmp_path: Path) -> None:
    write(tmp_path, ".po", Save="Захаваць", Close="")
    assert not is_complete("be", tmp_path)
    assert is_complete("en", tmp_path)


def test_a_long_translation_over_several_lines_is_no_gap(tmp_path: Path) -> None:
    write(tmp_path, ".po", Save="Захаваць " * 30)
    assert is_complete("be", tmp_path)


@pytest.fixture
def app() -> Flask:
    app = Flask("catalogues")
    languages.init_app(app)
    return app


def test_a_person_reads_the_language_that_was_chosen(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ _('Save') }} · {{ ngettext('in %(num)s day', 'in %(num)s days', days) }}")
    said = {}
    for days in (1, 3, 5, 21):
        with app.test_request_context():
            languages.use_wishes("be", "UTC")
            said[days] = template.render(days=days)
    assert said == {
        1: "Захаваць · праз 1 дзень",
        3: "Захаваць · праз 3 дні",
        5: "Захаваць · праз 5 дзён",
        21: "Захаваць · праз 21 дзень",
    }


def test_a_language_with_gaps_says_so_in_the_list(app: Flask) -> None:
    with app.test_request_context():
        languages.use_wishes("en", "UTC")
        choices = dict(languages.language_choices())
    assert choices["en"] == "English"
    assert {key: words.endswith(" (partly)") for key, words in choices.items()} == {
        key: not is_complete(key) for key in ("be", "en", "lt", "pl")
    }
