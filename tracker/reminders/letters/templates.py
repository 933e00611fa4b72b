"""The mails' templates, compiled once for each language, without any of the web's variables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from tracker.core.catalogues import translations_of
from tracker.core.languages import DEFAULT_LANGUAGE

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


@lru_cache(maxsize=256)
def template(language: str, name: str) -> Template:
    """`name` without the folder that all share, such as `digest/subject.txt`."""
    return _environment(language).get_template(f"email/reminders/{name}")


@lru_cache(maxsize=64)
def locale_named(language: str) -> Locale:
    """The locale of a person's language; English's for one that nobody knows."""
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(DEFAULT_LANGUAGE)


def translations_in(language: str) -> NullTranslations:
    """What the mails say in `language`."""
    return translations_of(locale_named(language))


@lru_cache(maxsize=16)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a worker is started anew for new templates; looking at the files costs every mail
    )
    environment.install_gettext_translations(translations_in(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
