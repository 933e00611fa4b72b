"""Marks that hundreds of rows repeat (icons, badges, days) and parts that every page repeats, rendered once.

The HTML stands in templates; here is what was made of it. What is kept depends on nothing but the language, the
build of the icons and the arguments, all of which are in its key: never on who looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, g
from markupsafe import Markup

from tracker.core.template_words import locale_now

MARKS = "macros/marks.html"
_INDENT = re.compile(r"\n[ \n]+")
_HELD = "kept_marks"


def init_app(app: Flask, icon_sprite_url: Callable[[], str]) -> None:
    """Give templates `kept(name)`, a macro of macros/marks.html that remembers, and `kept_part(template)`."""
    environment = app.jinja_env

    def render_mark(name: str, *arguments: Any, **named: Any) -> Markup:
        mark: Markup = getattr(environment.get_template(MARKS).module, name)(*arguments, **named)
        return mark

    @lru_cache(maxsize=32)
    def marks_of(_locale: Any, _sprite: str) -> Callable[..., Markup]:
        # Typed: a text and the same text as Markup are escaped differently.
        return lru_cache(maxsize=4096, typed=True)(render_mark)

    def marks_now() -> Callable[..., Markup]:
        """Those of the language of this moment, looked up once in a request: a page asks for hundreds."""
        kept_here = g._get_current_object().__dict__
        held: tuple[Any, Callable[..., Markup]] | None = kept_here.get(_HELD)
        spoken = kept_here.get("_flask_babel")
        if held is not None and spoken is not None and held[0] is getattr(spoken, "babel_locale", None):
            return held[1]
        locale = locale_now()
        held = kept_here[_HELD] = (locale, marks_of(locale, icon_sprite_url()))
        return held[1]

    @lru_cache(maxsize=256)
    def remembered_part(_locale: Any, _sprite: str, template: str) -> Markup:
        return without_indents(environment.get_template(template).render())

    def kept(name: str) -> Callable[..., Markup]:
        def mark(*arguments: Any, **named: Any) -> Markup:
            if environment.auto_reload:
                return render_mark(name, *arguments, **named)
            return marks_now()(name, *arguments, **named)

        return mark

    def kept_part(template: str) -> Markup:
        """A template without variables: its words are those of the language."""
        if environment.auto_reload:
            remembered_part.cache_clear()
        return remembered_part(locale_now(), icon_sprite_url(), template)

    environment.globals.update(kept=kept, kept_part=kept_part)
    environment.filters["without_indents"] = without_indents


def without_indents(html: str) -> Markup:
    """Rendered HTML in which no text's spaces matter, without the spaces at the beginnings of lines."""
    return Markup(_INDENT.sub("\n", html))  # noqa: S704  what a template of ours made
