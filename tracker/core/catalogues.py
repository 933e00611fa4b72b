"""The translations of a language, read from `translations/<language>/LC_MESSAGES`.

The compiled messages.mo is used where it is as new as its messages.po. Where it is missing or older, messages.po is
read instead, so a bare clone and a test never speak yesterday's words; that costs 50 ms, once per
process and language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain

from tracker.core.template_words import locale_now

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
SOURCE_LANGUAGE = "en"
_UNTRANSLATED = re.compile(r'^msgstr(?:\[\d\])? ""\n(?!")', re.MULTILINE)


class CatalogueBabel(Babel):
    """Flask-Babel with one domain for the whole process; by itself it reads the catalogue anew for every request."""

    @property
    def domain_instance(self) -> Domain:
        return _DOMAIN


class _CatalogueDomain(Domain):
    def get_translations(self) -> NullTranslations:
        locale = locale_now()
        return NullTranslations() if locale is None else translations_of(locale)


_DOMAIN = _CatalogueDomain()


@lru_cache(maxsize=32)
def translations_of(locale: Locale, folder: Path = TRANSLATIONS) -> NullTranslations:
    """What the pages and mails say in `locale`; English where there is no catalogue, or no translation yet."""
    if locale.language == SOURCE_LANGUAGE:
        return NullTranslations()
    for name in (str(locale), locale.language):
        source = folder / name / "LC_MESSAGES" / "messages.po"
        if source.is_file():
            return _read(source, locale)
    return NullTranslations()


@lru_cache(maxsize=32)
def is_complete(language: str, folder: Path = TRANSLATIONS) -> bool:
    """Whether every string of the catalogue is translated; English, the language of the sources, always is."""
    source = folder / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE_LANGUAGE:
        return True
    return source.is_file() and _UNTRANSLATED.search(source.read_text(encoding="utf-8")) is None


def _read(source: Path, locale: Locale) -> Translations:
    compiled = source.with_suffix(".mo")
    if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return Translations(file)
    with source.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    memory = BytesIO()
    write_mo(memory, catalogue)
    memory.seek(0)
    return Translations(memory)
