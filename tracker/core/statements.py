"""Statements that are built once: making one costs more than running it.

Values come as bind parameters when it is run, so that what is kept depends on nothing but the function's arguments.
"""

from __future__ import annotations

from functools import lru_cache

kept_statement = lru_cache(maxsize=256)
"""For a function whose arguments are few and hashable: who acts (an Actor), a filter, a direction. Never an id."""
