"""Marks what was found in the text that is shown: escaped first, then `<mark>`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from tracker.search.folding import name_keys, words

_WORD = re.compile(r"[\w'’ʼ]+")
AROUND = 70
"""Letters shown before and after the first word found in a long text."""


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Texts say the same words again and again."""
    return tuple(words(word).split()), name_keys(word)


class Marker:
    """Knows the words that were asked for; one for a page."""

    def __init__(self, said: str) -> None:
        asked = [word for word in words(said[:200]).split() if len(word) >= 2][:8]
        self._begins = tuple(asked)
        self._keys = tuple({key for word in asked for key in name_keys(word) if len(key) >= 3})
        self._known: dict[str, bool] = {}

    def mark(self, text: str) -> Markup:
        """The whole text, with what was found marked."""
        return self._marked(text, 0, len(text))

    def finds(self, text: str) -> bool:
        return any(True for _ in self._places(text))

    def snippet(self, text: str, around: int = AROUND) -> Markup:
        """The text around the first word found, cut at words; its beginning where none is."""
        text = " ".join(text.split())
        first = next(self._places(text), (0, 0))
        start, end = max(first[0] - around, 0), min(first[1] + 2 * around, len(text))
        if start:
            start = text.find(" ", start, first[0] + 1) + 1 or first[0]
        if end < len(text):
            end = max(text.rfind(" ", first[1], end), first[1]) or end
        return Markup("{}{}{}").format(
            "… " if start else "", self._marked(text, start, end), " …" if end < len(text) else ""
        )

    def _marked(self, text: str, start: int, end: int) -> Markup:
        parts, at = [], start
        for begin, stop in self._places(text):
            if begin < start or stop > end:
                continue
            parts += [escape(text[at:begin]), Markup("<mark>{}</mark>").format(text[begin:stop])]
            at = stop
        return Markup("").join([*parts, escape(text[at:end])])

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        return ((found.start(), found.end()) for found in _WORD.finditer(text) if self._is_found(found.group()))

    def _is_found(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            begins, keys = _folded(word)
            known = any(part.startswith(self._begins) for part in begins)
            known = known or any(key.startswith(self._keys) for key in keys)
            self._known[word] = known
        return known
