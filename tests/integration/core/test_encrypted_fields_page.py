"""docs/encrypted-fields.md names every encrypted column, and no other."""

from __future__ import annotations

import re

from tests.support.processes import ROOT
from tracker import models
from tracker.core.sealed_columns import sealed_columns


def test_the_page_names_what_the_models_encrypt() -> None:
    assert models.metadata is not None
    page = (ROOT / "docs" / "encrypted-fields.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE)
    assert listed == [f"{one.table}.{one.name}" for one in sealed_columns()]
