"""Addresses of the built style sheet, scripts, fonts and icons, read from the manifest that Vite writes.

The build gives every file a name with a hash of its content, so browsers may keep it for ever.
A missing build is logged and leaves pages without style, but readable: they work without scripts anyway.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from tracker.core.avatars import initials, palette_index

STYLE_ENTRY = "src/css/app.scss"
SCRIPT_ENTRY = "src/js/app.js"
SPRITE_ENTRY = "icons.svg"
FAVICON_ENTRY = "favicon.svg"
PRELOADED_FONT = "inter-latin-wght-normal.woff2"

log = logging.getLogger(__name__)


class Manifest:
    """Vite's `manifest.json`: source name -> built file. Read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: float | None = None
        self._chunks: dict[str, dict[str, Any]] = {}

    def file_of(self, name: str) -> str | None:
        """Path of the built file below `static/dist`, or None when the build lacks it. A bare file name is enough."""
        self._refresh()
        chunk = self._chunks.get(name)
        if chunk is None:
            chunk = next((one for key, one in self._chunks.items() if Path(key).name == name), None)
        return None if chunk is None else str(chunk["file"])

    def _refresh(self) -> None:
        try:
            changed_at = self._path.stat().st_mtime
        except FileNotFoundError:
            if self._read_at is None:
                log.warning("assets are not built: no manifest.json in static/dist; run `make setup`")
                self._read_at = 0.0
            return
        if changed_at != self._read_at:
            self._chunks = json.loads(self._path.read_text(encoding="utf-8"))
            self._read_at = changed_at


def init_app(app: Flask) -> None:
    """Give templates `asset_url(name)`, `asset_head()`, `icon_sprite_url()` and the filters of `core.avatars`."""
    manifest = Manifest(Path(app.static_folder or "static") / "dist" / "manifest.json")

    def asset_url(name: str) -> str:
        return url_for("static", filename=f"dist/{manifest.file_of(name) or name}")

    def icon_sprite_url() -> str:
        return asset_url(SPRITE_ENTRY)

    def asset_head() -> Markup:
        return Markup(
            '<link rel="icon" type="image/svg+xml" href="{icon}">\n'
            '  <link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>\n'
            '  <link rel="stylesheet" href="{style}">\n'
            '  <script type="module" src="{script}"></script>'
        ).format(
            icon=asset_url(FAVICON_ENTRY),
            font=asset_url(PRELOADED_FONT),
            style=asset_url(STYLE_ENTRY),
            script=asset_url(SCRIPT_ENTRY),
        )

    app.jinja_env.globals.update(asset_url=asset_url, icon_sprite_url=icon_sprite_url, asset_head=asset_head)
    app.jinja_env.filters.update(initials=initials, palette_index=palette_index)
