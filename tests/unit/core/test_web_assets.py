from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from tracker.core import web_assets
from tracker.core.web_assets import Manifest

FONT = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"


def _write(folder: Path, chunks: dict[str, str]) -> Path:
    path = folder / "dist" / "manifest.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({name: {"file": file} for name, file in chunks.items()}), encoding="utf-8")
    return path


def _app(static: Path) -> Flask:
    app = Flask(__name__, static_folder=str(static), static_url_path="/static")
    web_assets.init_app(app)
    return app


def test_pages_name_the_files_that_the_build_made(tmp_path: Path) -> None:
    built = {
        "src/css/app.scss": "assets/app-1a.css",
        "src/js/app.js": "assets/app-2b.js",
        FONT: "assets/inter-3c.woff2",
    }
    _write(tmp_path, {**built, "icons.svg": "assets/icons-4d.svg"})
    with _app(tmp_path).test_request_context():
        page = render_template_string("{{ asset_head() }} {{ icon_sprite_url() }}")
    assert 'rel="stylesheet" href="/static/dist/assets/app-1a.css"' in page
    assert 'type="module" src="/static/dist/assets/app-2b.js"' in page
    assert 'href="/static/dist/assets/inter-3c.woff2" as="font"' in page
    assert page.endswith("/static/dist/assets/icons-4d.svg")


def test_a_new_build_is_noticed_without_a_restart(tmp_path: Path) -> None:
    manifest = Manifest(_write(tmp_path, {"icons.svg": "assets/icons-old.svg"}))
    assert manifest.file_of("icons.svg") == "assets/icons-old.svg"
    path = _write(tmp_path, {"icons.svg": "assets/icons-new.svg"})
    os.utime(path, (1, 1))
    assert manifest.file_of("icons.svg") == "assets/icons-new.svg"


def test_without_a_build_pages_still_render_and_the_log_says_why_they_are_bare(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), _app(tmp_path).test_request_context():
        page = render_template_string("{{ asset_head() }}")
    assert 'src="/static/dist/src/js/app.js"' in page
    assert [record.message for record in caplog.records] == [
        "assets are not built: no manifest.json in static/dist; run `make setup`"
    ]
