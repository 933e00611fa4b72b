"""Language, time zone, and how days and instants read: by the person who looks.

Templates use the filters `day` (a date), `vague` (a VagueDate or its text) and `instant` (a UTC datetime).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import cast

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, get_locale
from flask_babel import gettext as _

from tracker.core.dates import Precision, VagueDate, earliest_day, precision_of

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
DEFAULT_LANGUAGE = "en"
DAY_FORMAT = "d MMM y"
INSTANT_FORMAT = "d MMM y, HH:mm"
FORMATS = {Precision.DAY: DAY_FORMAT, Precision.MONTH: "MMMM y", Precision.YEAR: "y"}


def init_app(app: Flask) -> None:
    """Let pages speak the person's language, in the person's time zone."""
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="UTC",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_language,
        timezone_selector=_time_zone,
    )
    app.jinja_env.filters.update(day=format_day, vague=format_vague, instant=format_instant)
    app.context_processor(lambda: {"lang": str(get_locale() or DEFAULT_LANGUAGE).replace("_", "-")})


def available_languages() -> dict[str, str]:
    """Language key -> its own name, for every catalogue that ships."""
    found = {path.name for path in TRANSLATIONS.glob("*/") if (path / "LC_MESSAGES").is_dir()} | {DEFAULT_LANGUAGE}
    return {key: (Locale.parse(key).get_display_name(key) or key).capitalize() for key in sorted(found)}


def use_wishes(language: str, time_zone: str) -> None:
    """From here on this request (or this rendering of a mail) speaks so."""
    g.language, g.time_zone = language, time_zone


def format_day(day: date | None) -> str:
    """`1 Dec 2026`; nothing for no day."""
    return "" if day is None else str(format_date(day, DAY_FORMAT))


def format_instant(instant: datetime | None) -> str:
    """`1 Dec 2026, 14:05` in the person's time zone; `instant` is aware."""
    return "" if instant is None else str(format_datetime(instant, INSTANT_FORMAT))


def format_vague(value: VagueDate | str | None) -> str:
    """A date as far as it is known: `1 Dec 2026`, `March 2026`, `2026`, `unknown, between 2024 and March 2026`.

    A text is YYYY[-MM[-DD]].
    """
    vague = value if isinstance(value, VagueDate) else VagueDate(value or None)
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
    return str(format_date(earliest_day(text), FORMATS[precision_of(text)]))


def _language() -> str | None:
    if "language" in g:
        return str(g.language)
    if has_request_context():
        return request.accept_languages.best_match(list(available_languages()), DEFAULT_LANGUAGE)
    return DEFAULT_LANGUAGE


def _time_zone() -> str | None:
    return cast("str | None", g.get("time_zone"))
