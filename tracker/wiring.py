"""Who listens to which event of the domain: one dictionary, readable at a glance.

Handlers run at once, in the transaction of the change that announced the event.
"""

from __future__ import annotations

from tracker.core.events import Handlers

HANDLERS: Handlers = {}
