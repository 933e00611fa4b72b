"""Which country a written name means: by code, by its names in every language that ships, or as the UN writes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import pycountry
from babel import Locale

from tracker.core.countries import COUNTRY_CODES

LANGUAGES = ("en", "be", "ru", "pl", "lt", "de", "fr", "es", "uk")
_BETWEEN = re.compile(r"[;,/\n]+")
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"the", "of", "and", "la", "le"})


def country_code(text: str) -> str | None:
    """`KR` for `KR`, `South Korea` and `Republic of Korea`; None for what is no country's name."""
    said = text.strip()
    return said.upper() if said.upper() in COUNTRY_CODES else _known().get(_plain(said))


def country_codes(text: str) -> tuple[list[str], list[str]]:
    """The codes of all that are named in `text`, each once; and the names that nobody knows, as they are written."""
    codes, unknown = [], []
    for part in _parts(text):
        code = country_code(part)
        if code is None:
            unknown.append(part)
        elif code not in codes:
            codes.append(code)
    return codes, unknown


def _parts(text: str) -> Iterator[str]:
    """The names in a text; a comma or an `and` may belong to one."""
    said = " ".join(text.split(" ")).strip()
    if not said or country_code(said):
        yield from [said] if said else []
        return
    for part in filter(None, (one.strip() for one in _BETWEEN.split(said))):
        two = re.split(r"\band\b", part)
        if len(two) > 1 and not country_code(part) and all(country_code(one) for one in two):
            yield from (one.strip() for one in two)
        else:
            yield part


def _plain(name: str) -> frozenset[str]:
    """The words of a name without accents and articles, in no order: `Korea, Republic of` is `Republic of Korea`."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    words = _WORD.findall("".join(sign for sign in folded if not unicodedata.combining(sign)))
    return frozenset(words) - _ARTICLES


@lru_cache(maxsize=1)
def _known() -> dict[frozenset[str], str]:
    """Every name; one that two countries could have means neither."""
    found: dict[frozenset[str], str] = {}
    double: set[frozenset[str]] = set()
    for code, name in _names():
        key = _plain(name)
        if key and found.setdefault(key, code) != code:
            double.add(key)
    return {key: code for key, code in found.items() if key not in double}


def _names() -> Iterator[tuple[str, str]]:
    for country in pycountry.countries:
        for kind in ("name", "official_name", "common_name"):
            if name := getattr(country, kind, None):
                yield country.alpha_2, name
        yield country.alpha_2, country.alpha_3
    for language in LANGUAGES:
        territories = Locale(language).territories
        yield from ((code, territories[code]) for code in sorted(COUNTRY_CODES) if code in territories)
    yield from (("GB", "UK"), ("XK", "Kosovo"), ("EU", "European Union"), ("TR", "Turkey"), ("VA", "Holy See"))
