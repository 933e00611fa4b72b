"""Addresses of pages. A page names a hundred; each is put together from what is known of its one rule."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from flask import Flask
from flask.globals import request_ctx
from werkzeug.datastructures import iter_multi_items

_SLOT = re.compile(r"<(?:string:|uuid:)?(\w+)>")
_PLAIN = re.compile(r"[\w/.-]*", re.ASCII)
_IN_PATH, _IN_QUERY, _IN_ANCHOR = "!$&'()*+,/:;=@", "!$'()*,/:;?@", "%!#$&'()*+,/:;=?@"
"""What werkzeug and Flask leave as it is."""


class _Shape(NamedTuple):
    """`/cases/<reference>/seen`: `/cases/`, and for each slot its name and what comes after it."""

    begins: str
    slots: tuple[tuple[str, str], ...]


class AddressedFlask(Flask):
    """Flask, but that `url_for` doesn't search the map of addresses again for each of a page."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._shapes: dict[str, _Shape | None] = {}

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As Flask's, which is asked for everything but the address within this site of a page with one plain rule."""
        is_plain = _method is None and _scheme is None and _external is None
        path = self._path(endpoint, values) if is_plain else None
        if path is None:
            return super().url_for(
                endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
            )
        return path if _anchor is None else f"{path}#{quote(_anchor, safe=_IN_ANCHOR)}"

    def _path(self, endpoint: str, values: dict[str, Any]) -> str | None:
        """With its query; None where Flask has to be asked."""
        shape = self._shape_of(endpoint)
        root = _root() if shape is not None else None
        if shape is None or root is None:
            return None
        path = root + shape.begins
        for name, follows in shape.slots:
            value = values.get(name)
            if value is None:
                return None
            text = str(value)
            path += (text if _PLAIN.fullmatch(text) else quote(text, safe=_IN_PATH)) + follows
        if len(values) > len(shape.slots):
            slots = dict(shape.slots)
            asked: dict[str | bytes, Any] = {
                name: value for name, value in values.items() if value is not None and name not in slots
            }
            if query := urlencode(list(iter_multi_items(asked)), safe=_IN_QUERY):
                path += f"?{query}"
        return path

    def _shape_of(self, endpoint: str) -> _Shape | None:
        if endpoint not in self._shapes:
            if endpoint not in self.view_functions:
                return None
            self._shapes[endpoint] = self._made_shape(endpoint)
        return self._shapes[endpoint]

    def _made_shape(self, endpoint: str) -> _Shape | None:
        rules = list(self.url_map.iter_rules(endpoint))
        if len(rules) != 1 or rules[0].defaults or rules[0].host or rules[0].subdomain or self.url_default_functions:
            return None
        begins, *rest = _SLOT.split(rules[0].rule)
        pieces = (begins, *rest[1::2])
        if any(_PLAIN.fullmatch(piece) is None for piece in pieces):
            return None
        return _Shape(begins, tuple(zip(rest[::2], pieces[1:], strict=True)))


def _root() -> str | None:
    """Where the site begins, without a slash; None without a request, for then addresses are whole."""
    try:
        adapter = request_ctx.url_adapter
    except RuntimeError:
        return None
    return None if adapter is None else adapter.script_name.rstrip("/")
