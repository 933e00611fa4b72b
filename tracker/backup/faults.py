"""Why a backup can't be made, read or put back."""

from __future__ import annotations

from tracker.core.errors import TrackerError


class BackupFault(TrackerError):
    """One sentence for the operator. It holds no content and no key."""
