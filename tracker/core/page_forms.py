"""The form that every page's form is: with a CSRF token, and with WTForms' own words in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms.i18n import messages_path


class PageForm(FlaskForm):
    """Flask-WTF's form, but that it would read WTForms' catalogue anew for every request that shows a form."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _FormWords:  # noqa: ARG002  as WTForms calls it
            return _WORDS


class _FormWords:
    def gettext(self, string: str) -> str:
        return str(_words_of(get_locale()).gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(_words_of(get_locale()).ngettext(singular, plural, n))


_WORDS = _FormWords()


@lru_cache(maxsize=32)
def _words_of(locale: Locale | None) -> NullTranslations:
    return NullTranslations() if locale is None else Translations.load(messages_path(), [locale], domain="wtforms")
