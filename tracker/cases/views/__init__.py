"""Pages of cases; one module for each thing that one looks at or does."""

from __future__ import annotations

from tracker.cases.views import (
    dossiers,
    entries,
    facts,
    levels,
    linking,
    listing,
    members,
    opening,
    parties,
    reading,
    removing,
    reviews,
    starting,
    watching,
)
from tracker.cases.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "dossiers",
    "entries",
    "facts",
    "levels",
    "linking",
    "listing",
    "members",
    "opening",
    "parties",
    "reading",
    "removing",
    "reviews",
    "starting",
    "watching",
]
