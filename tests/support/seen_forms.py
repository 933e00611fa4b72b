"""Forms and links of a page as a browser sees them, and filling the forms in with something that holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_TYPED = {
    "date": "2026-12-01",
    "email": "somebody@example.org",
    "number": "3",
    "time": "09:00",
    "url": "https://example.org/",
}
_NO_VALUE = {"submit", "button", "image", "reset"}


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    is_chosen: bool = False


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Names of the fields that take one."""

    def as_it_stands(self) -> dict[str, Any]:
        """What a browser would send, untouched."""
        return _sent(self.fields, fill=False)

    def filled(self) -> dict[str, Any]:
        """The same, with something in every field that is empty; a choice is the last one offered."""
        return _sent(self.fields, fill=True)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._area: Field | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href"):
            self.links.append(said["href"])
        elif tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").upper())
            self.forms.append(self._form)
            self._by_id[said.get("id", "")] = self._form
        elif tag in ("input", "textarea", "select", "button"):
            self._take(tag, said, {name for name, _value in attrs})
        elif tag == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
            if "selected" in {name for name, _value in attrs}:
                self._select.value = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def _take(self, tag: str, said: dict[str, str], flags: set[str]) -> None:
        form = self._by_id.get(said["form"]) if said.get("form") else self._form
        name = said.get("name", "")
        if form is None or not name or "disabled" in flags:
            return
        kind = said.get("type", "text" if tag == "input" else tag)
        if kind == "file":
            form.files.append(name)
            return
        if tag == "button" or kind in _NO_VALUE:
            form.buttons.append((name, said.get("value", "")))
            return
        one = Field(name, kind, said.get("value", ""), is_chosen="checked" in flags)
        form.fields.append(one)
        if tag == "textarea":
            self._area = one
        elif tag == "select":
            self._select = one


def read_page(page: str) -> tuple[list[Form], list[str]]:
    """Forms and addresses of links, in the page's order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms, reader.links


def _sent(fields: list[Field], *, fill: bool) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for one in fields:
        for value in _values(one, fill):
            sent.setdefault(one.name, []).append(value)
    return sent


def _values(one: Field, fill: bool) -> Iterator[str]:
    if one.kind in ("checkbox", "radio"):
        if one.is_chosen or (fill and one.kind == "checkbox"):
            yield one.value or "on"
    elif one.kind == "select":
        chosen = [value for value in one.options if value]
        yield chosen[-1] if fill and not one.value and chosen else one.value or (one.options or [""])[0]
    elif fill and not one.value.strip() and one.kind != "hidden":
        yield _TYPED.get(one.kind, "Something typed")
    else:
        yield one.value
