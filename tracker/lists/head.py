"""The head of a list: saved views, columns, groups, and the way to a file. Knows the request."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from tracker.core.web import actor, db
from tracker.lists.address import Address
from tracker.lists.columns import Column, ListKind, Shape, read_shape
from tracker.lists.policy import may_share
from tracker.lists.queries import ViewLine, views_of

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class ListHead:
    """What the templates in lists/ need. `current`: the saved view that the address names.

    `panel`: which of the menus is open. A page holds only that one; the others come when they are asked for.
    """

    shape: Shape
    address: Address
    views: list[ViewLine]
    current: ViewLine | None
    may_share: bool
    may_export: bool
    panel: str = ""

    @property
    def kind(self) -> ListKind:
        return self.shape.kind

    @property
    def home(self) -> str:
        """The list without any word; past one's usual view, where there is one."""
        past = any(view.is_default for view in self.views)
        return f"{self.address.path}?view={EVERYTHING}" if past else self.address.path

    @property
    def default_url(self) -> str | None:
        """Where somebody goes who asked for nothing in particular."""
        if request.args:
            return None
        return next((self.url_of(view) for view in self.views if view.is_default), None)

    @property
    def is_changed(self) -> bool:
        """Whether the list shown is another than the view that it began as."""
        return self.current is not None and self.current.query != self.address.query

    @property
    def is_plain(self) -> bool:
        return not self.address.query and self.current is None

    @property
    def export_url(self) -> str:
        query = self.address.query
        return url_for(self.kind.export_endpoint) + (f"?{query}" if query else "")

    def url_of(self, view: ViewLine) -> str:
        return f"{self.address.path}?{view.query}{'&' if view.query else ''}view={view.id}"

    def heads(self, grouped: Container[str] = ()) -> list[dict[str, Any]]:
        """The columns for macros/ui.html: data_table. `grouped`: groups that bring their own order along."""
        group = self.shape.group if self.shape.group not in grouped else None
        return [self._head(column, group, is_ordered=self.shape.group not in grouped) for column in self.shape.columns]

    def _head(self, column: Column, group: str | None, *, is_ordered: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"label": column.label, "class": column.class_}
        if column.sort:
            found["sort_url"] = self.address(sort=column.sort, group=group)
        if column.sort == self.shape.sort and is_ordered:
            found["sorted"] = "descending" if column.falls else "ascending"
        return found

    def tabs(self, presets: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Everything, the ready-made views, then the saved ones."""
        ready = [
            {"label": label, "url": self._preset(words), "active": self.current is None and self._shows(words)}
            for label, words in presets
        ]
        saved = [{"label": one.name, "url": self.url_of(one), "active": one == self.current} for one in self.views]
        return ready + saved

    def _preset(self, words: dict[str, Any]) -> str:
        return Address(self.address.path, ())(**words) if words else self.home

    def _shows(self, words: dict[str, Any]) -> bool:
        return {pair for pair in self.address.pairs if pair[0] in self.address.filters} == {
            (name, str(value)) for name, value in words.items()
        }


def head_of(kind: ListKind) -> ListHead:
    """The head of the list that is asked for. One statement."""
    views = views_of(db(), actor(), kind.area)
    named = request.args.get("view")
    return ListHead(
        read_shape(kind, request.args),
        Address.of(url_for(kind.endpoint), request.args),
        views,
        next((view for view in views if str(view.id) == named), None),
        bool(may_share(actor())),
        actor().is_person,
        request.args.get("panel", ""),
    )


def chip(address: Address, label: Any, name: str, value: str, words: Any) -> dict[str, Any]:
    """One filter that is on, with the way to take it off."""
    return {"label": label, "value": words, "remove_url": address.without(name, value)}
