"""`_`, `gettext` and `ngettext` of the templates: the same words as Flask-Babel's, looked up once per language.

A page asks for two hundred strings, and the catalogues of a running process never change.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask, g
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

MOST_WORDS = 8192


def init_app(app: Flask) -> None:
    """Take the place of Flask-Babel's functions in templates; still "newstyle": values are escaped where pages are."""
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


@pass_eval_context
def gettext(eval_ctx: EvalContext, message: str, /, **values: Any) -> str:
    """The translation of `message` with `values` in their places."""
    if not values:
        plain = _words_now()[message]
        return plain if eval_ctx.autoescape else str(plain)
    text = _translated(locale_now(), message)
    return (text if eval_ctx.autoescape else str(text)) % values


@pass_eval_context
def ngettext(eval_ctx: EvalContext, singular: str, plural: str, num: int, /, **values: Any) -> str:
    """The translation that fits the number `num`."""
    text = _of_number(locale_now(), singular, plural, num)
    return (text if eval_ctx.autoescape else str(text)) % {"num": num, **values}


def locale_now() -> Locale | None:
    """`flask_babel.get_locale()`, without its detours once it has answered in this request."""
    found: Locale | None
    try:
        found = g._get_current_object().__dict__["_flask_babel"].babel_locale
    except (RuntimeError, KeyError, AttributeError):
        found = get_locale()
    return found


class _Words(dict[str, Markup]):
    """Plain messages as they are said in the one language of this moment, by the message."""

    def __missing__(self, message: str) -> Markup:
        if len(self) >= MOST_WORDS:
            self.clear()
        said = self[message] = Markup(get_translations().ugettext(message)) % {}  # noqa: S704  from our own catalogues
        return said  # "%%" stands for "%" with values and without


@lru_cache(maxsize=32)
def _words_of(_locale: Locale | None) -> _Words:
    return _Words()


def _words_now() -> _Words:
    """Those of the language of this moment, held by the request until it speaks another: a page asks for hundreds."""
    held: tuple[Locale | None, _Words]
    try:
        spoken = g._get_current_object().__dict__["_flask_babel"]
        held = spoken.template_words
        if held[0] is spoken.babel_locale:
            return held[1]
    except (RuntimeError, KeyError, AttributeError):
        pass
    locale = locale_now()
    words = _words_of(locale)
    with suppress(RuntimeError, KeyError):
        g._get_current_object().__dict__["_flask_babel"].template_words = (locale, words)
    return words


@lru_cache(maxsize=8192)
def _translated(_locale: Locale | None, message: str) -> Markup:
    return Markup(get_translations().ugettext(message))  # noqa: S704  from our own catalogues


@lru_cache(maxsize=8192)
def _of_number(_locale: Locale | None, singular: str, plural: str, num: int) -> Markup:
    return Markup(get_translations().ungettext(singular, plural, num))  # noqa: S704  from our own catalogues
