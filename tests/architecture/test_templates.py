"""What the Content-Security-Policy would block in a browser is refused here already."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts)

FORBIDDEN = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx code that needs eval": re.compile(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:"),
    "an address of another server": re.compile(
        r"<(?:script|link|img|use)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"
    ),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_holds_nothing_that_the_policy_blocks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_form_that_posts_carries_the_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.IGNORECASE | re.DOTALL):
        assert re.search(r"csrf|hidden_tag\(\)", form), form[:120]
