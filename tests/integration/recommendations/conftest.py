from __future__ import annotations

from tests.support.acting import act_as, client_of, people

__all__ = ["act_as", "client_of", "people"]
