"""Jobs. Each gets ids at most, may run twice with one effect, and leaves the others standing when one row is bad."""

from worker.jobs.audit import audit
from worker.jobs.clocks import clocks
from worker.jobs.files import files
from worker.jobs.imports import imports
from worker.jobs.tick import tick
from worker.jobs.tidy import tidy

__all__ = ["audit", "clocks", "files", "imports", "tick", "tidy"]
