"""The words of a comment: cleaned, searched for names, and shown with links. Pure; people write text, never HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

LONGEST_BODY = 10_000
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)]}»”"


def clean_body(text: str | None) -> str:
    """Several lines without what a database refuses."""
    return (text or "").replace("\x00", "").replace("\r\n", "\n").strip()


def names_called(body: str, names: Iterable[str]) -> set[str]:
    """Those of `names` that stand in `body` after an @, whatever their case; of two that fit, the longer."""
    return {name for _start, _end, name in _calls(body, names)}


def shown(body: str, names: Iterable[str]) -> Markup:
    """`body` as HTML: escaped, web addresses as links, the called `names` marked."""
    spans = [(start, end, _mention(body[start:end])) for start, end, _name in _calls(body, names)]
    for found in _ADDRESS.finditer(body):
        end = found.end() - len(found[0]) + len(found[0].rstrip(_TRAILING))
        spans.append((found.start(), end, _link(body[found.start() : end])))
    pieces, at = [], 0
    for start, end, markup in sorted(spans, key=lambda span: span[0]):
        if start >= at:
            pieces += [escape(body[at:start]), markup]
            at = end
    return Markup("").join([*pieces, escape(body[at:])])


def _mention(text: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(text)


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noreferrer nofollow">{0}</a>').format(address)


def _calls(body: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    by_words = {name.casefold(): name for name in names if name}
    if "@" not in body or not by_words:
        return []
    longest_first = sorted(by_words, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    found = ((call.start(), call.end(), by_words.get(call[1].casefold())) for call in pattern.finditer(body))
    return [(start, end, name) for start, end, name in found if name is not None]
