"""A pair of hands that counts: a click, a key or chord, and typing into one field are one interaction each."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Hands:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def choose(self, what: Locator, label: str) -> None:
        """One click opens the list, another takes the choice."""
        self.count += 2
        what.select_option(label=label)

    def press(self, keys: str) -> None:
        self.count += 1
        self.page.keyboard.press(keys)

    def type(self, words: str) -> None:
        """Into whatever has the focus."""
        self.count += 1
        self.page.keyboard.type(words)
