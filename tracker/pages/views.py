"""Every page that shows several features at once, on one blueprint."""

from __future__ import annotations

from importlib import import_module

from tracker.pages.blueprint import blueprint

__all__ = ["blueprint"]

PAGES = (
    "audit",
    "case_clocks",
    "case_page",
    "comments",
    "contact_page",
    "everything",
    "organisation_page",
    "post_page",
    "move",
    "home",
    "leaving",
    "quick_add",
    "board",
    "overview",
    "calendar",
    "timeline",
    "standard",
    "subject_page",
    "secret_notes",
    "levels",
)

for _name in PAGES:
    import_module(f"tracker.pages.{_name}")
