"""The address of a list: what it says, and the same with other words. A changed filter starts at the first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

Pair = tuple[str, str]

OF_A_PAGE = frozenset({"cursor", "panel"})
OF_A_VIEW = frozenset({"view"})
OF_A_SHAPE = frozenset({"columns", "sort", "group"})
LONGEST_QUERY = 2000
LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Address:
    """`path` without its query; `pairs` of the query without the place of the page, empty words and repetitions."""

    path: str
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, path: str, said: MultiDict[str, str]) -> Address:
        pairs = ((name, value[:400]) for name, value in said.items(multi=True) if name not in OF_A_PAGE)
        return cls(path, tuple(dict.fromkeys((name, value) for name, value in pairs if value and "\x00" not in value)))

    def __call__(self, **changes: Any) -> str:
        """This list with other words; a word that is None goes."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        return self._write([*kept, *_spread(changes)])

    def without(self, name: str, value: str | None = None) -> str:
        """This list without a filter, or without one of its values."""
        return self._write(pair for pair in self.pairs if pair != (name, value or pair[1]))

    def only_shape(self) -> str:
        """Every filter taken away; columns, order and groups stay."""
        return self._write(pair for pair in self.pairs if pair[0] in OF_A_SHAPE)

    def hidden(self, *but: str) -> list[Pair]:
        """What a form must carry on so that it changes nothing but its own fields `but`."""
        return [pair for pair in self.pairs if pair[0] not in but]

    def value(self, name: str) -> str:
        """The first value of a word; empty where the address does not say it."""
        return next((value for key, value in self.pairs if key == name), "")

    def count(self, *names: str) -> int:
        """How many of these words the address says."""
        return sum(pair[0] in names for pair in self.pairs)

    @property
    def query(self) -> str:
        """What a saved view keeps: everything but which view and which page it is."""
        return urlencode([pair for pair in self.pairs if pair[0] not in OF_A_VIEW])

    @property
    def filters(self) -> frozenset[str]:
        """Names, without values, of what narrows the list; nothing that somebody made up."""
        names = frozenset(name for name, _value in self.pairs if name.isidentifier() and len(name) <= LONGEST_NAME)
        return names - OF_A_SHAPE - OF_A_VIEW

    def _write(self, pairs: Iterable[Pair]) -> str:
        query = urlencode(list(pairs))
        return f"{self.path}?{query}" if query else self.path


def _spread(changes: dict[str, Any]) -> list[Pair]:
    spread = []
    for name, value in changes.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        spread += [(name, str(one)) for one in values if one not in (None, "")]
    return spread
