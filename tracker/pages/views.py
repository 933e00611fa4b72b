"""Every page that shows several features at once, on one blueprint."""

from __future__ import annotations

from importlib import import_module

from tracker.pages.blueprint import blueprint

__all__ = ["blueprint"]

for _name in ("case_page", "contact_page", "move", "home", "quick_add"):
    import_module(f"tracker.pages.{_name}")
