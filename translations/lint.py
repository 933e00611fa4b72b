"""Finds words for people that bypass the catalogue, in templates and in Python. Guesses, but rarely wrong.

A template: text between tags, and attributes that are read out or shown, outside of `{% trans %}`; and sentences handed
to macros as plain strings. Python: sentences handed to whatever shows them (a flash, a fault, a field) as literals.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

SHOWN_ATTRIBUTES = {"title", "alt", "aria-label", "aria-description", "placeholder", "label", "data-confirm", "summary"}
SHOWING_CALLS = {
    "flash": (0,),
    "Fault": (1,),
    "NotPermitted": (0,),
    "NotLawful": (0,),
    "Conflict": (0,),
    "ValidationError": (0,),
    "SelectChoice": (1,),
    "CaseGap": (1,),
}
"""Name of what is called -> the places of its arguments that a person reads."""
SHOWING_KEYWORDS = {"label", "description", "message", "hint", "title"}
_GETTEXT = {"_", "gettext", "ngettext", "pgettext", "_l", "lazy_gettext", "lazy_ngettext"}
_WORD = re.compile(r"[A-Za-z]{2,}")
_SENTENCE = re.compile(r"[A-Z][a-z]+(?: \S+)+|[A-Z][a-z]{3,}")
_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_HOLE = "\x00"
_ATTRIBUTE = re.compile(r"""\s([\w-]+)="([^"]*)\"""")


def bare_words_of_template(source: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """`line: words` for everything in a template that a reader sees and no translator does."""
    reader = _Reader(allowed)
    # A tag that Jinja names would not be one to the parser.
    reader.feed("".join(_html_of(source)).replace("<" + _HOLE, "<p").replace("</" + _HOLE, "</p"))
    reader.close()
    spoken = [f"{line}: {words}" for line, words in _plain_strings(source) if words not in allowed]
    return [*reader.found, *spoken]


def bare_words_of_python(source: str) -> list[str]:
    """`line: words` for every sentence that the code shows without asking the catalogue."""
    return [
        f"{argument.lineno}: {words}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for argument in _shown_arguments(node)
        if _WORD.search(words := _literal(argument))
    ]


class _Reader(HTMLParser):
    """Collects text and attributes with Latin words."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._allowed = allowed
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "code", "kbd"}
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES:
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "code", "kbd"}

    def handle_data(self, data: str) -> None:
        if self._silent <= 0:
            self._look(_ATTRIBUTE.sub(_shown_value, data))

    def _look(self, text: str) -> None:
        for part in text.split(_HOLE):
            words = " ".join(part.split())
            if _WORD.search(words) and words not in self._allowed:
                self.found.append(f"{self.getpos()[0]}: {words}")


def _shown_value(attribute: re.Match[str]) -> str:
    """What is read out of an attribute that a macro makes, outside of any tag."""
    return attribute[2] if attribute[1] in SHOWN_ATTRIBUTES else ""


def _html_of(source: str) -> Iterator[str]:
    """The markup around Jinja's code. What Jinja puts in becomes a hole; translated blocks and names of classes go."""
    silent_until = ""
    names: list[str] = []
    for _, kind, text in _ENVIRONMENT.lex(source):
        if kind == "block_begin":
            names = []
        elif kind == "name":
            names.append(text)
        elif kind == "block_end":
            silent_until = _silent_after(names, silent_until)
        if kind == "data" and not silent_until:
            yield text
        else:
            yield (_HOLE if kind == "variable_begin" and not silent_until else "") + "\n" * text.count("\n")


def _silent_after(names: list[str], silent_until: str) -> str:
    """Which tag ends the silence that a tag of these names begins or goes on with."""
    if silent_until:
        return "" if names[:1] == [silent_until] else silent_until
    if names[:1] == ["trans"]:
        return "endtrans"
    if names[:1] == ["block"] and names[1].endswith("_class"):
        return "endblock"
    return ""


def _plain_strings(source: str) -> Iterator[tuple[int, str]]:
    """Strings in Jinja's code that look like a sentence and are no argument of gettext."""
    tokens = [token for token in _ENVIRONMENT.lex(source) if token[1] != "whitespace"]
    texts = [text for _, _, text in tokens]
    for place, (line, kind, text) in enumerate(tokens):
        if kind == "string" and _SENTENCE.fullmatch(text[1:-1]) and not _is_known(texts[:place], texts[place + 1]):
            yield line, text[1:-1]


def _is_known(before: list[str], after: str) -> bool:
    """Whether a string between these words goes to the catalogue, or is only compared."""
    if before[-1] == "(":
        return before[-2] in _GETTEXT
    if before[-1] == "," and before[-3] == "(":
        return before[-4] in _GETTEXT
    return before[-1] in {"in", "==", "!="} or after in {"in", "==", "!="}


def _shown_arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    places: tuple[int, ...] = SHOWING_CALLS.get(name, ())
    if name.endswith("Field"):
        places = (0,)
    for place in places:
        yield from call.args[place : place + 1]
    if places or name[:1].isupper():
        yield from (keyword.value for keyword in call.keywords if keyword.arg in SHOWING_KEYWORDS)


def _literal(node: ast.expr) -> str:
    """The fixed words of a string or of a template of one; nothing for what is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_literal, node.values))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) + _literal(node.right)
    return ""


def templates_of(root: Path) -> list[Path]:
    return sorted(path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"})
