from __future__ import annotations

from tests.support.acting import act_as, as_officer, client_of, officer, people

__all__ = ["act_as", "as_officer", "client_of", "officer", "people"]
