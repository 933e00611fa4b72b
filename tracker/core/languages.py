"""Language, time zone, and how days and instants read: by the person who looks.

Templates use the filters `day` (a date), `vague` (a VagueDate or its text) and `instant` (a UTC datetime).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import cast

from babel import Locale
from babel.dates import format_date as babel_date
from flask import Flask, g, has_request_context, request
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from tracker.core import template_words
from tracker.core.catalogues import SOURCE_LANGUAGE, TRANSLATIONS, CatalogueBabel, is_complete
from tracker.core.dates import Precision, VagueDate, earliest_day, precision_of

DEFAULT_LANGUAGE = SOURCE_LANGUAGE
DAY_FORMAT = "d MMM y"
MONTH_FORMAT = "LLLL y"  # LLLL: the month by itself, "сакавік"; after a day it would be MMMM, "сакавіка"
FORMATS = {Precision.DAY: DAY_FORMAT, Precision.MONTH: MONTH_FORMAT, Precision.YEAR: "y"}
ERASED = "Former colleague ["
"""So begins what PostgreSQL writes for the name of an erased account (app_erase_account); a number follows."""
_OF_LANGUAGE = {"lt": {DAY_FORMAT: "y-MM-dd", MONTH_FORMAT: "y 'm'. LLLL"}}
"""Where the year comes first (CLDR's yMMMd and yMMMM)."""


def init_app(app: Flask) -> None:
    """Let pages speak the person's language, in the person's time zone."""
    CatalogueBabel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="UTC",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_language,
        timezone_selector=_time_zone,
    )
    template_words.init_app(app)
    app.jinja_env.filters.update(day=format_day, vague=format_vague, instant=format_instant, dateformat=written_day)
    app.jinja_env.filters.update(key_words=words_of_key, name_words=name_words)
    app.context_processor(lambda: {"lang": str(get_locale() or DEFAULT_LANGUAGE).replace("_", "-")})


@lru_cache(maxsize=1)
def available_languages() -> dict[str, str]:
    """Language key -> its own name, for every catalogue that ships."""
    found = {path.name for path in TRANSLATIONS.glob("*/") if (path / "LC_MESSAGES").is_dir()} | {DEFAULT_LANGUAGE}
    return {key: (Locale.parse(key).get_display_name(key) or key).capitalize() for key in sorted(found)}


def language_choices() -> list[tuple[str, str]]:
    """Language key and what a person reads in the list; a language whose catalogue has gaps says so."""
    return [
        (key, name if is_complete(key) else _("%(language)s (partly)", language=name))
        for key, name in available_languages().items()
    ]


def locale_here() -> Locale:
    """The language that this request (or this rendering of a mail) speaks."""
    return template_words.locale_now() or _locale_of(DEFAULT_LANGUAGE)


def words_of_key(key: str) -> str:
    """A key of the vocabulary in words, such as `law firm` for law_firm; a key that nobody translated stays English."""
    return str(_(key.replace("_", " "))) if key else ""


def name_words(name: str) -> str:
    """A person's name; of an account that was erased, what stands for it, in the reader's language."""
    return _("Former colleague") + name[len(ERASED) - 2 :] if name.startswith(ERASED) else name


def use_wishes(language: str, time_zone: str) -> None:
    """From here on this request (or this rendering of a mail) speaks so."""
    g.language, g.time_zone = language, time_zone


def format_day(day: date | None) -> str:
    """`1 Dec 2026`; nothing for no day."""
    return "" if day is None else written_day(day, DAY_FORMAT)


def written_day(day: date, pattern: str) -> str:
    """`day` by one of CLDR's patterns, such as `EEEE d MMMM`."""
    return day_in(locale_here(), day, pattern)


@lru_cache(maxsize=4096)
def day_in(locale: Locale, day: date, pattern: str = DAY_FORMAT) -> str:
    """The same in a given language. Kept: pages show the same few days in every row."""
    return babel_date(day, _OF_LANGUAGE.get(locale.language, {}).get(pattern, pattern), locale=locale)


def format_instant(instant: datetime | None) -> str:
    """`1 Dec 2026, 14:05` in the person's time zone; `instant` is aware."""
    if instant is None:
        return ""
    here = instant.astimezone(get_timezone())
    return f"{format_day(here.date())}, {here:%H:%M}"


def format_vague(value: VagueDate | str | None) -> str:
    """A date as far as it is known: `1 Dec 2026`, `March 2026`, `2026`, `unknown, between 2024 and March 2026`.

    A text is YYYY[-MM[-DD]].
    """
    return _vague_in(locale_here(), value if isinstance(value, VagueDate) else VagueDate(value or None))


@lru_cache(maxsize=4096)
def _vague_in(_locale: Locale, vague: VagueDate) -> str:
    words = _part(vague.text) if vague.text else _("unknown")
    bounds = _bounds(vague)
    return f"{words}, {bounds}" if bounds and vague.precision is not Precision.DAY else words


def _bounds(vague: VagueDate) -> str:
    words = ""
    if vague.after and vague.before:
        words = _("between %(first)s and %(last)s", first=_part(vague.after), last=_part(vague.before))
    elif vague.after:
        words = _("not before %(first)s", first=_part(vague.after))
    elif vague.before:
        words = _("not after %(last)s", last=_part(vague.before))
    return words


def _part(text: str) -> str:
    # A day, so no time zone shifts it.
    return written_day(earliest_day(text), FORMATS[precision_of(text)])


def _language() -> Locale:
    if "language" in g:
        return _locale_of(str(g.language))
    if has_request_context():
        return _locale_of(request.accept_languages.best_match(list(available_languages()), DEFAULT_LANGUAGE))
    return _locale_of(DEFAULT_LANGUAGE)


@lru_cache(maxsize=64)
def _locale_of(key: str) -> Locale:
    """One object for each language: what is kept by language is found by identity."""
    return Locale.parse(key)


def _time_zone() -> str | None:
    return cast("str | None", g.get("time_zone"))
