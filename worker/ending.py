"""Whether this worker was asked to stop. Its main process hears the signal; children look here between two mails."""

from __future__ import annotations

import mmap

# Anonymous and shared: children that are forked later see what the parent writes.
_flag = mmap.mmap(-1, 1)


def begin() -> None:
    """The worker shuts down: whoever drains ends after the mail at hand."""
    _flag[0] = 1


def has_begun() -> bool:
    return bool(_flag[0])
