"""Python's cycle collector, set for a process that answers requests.

Started as often as Python does by itself, it takes a tenth of each page's time: it walks the same modules, mappings and
templates, which stay for the life of the process, again and again.
"""

from __future__ import annotations

import gc

_NEW_OBJECTS = 50_000
"""How many more objects than before there have to be before the young ones are looked through: those of a few pages."""


def settle_collector() -> None:
    """To be called once the application stands: what is there now is not looked at again, what is new less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
