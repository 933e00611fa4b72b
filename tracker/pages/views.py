"""Every page that shows several features at once, on one blueprint."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tracker.pages.blueprint import blueprint

__all__ = ["blueprint"]

for _name in ("case_page", "contact_page", "move", "home"):
    if find_spec(f"tracker.pages.{_name}") is not None:
        import_module(f"tracker.pages.{_name}")
