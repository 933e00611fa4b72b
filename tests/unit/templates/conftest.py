"""A bare Flask app around the real templates: macros need neither database nor sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect

from tracker.core import web_assets
from tracker.core.languages import format_day, format_instant, format_vague, name_words

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=str(tmp_path))
    app.secret_key = "only for this test"
    Babel(app)
    CSRFProtect(app)
    web_assets.init_app(app)
    app.jinja_env.filters.update(day=format_day, instant=format_instant, vague=format_vague, name_words=name_words)
    with app.test_request_context():
        yield app


@pytest.fixture
def render(app: Flask) -> Callable[..., str]:
    def run(source: str, **values: Any) -> str:
        imports = '{% import "macros/ui.html" as ui %}{% import "macros/forms.html" as forms %}'
        return render_template_string(imports + source, **values)

    return run
