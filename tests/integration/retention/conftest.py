"""Fixtures of the tests of retention."""

from __future__ import annotations

from tests.support.acting import act_as, people

__all__ = ["act_as", "people"]
