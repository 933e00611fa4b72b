"""The content security policy as a browser keeps it: what is slipped into a page does not run, and shows there."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.support.browsers import chromium

SLIPPED_IN = """() => {
  const script = document.createElement("script");
  script.textContent = "window.slippedIn = true";
  document.body.append(script);
  const picture = document.createElement("img");
  picture.setAttribute("onerror", "window.slippedIn = true");
  picture.src = "/no-such-picture";
  document.body.append(picture);
  document.body.setAttribute("style", "background: red");
  const frame = document.createElement("iframe");
  frame.src = "https://evil.example/";
  document.body.append(frame);
}"""


@pytest.mark.skipif(chromium() is None, reason="NO CHROMIUM on this machine")
def test_what_is_slipped_into_a_page_does_not_run_and_shows_in_the_console(
    browser: Browser, app: Flask, live_server: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(f"{live_server}/sign-in")
    assert said == []
    page.evaluate(SLIPPED_IN)
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.slippedIn") is None
    for directive in ("script-src", "style-src", "frame-src"):
        assert any("Content Security Policy" in one and directive in one for one in said), (directive, said)
    page.close()
