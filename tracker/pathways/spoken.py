"""A definition in the language of who looks: every sentence of it through the catalogue, every key as it is.

Only a request speaks another language, and a command that was asked to: others, imports and exports meet the words of
the files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from babel import Locale
from flask import has_request_context
from pydantic import BaseModel

from tracker.core.catalogues import SOURCE_LANGUAGE, translations_of
from tracker.core.template_words import locale_now
from tracker.pathways.offers import title_of
from tracker.pathways.schema import Clock, Definition, Status

_SENTENCES = ("label", "summary", "confidential", "note", "verb", "message", "event", "extension", "only_if", "title")
_PARTS = (
    "subtypes",
    "details",
    "flags",
    "statuses",
    "prohibitions",
    "clocks",
    "next",
    "facts",
    "follow_ups",
    "trigger",
)
_LOOKED_UP = ("by_key", "row", "moves")
_Part = TypeVar("_Part", bound=BaseModel)


def spoken(definition: Definition) -> Definition:
    """The definition for the reader of this request; the same object where the reader reads English."""
    locale = locale_now() if has_request_context() else None
    if locale is None or locale.language == SOURCE_LANGUAGE:
        return definition
    return _kept(str(locale), _Ref(definition))


def spoken_rule(rule: Clock) -> Clock:
    """One rule in the language that is spoken here: by the reader of a request, or as a command was asked to."""
    locale = locale_now()
    if locale is None or locale.language == SOURCE_LANGUAGE:
        return rule
    say = translations_of(locale).gettext
    spoken = _in_words_of(say, rule)
    return spoken.model_copy(update={"source": say(rule.source)}) if rule.is_own_date else spoken


class _Ref:
    """A definition as a key: its content never changes for its key, version and object."""

    __slots__ = ("definition",)

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ref) and other.definition is self.definition


@lru_cache(maxsize=512)
def _kept(language: str, ref: _Ref) -> Definition:
    translations = translations_of(Locale.parse(language))
    return _in_words_of(translations.gettext, ref.definition)


def _in_words_of(say: Callable[[str], str], part: _Part) -> _Part:
    changed: dict[str, object] = {}
    if isinstance(part, Status):
        titles = [template.model_copy(update={"title": title_of(part, template)}) for template in part.follow_ups]
        part = part.model_copy(update={"follow_ups": tuple(titles)})
    for name in _SENTENCES:
        words = getattr(part, name, None)
        if isinstance(words, str):
            changed[name] = say(words)
    for name in _PARTS:
        inner = getattr(part, name, None)
        if isinstance(inner, BaseModel):
            changed[name] = _in_words_of(say, inner)
        elif isinstance(inner, tuple):
            changed[name] = tuple(_in_words_of(say, one) if isinstance(one, BaseModel) else one for one in inner)
    copy = part.model_copy(update=changed)
    for name in _LOOKED_UP:
        copy.__dict__.pop(name, None)  # made of the English parts
    return copy
