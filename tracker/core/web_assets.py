"""Addresses of the built style sheet, scripts, fonts and icons, read from the manifest that Vite writes.

The build gives every file a name with a hash of its content, so browsers may keep it for ever.
A missing build is logged and leaves pages without style, but readable: they work without scripts anyway.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

from flask import Flask
from markupsafe import Markup

from tracker.core import kept_marks
from tracker.core.avatars import initials, palette_index

STYLE_ENTRY = "src/css/app.scss"
SCRIPT_ENTRY = "src/js/app.js"
PASSKEY_ENTRY = "src/js/passkeys.js"
SPRITE_ENTRY = "icons.svg"
FAVICON_ENTRY = "favicon.svg"
PRELOADED_FONT = "inter-latin-wght-normal.woff2"

LOOK_AGAIN_AFTER = 1.0
"""Seconds. A page names fifty icons: whether there is a new build is not asked for each."""

log = logging.getLogger(__name__)


class Manifest:
    """Vite's `manifest.json`: source name -> built file. Read again when the file changes.

    `pause`: seconds for which it is taken to be unchanged.
    """

    def __init__(self, path: Path, pause: float = 0) -> None:
        self._path = path
        self._pause = pause
        self._looked_at = float("-inf")
        self._read_at: float | None = None
        self._files: dict[str, str] = {}

    def file_of(self, name: str) -> str | None:
        """Path of the built file below `static/dist`, or None when the build lacks it. A bare file name is enough."""
        self._refresh()
        return self._files.get(name)

    def _refresh(self) -> None:
        if time.monotonic() - self._looked_at < self._pause:
            return
        self._looked_at = time.monotonic()
        try:
            changed_at = self._path.stat().st_mtime
        except FileNotFoundError:
            if self._read_at is None:
                log.warning("assets are not built: no manifest.json in static/dist; run `make setup`")
                self._read_at = 0.0
            return
        if changed_at != self._read_at:
            chunks: dict[str, dict[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))
            by_name = {Path(key).name: str(chunk["file"]) for key, chunk in reversed(chunks.items())}
            self._files = by_name | {key: str(chunk["file"]) for key, chunk in chunks.items()}
            self._read_at = changed_at


def init_app(app: Flask) -> None:
    """Give templates `asset_url(name)`, `asset_head()`, `passkey_script()`, `icon_sprite_url()` and the filters of
    `core.avatars`.
    """
    manifest = Manifest(Path(app.static_folder or "static") / "dist" / "manifest.json", LOOK_AGAIN_AFTER)

    folder = f"{app.static_url_path}/dist/"

    def asset_url(name: str) -> str:
        return folder + (manifest.file_of(name) or name)

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

    def passkey_script() -> Markup:
        return Markup('<script type="module" src="{}"></script>').format(asset_url(PASSKEY_ENTRY))

    app.jinja_env.globals.update(
        asset_url=asset_url, icon_sprite_url=icon_sprite_url, asset_head=asset_head, passkey_script=passkey_script
    )
    app.jinja_env.filters.update(initials=initials, palette_index=palette_index)
    kept_marks.init_app(app, icon_sprite_url)
