from __future__ import annotations

from tests.support.acting import act_as

__all__ = ["act_as"]
